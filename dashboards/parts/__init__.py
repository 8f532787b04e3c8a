"""What pages are put together from: figures, charts, tables, receipts, documents."""
