"""Endpoints under /api/production."""
