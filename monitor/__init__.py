"""What watches from beside: host, processes, database, queues, and services that cannot speak for themselves."""
