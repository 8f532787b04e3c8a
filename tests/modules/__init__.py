"""A share of each module's tests that needs no module above it: run where the modules above do not exist."""
