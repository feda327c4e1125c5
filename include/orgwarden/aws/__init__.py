"""Pure readings of what AWS and its owners say: phone numbers, mailboxes, mail providers."""
