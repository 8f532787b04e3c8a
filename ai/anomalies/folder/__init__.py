"""Any series from anywhere: timestamps and values in, a score from 0 to 1 for every row out."""
