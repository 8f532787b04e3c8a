"""Marts on their way to the lake: Delta tables, and one pointer that names a consistent set of them."""
