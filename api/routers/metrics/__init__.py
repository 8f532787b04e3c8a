"""Figures over HTTP: the catalogue, questions, cross tables, documents behind a figure, statements and whole marts."""
