"""The verbs of the general ledger."""
