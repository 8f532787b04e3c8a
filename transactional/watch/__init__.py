"""What the watchman found: incidents, what stands behind them, and what people said about them."""
