"""The books: sole writer of journal entries."""
