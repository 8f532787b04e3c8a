"""Northwind: a small trader, 1996 to 1998."""
