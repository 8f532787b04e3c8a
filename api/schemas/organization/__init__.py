"""What comes in under /api/organization."""
