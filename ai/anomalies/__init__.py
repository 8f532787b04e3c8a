"""Detectors: pure and seeded, from figures and documents to hits with score, expected range and reason."""
