"""Rows of named sources: the marts, and places outside that an administrator has added, read and never written."""
