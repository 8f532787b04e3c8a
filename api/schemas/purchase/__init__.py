"""What comes in under /api/purchase."""
