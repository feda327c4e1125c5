"""One document is one text, however IAM hands it out, and tells nobody's address."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgwarden.collect.policy_texts import policy_text
from orgwarden.privacy import Veil

VEIL = Veil(b"key")
VALUES = st.recursive(
    st.text() | st.integers() | st.booleans(), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_decoded_plain_and_url_encoded_documents_give_one_text(document):
    plain = json.dumps(document)
    texts = {policy_text(document, veil=VEIL), policy_text(plain, veil=VEIL), policy_text(quote(plain), veil=VEIL)}
    assert len(texts) == 1
    assert isinstance(json.loads(texts.pop()), dict)


def test_a_percent_sign_in_a_plain_document_means_itself():
    assert "%41" in policy_text('{"Resource": "a%41"}', veil=VEIL)


def test_addresses_are_masked_alike_wherever_they_stand():
    document = {"Principal": {"AWS": "arn:aws:iam::111111111111:user/ann@corp.example"}}
    text = policy_text(document, veil=VEIL)
    assert "ann@" not in text
    assert VEIL.text("arn:aws:iam::111111111111:user/ann@corp.example") in text


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "%7B", '"x"', "{'a': 1}", '{"a": NaN}', "[" * 100_000])
def test_what_is_no_json_object_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 - every wrong text is told alike
        policy_text(text, veil=VEIL)
