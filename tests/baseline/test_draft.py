from orgwarden.baseline import draft, load


def drafted(tmp_path, **changed):
    seen = {
        "organization": "o-exampleorgid",
        "domains": {"corp.example": 40, "gmail.com": 1},
        "providers": {"gmail.com"},
        "mailboxes": {"a•••@corp.example": 40, "x•••@gmail.com": 1},
        "numbers": {"+1 ••• ••47": 3},
        "tag_keys": ["Owner"],
        "units": {"ou-ab12-11111111": "Production"},
    }
    text = draft(**{**seen, **changed})
    (tmp_path / "baseline.yaml").write_text(text, encoding="utf-8")
    return text, load(tmp_path)


def test_it_loads_and_declares_what_was_seen(tmp_path):
    _, baseline = drafted(tmp_path)
    assert baseline.organization.id == "o-exampleorgid"
    assert baseline.contacts.domains == ("corp.example",)
    assert baseline.owners.tag_keys == ("Owner",)


def test_what_a_person_has_to_fill_in_stays_undeclared(tmp_path):
    text, baseline = drafted(tmp_path)
    assert baseline.contacts.groups is None
    assert baseline.contacts.numbers is None
    assert "#   - {address: ..., members: 2}  # a•••@corp.example, 40 accounts" in text
    assert '#   - {number: "+...", use: "..."}  # +1 ••• ••47, 3 accounts' in text


def test_a_mail_provider_is_never_proposed_as_own(tmp_path):
    text, baseline = drafted(tmp_path, domains={"gmail.com": 3})
    assert baseline.contacts.domains is None
    assert "# Not proposed, a mail provider's for anybody: gmail.com, 3 accounts" in text


def test_an_empty_organization_gives_a_draft_that_loads(tmp_path):
    nothing = {"domains": {}, "mailboxes": {}, "numbers": {}, "tag_keys": [], "units": {}}
    assert drafted(tmp_path, **nothing)[1].owners.tag_keys == ("owner",)


def test_no_name_breaks_the_file(tmp_path):
    odd = 'a: "b" # \n\u2028 c\x00'
    _, baseline = drafted(tmp_path, units={"ou-ab12-11111111": odd}, tag_keys=[odd])
    assert baseline.owners.tag_keys == (odd,)


def test_a_long_list_is_cut_and_says_so(tmp_path):
    text, _ = drafted(tmp_path, mailboxes={f"{n}•••@corp.example": 1 for n in range(50)})
    assert "and 10 more" in text
