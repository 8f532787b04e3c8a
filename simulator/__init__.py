"""A demo company, made by driving the same services as everybody else, from one seed."""
