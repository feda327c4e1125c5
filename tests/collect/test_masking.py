"""A document stays the document that it was, but for the addresses and numbers of people in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.collect.masking import masked_document
from orgwarden.privacy import Veil

VEIL = Veil(b"key")
PLAIN = st.text(alphabet=st.characters(exclude_characters="@+"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | PLAIN,
    lambda inner: st.lists(inner) | st.dictionaries(PLAIN, inner),
    max_leaves=20,
)


@given(st.dictionaries(PLAIN, JSON))
def test_a_document_without_addresses_is_the_same_document(document: dict):
    assert json.loads(masked_document(json.dumps(document), VEIL)) == document


@pytest.mark.parametrize("escaped", ["ada@corp.example", r"ada\u0040corp.example", r"\nada@corp.example"])
@pytest.mark.parametrize("frame", ['{"a": ["%s"]}', '{"%s": {"b": 1}}'])
def test_an_address_is_masked_in_values_and_keys_however_it_is_escaped(escaped: str, frame: str):
    masked = masked_document(frame % escaped, VEIL)
    assert "ada" not in masked
    assert "a•••@corp.example" in masked
    json.loads(masked)


def test_the_operators_of_tag_policies_are_no_addresses():
    policy = '{"tags": {"stage": {"tag_value": {"@@assign": ["prod"]}}}}'
    assert json.loads(masked_document(policy, VEIL)) == json.loads(policy)


@pytest.mark.parametrize("text", ["", "<html>", "[]", "null", '"text"', '{"a": ' * 10**6])
def test_what_is_no_json_object_is_refused(text: str):
    with pytest.raises(ValueError, match=r"document|Expecting"):
        masked_document(text, VEIL)
