"""Theme root: what the root users have to sign in with, who may do without them, and who is told when one is used."""
