"""What comes in under /api/inventory."""
