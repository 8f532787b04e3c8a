"""Whom we deal with: suppliers, customers, their categories, addresses and terms."""
