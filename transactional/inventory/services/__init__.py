"""The verbs of the stock ledger."""
