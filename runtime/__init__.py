"""What every process of the program needs before its first line of business: settings, secrets, database, logs."""
