"""Theme attestations: whether what is to be done by the month and by the quarter was done."""
