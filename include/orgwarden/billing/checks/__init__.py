"""One statement a check: each gives (payer, subject, a, b, tolerance, unit, evidence), for the control of its name."""
