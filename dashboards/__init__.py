"""Questions people ask, answered: pages over the HTTP interface, with the reader's rights."""
