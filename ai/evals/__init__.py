"""Questions and patterns with known answers, and what the program makes of them."""
