"""A demo organization: a local server that answers as AWS would, seeded with known drift.

The demo, the end-to-end tests and anybody who tries Orgwarden need an organization whose every deviation is known
beforehand and that costs nothing to break. Importing this package is cheap; moto, which answers what is not answered
here, is imported only by the modules that serve.
"""
