"""Cached reads by metric name, kept apart by the reader's rights and the version of the data."""
