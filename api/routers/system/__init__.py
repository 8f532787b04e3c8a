"""Endpoints under /api/system."""
