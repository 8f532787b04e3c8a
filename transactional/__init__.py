"""What is true, and the rules that keep it true."""
