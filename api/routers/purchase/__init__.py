"""Endpoints under /api/purchase."""
