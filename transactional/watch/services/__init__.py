"""The verbs of watching."""
