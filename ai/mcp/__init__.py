"""The same questions for other programs' assistants: a Model Context Protocol server over our own HTTP interface."""
