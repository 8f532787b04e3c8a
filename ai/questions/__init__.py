"""Understanding a question without a model: words are matched, never guessed."""
