"""Our claims, measured: each script prints what it found."""
