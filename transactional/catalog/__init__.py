"""What we deal in: items, categories, units of measure, costs and prices."""
