"""Carrying a plan out: each part through the services that the API uses, as sets, and nothing twice."""
