"""Can AWS reach the right people: phones, mailboxes and alternate contacts of every account."""
