"""Operational rows landed untouched in the warehouse, by snapshot difference."""
