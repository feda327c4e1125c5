"""Billing exports of an organization that does not exist, as AWS lays them out, and what must tie to them.

Reading a bill is proven only against bills whose truth is known: the amounts here are added up in Python while the
lines are made, apart from any engine that reads them later.
"""

from orgwarden.demo.billing.generating import Generated, Month, generate
from orgwarden.demo.billing.plan import Discounts, FileKind, Format, Mode, Plan
from orgwarden.demo.billing.truth import Truth

__all__ = ["Discounts", "FileKind", "Format", "Generated", "Mode", "Month", "Plan", "Truth", "generate"]
