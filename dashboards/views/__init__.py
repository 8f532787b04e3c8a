"""One question a file: layout and words, no SQL, no arithmetic."""
