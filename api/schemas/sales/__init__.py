"""What comes in under /api/sales."""
