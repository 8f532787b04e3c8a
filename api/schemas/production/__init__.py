"""What comes in under /api/production."""
