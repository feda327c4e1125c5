"""A baseline is told everything that is wrong with it at once, by file, line, key, value and remedy."""

from datetime import date
from pathlib import Path

import pytest

from orgwarden.baseline import Baseline, load
from orgwarden.errors import BadInput

EXAMPLE = Path(__file__).parents[2] / "include" / "baseline"


def told(tmp_path: Path, text: str) -> list[str]:
    """Give what is wrong with a text, a line each, without the file's path."""
    file = tmp_path / "b.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        load(file)
    return [line.removeprefix(f"{file}:") for line in str(refused.value).splitlines()[1:]]


def read(tmp_path: Path, text: str) -> Baseline:
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    return load(tmp_path / "b.yaml")


def test_the_example_loads_as_file_and_as_folder():
    assert load(EXAMPLE / "example.yaml") == load(EXAMPLE)
    assert load(EXAMPLE).exemptions[0].expires == date(2027, 3, 31)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "contacts:\n  # domains: []\n", "contacts: {domains: }\n"])
def test_nothing_declared_is_the_packaged_defaults(tmp_path, text):
    assert read(tmp_path, text) == Baseline()


def test_declared_empty_is_not_undeclared(tmp_path):
    assert read(tmp_path, "contacts: {domains: []}").contacts.domains == ()
    assert Baseline().contacts.domains is None


def test_the_files_of_a_folder_are_one_baseline(tmp_path):
    (tmp_path / "a.yaml").write_text("organization: {id: o-exampleorgid}\n")
    (tmp_path / "b.yml").write_text("contacts: {domains: [corp.example]}\n")
    (tmp_path / "notes.txt").write_text("not: [yaml")
    assert load(tmp_path).contacts.domains == ("corp.example",)


def test_a_section_in_two_files_names_both(tmp_path):
    (tmp_path / "a.yaml").write_text("contacts: {}\n")
    (tmp_path / "b.yaml").write_text("\ncontacts: {}\n")
    with pytest.raises(BadInput) as refused:
        load(tmp_path)
    assert f"{tmp_path}/b.yaml:2: contacts: the section stands in {tmp_path}/a.yaml:1" in str(refused.value)


