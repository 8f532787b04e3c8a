"""Invoices, payments, settlement and tax."""
