"""The consolidated bill: exports read, added up exactly, and held against each other."""
