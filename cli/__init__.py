"""The command line: one command a file under `commands/`, each starting what it needs and nothing more."""
