"""Theme management_account: what lies in the management account, and who gets in."""
