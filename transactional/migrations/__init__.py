"""One revision a change; a revision is frozen once released."""
