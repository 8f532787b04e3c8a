"""Stories that cross documents: the one place that knows several of them."""
