"""The commands of `qooerp`; each imports its implementation when it runs, so that `--help` answers at once."""
