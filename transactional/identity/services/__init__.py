"""Verbs of identity, one a file."""
