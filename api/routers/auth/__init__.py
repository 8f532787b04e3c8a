"""Endpoints under /api/auth."""
