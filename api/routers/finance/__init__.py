"""Endpoints under /api/finance."""
