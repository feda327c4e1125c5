"""An inside keeps its clients, and nothing keeps an inside: an organization that is no longer served is let go."""

import gc
import weakref

from orgwarden.demo.inside import Inside
from orgwarden.demo.wire import Answer

LISTED = b'{"Accounts": []}'


def answered(_):
    return Answer(200, LISTED, {"Content-Type": "application/x-amz-json-1.1"})


def test_one_that_was_asked_is_let_go_with_all_that_it_holds():
    inside = Inside(answered)
    assert inside.call("organizations", "ListAccounts", {}, region="us-east-1")["Accounts"] == []
    held = weakref.ref(inside)
    del inside
    gc.collect()
    assert held() is None
