"""Holds an AWS Organization against AWS's best practices and its owners' word; keeps the deviations on tickets."""
