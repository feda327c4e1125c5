"""The statements by which a ledger becomes parts that controls of other themes look at."""
