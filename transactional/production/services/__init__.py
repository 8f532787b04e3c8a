"""The verbs of production, one a file."""
