"""Endpoints, `<module>/<plural>.py` as the path says."""
