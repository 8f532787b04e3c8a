"""Endpoints under /api/user."""
