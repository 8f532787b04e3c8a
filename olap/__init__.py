"""The one door to numbers: a MetricQuery goes in, figures and their evidence come out, within the asker's rights.

Pages, exports, mails, anomaly scores and answers in words all ask here.
"""
