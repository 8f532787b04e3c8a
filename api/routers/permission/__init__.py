"""Endpoints under /api/permission."""
