"""Masks JSON documents that people write into AWS: policies may name people by their addresses.

Each text is masked by itself and the document is written anew, so an address stays hidden however it is escaped.
"""

import json
from typing import Any

from orgwarden.privacy import Veil


def masked_document(text: str, veil: Veil) -> str:
    """Give a JSON document with addresses and numbers masked, in keys, too. Raises ``ValueError`` if it is none."""
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise ValueError("the document is nested too deeply") from error
    if not isinstance(document, dict):
        raise ValueError(f"the document is a {type(document).__name__} and no JSON object")  # noqa: TRY004 - outside data
    return json.dumps(_masked(document, veil), ensure_ascii=False)


def _masked(value: Any, veil: Veil) -> Any:
    if isinstance(value, dict):
        return {veil.text(key): _masked(inner, veil) for key, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner, veil) for inner in value]
    return veil.text(value) if isinstance(value, str) else value
