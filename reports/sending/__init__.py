"""Planning what is due, claiming it, writing it with each receiver's rights, and handing it over once."""
