"""Findings: deviations followed over time; the lifecycle is pure, the store is the only writer."""
