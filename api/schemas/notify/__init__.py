"""What comes in and goes out of the routes of what is sent."""
