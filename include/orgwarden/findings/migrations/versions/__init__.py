"""One module a revision; they are never edited once released."""
