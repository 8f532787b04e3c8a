"""Reports: definitions become sheets of figures with the reader's rights, sheets become files, mails and alerts."""
