"""Pure functions from rows to charts: zero-based bars, direct labels, one colour for one thing."""
