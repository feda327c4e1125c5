"""Which tags stand on accounts, units and policies, what they say, and whether anything enforces them."""
