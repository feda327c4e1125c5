"""Reads AWS and the DNS, one module a family of calls; what cannot be read becomes a gap with its cause."""
