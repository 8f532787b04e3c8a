"""Quotations, orders, deliveries and returns."""
