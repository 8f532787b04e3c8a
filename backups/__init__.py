"""Copies of the books that can be brought back: made, proved whole, and restored to a moment."""
