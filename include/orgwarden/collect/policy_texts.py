"""Turns the policy documents that IAM hands out, in several codings, into masked JSON texts of one spelling."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from orgwarden.aws.documents import parsed
from orgwarden.collect.masking import masked_document
from orgwarden.privacy import Veil


def policy_text(document: str | Mapping[str, Any], *, veil: Veil) -> str:
    """Give the JSON text of a document, which is decoded, a text, or a URL-encoded text; ``ValueError``: it is none."""
    content = _decoded(document) if isinstance(document, str) else document
    return masked_document(json.dumps(content, sort_keys=True), veil)


def _decoded(text: str) -> Any:
    # Plain text first: a percent sign in it means itself.
    try:
        return parsed(text)
    except ValueError:
        return parsed(unquote(text))
