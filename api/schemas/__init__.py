"""What comes in, `<module>/<plural>.py` as the path says."""
