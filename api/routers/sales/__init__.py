"""Endpoints under /api/sales."""
