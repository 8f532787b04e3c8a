"""Documents taken apart into pieces, and texts as vectors, so that what is like a question can be found."""
