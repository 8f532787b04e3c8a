"""What was written once stays as it was: seals kept outside the database, and the code that holds it against them."""
