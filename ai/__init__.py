"""The assistant: a question becomes a query of governed metrics, a question back, or a plain no."""
