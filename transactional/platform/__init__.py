"""Services for any document that know none of them: document numbers."""
