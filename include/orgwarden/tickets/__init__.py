"""Tickets: every finding on exactly one open ticket, through crashes, races and reruns."""
