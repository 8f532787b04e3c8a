"""Endpoints under /api/scm."""
