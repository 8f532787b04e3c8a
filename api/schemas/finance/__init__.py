"""What comes in under /api/finance."""
