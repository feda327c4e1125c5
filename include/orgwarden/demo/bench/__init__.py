"""Measures Orgwarden against what AWS allows: a sweep cannot be faster than AWS's rates, and should not be much slower.

Times are printed as ratios of one run on one machine; whether the calls are the formula's, and the gaps exactly what
was denied, does not depend on the machine.
"""
