"""Purchase orders, arrivals, receipts and returns to suppliers."""
