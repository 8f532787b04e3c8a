"""Endpoints under /api/organization."""
