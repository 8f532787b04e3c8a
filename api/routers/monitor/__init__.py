"""`/api/monitor`: what the program measures of itself."""
