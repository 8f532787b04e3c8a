"""What changes reports and what is sent of them, one verb a file."""
