"""What assets work with: swapped whole in tests."""
