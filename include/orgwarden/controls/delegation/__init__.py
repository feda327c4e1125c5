"""Which services act in the whole organization, and which member accounts administer them for it."""
