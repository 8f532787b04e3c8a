"""The HTTP interface: parse, call a service, render; nothing else."""
