"""Runs of the detectors over what is published; what they find is handed to the watch's desk."""
