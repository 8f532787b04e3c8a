"""Verbs of scm, one a file."""
