"""The bill ties: to the invoice, to Cost Explorer, to the organization, to its own parts and to what was published."""
