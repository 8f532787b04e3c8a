"""Work done for a purpose of its own: what it earned and cost is told apart in the books."""