def test_a_path_without_a_baseline_says_what_to_do(tmp_path):
    with pytest.raises(BadInput, match="name a YAML file"):
        load(tmp_path / "none")
    with pytest.raises(BadInput, match="baseline init"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("contacts: {domans: []}", "1: contacts.domans: the key is not known: did you mean domains?"),
        ("colour: red", "1: colour: the key is not known: the keys here are organization, inventory, owners"),
        (
            "contacts:\n  groups:\n    - {address: a@b.example, member: 2}",
            "3: contacts.groups[0].member: the key is not known",
        ),
        ("contacts:\n  groups:\n    - {members: 2}", "3: contacts.groups[0].address: is missing: add it"),
        ("due_days: {high: soon}", "1: due_days.high: 'soon' is no whole number"),
        ("due_days: {high: 0}", "1: due_days.high: '0' cannot be used: input should be greater than or equal to 1"),
        ("contacts:\n  domains: corp.example", "2: contacts.domains: 'corp.example' is no list"),
        ("contacts: {domains: [corp]}", "1: contacts.domains[0]: 'corp' is no mail domain: write"),
        ("contacts: {domains: [a.example, a.example]}", "1: contacts.domains: names something twice"),
        ("contacts: {required: [BILING]}", "1: contacts.required[0]: 'BILING' is not known: write 'BILLING'"),
        ('contacts: {toll_free_allowed: "no"}', "1: contacts.toll_free_allowed: 'no' is no truth value"),
        ("contacts: {groups: [{address: a@b.example, members: many}]}", "1: contacts.groups[0].members: 'many' is no"),
        ("contacts: {groups: [{address: here}]}", "1: contacts.groups[0].address: 'here' is no mail address"),
        ("organization: {id: 42}", "1: organization.id: '42' is read as a number, not as text: write it in quotes"),
        ("owners: {default: no}", "1: owners.default: 'no' is read as a truth value, not as text"),
        ("contacts: []", "1: contacts: holds no keys"),
        ("- contacts", "1: the file has no keys at its top"),
        ("inventory:\n\tmost_lost: 1", "2: a tab stands where spaces belong"),
        ("inventory: {}\ninventory: {}", "2: inventory: the key stands twice, first on line 1: keep one"),
        ("owners: &o {}\ninventory: *o", "2: an alias"),
        ("exemptions:\n  - account: *", "2: an unquoted * or &"),
        ("owners: {}\n---\nowners: {}", "2: the file has a second document"),
        ("owners: {}\nx: \x01", "2: a character stands here that YAML does not allow"),
        ("owners: {? [a] : 1}", "1: owners: a key here is a list"),
        ("inventory: [1", "1: this is no YAML"),
        ("controls: {a.b: {severty: low}}", "1: controls.a.b.severty: the key is not known: did you mean severity?"),
        ("controls: {a.b: {off: true}}", "1: controls.a.b.off: 'true' is read as a truth value, not as text"),
        ("controls: {a.b: {units: [ou-1]}}", "1: controls.a.b.units[0]: 'ou-1' is no organizational unit: write"),
        ("controls: {a.b: {units: []}}", "1: controls.a.b.units: is empty, and would leave everything out"),
        ("controls: {a: {}}", "1: controls.a: is no control: write its id"),
        (
            "adopted:\n  - {on: 2026-01-01, until: 2026-02-01, findings: [x]}",
            "2: adopted[0].findings[0]: 'x' is no finding",
        ),
        ("tickets: {most_new: -1}", "1: tickets.most_new: '-1' cannot be used"),
        ("inventory: {most_lost: 2026-02-31}", "1: inventory.most_lost: the value looks like a date"),
    ],
)
def test_a_mistake_is_told_with_its_line_key_and_remedy(tmp_path, text, expected):
    (line,) = told(tmp_path, text)
    assert line.startswith(expected)


def test_several_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path):
    lines = told(tmp_path, "contacts:\n  domains: [x]\ndue_days: {low: 1.5}\nowner: {}\n")
    assert [line.partition(":")[0] for line in lines] == ["2", "3", "4"]


def test_a_file_in_another_encoding_is_told(tmp_path):
    (tmp_path / "b.yaml").write_bytes("owners: {default: Bücher}".encode("latin-1"))
    with pytest.raises(BadInput, match="save it as UTF-8"):
        load(tmp_path)


@pytest.mark.parametrize(
    "number", ["+12025550247", "12025550247", '"202 555 0247"', '"+1 202 555 0247 and more"', '["+1 202 555 0247"]']
)
def test_a_number_that_cannot_be_used_is_told_without_its_digits(tmp_path, number):
    text = "\n".join(told(tmp_path, f"contacts:\n  numbers:\n    - {{number: {number}, use: desk}}\n"))
    assert text.startswith("3: contacts.numbers[0].number:")
    assert "quotes" in text
    assert "0247" not in text
    assert "555" not in text


def test_an_unquoted_number_or_address_at_a_wrong_place_is_masked_too(tmp_path):
    text = "\n".join(told(tmp_path, "owners: {+12025550247: x}\ndue_days: {high: ada.person@corp.example}\n"))
    assert "0247" not in text
    assert "ada.person" not in text


def test_an_account_id_without_quotes_is_told_however_yaml_read_it(tmp_path):
    entry = "control: c, owner: a, approver: b, reason: r, expires: 2027-01-01"
    for id_ in ("123456789012", "012345670123"):
        (line,) = told(tmp_path, f"exemptions:\n  - {{account: {id_}, {entry}}}\n")
        assert line.startswith(f"2: exemptions[0].account: '{id_}' is read as a number, not as text")
