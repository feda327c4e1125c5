"""Holds an AWS Organization against AWS's best practices and its owners' word; keeps the deviations on tickets."""

__version__ = "0.1.0"
