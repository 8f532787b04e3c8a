"""Endpoints under /api/inventory."""
