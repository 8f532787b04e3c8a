"""The stock books: sole writer of stock moves and of what stock is worth."""
