"""The declared state: what the owners say is right, in YAML under version control."""

from orgwarden.baseline.draft import draft
from orgwarden.baseline.loading import load
from orgwarden.baseline.models import Baseline, Exemption, schema

__all__ = ["Baseline", "Exemption", "draft", "load", "schema"]
