"""A decision is appended to a file of the baseline, or nothing is written at all."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgwarden.baseline import load
from orgwarden.baseline.filing import file_under, place_for
from orgwarden.errors import BadInput

ENTRY = (
    "control: contacts.x",
    'account: "*"',
    "owner: ada",
    "approver: ben",
    "reason: r",
    "expires: 2027-01-31",
)
INLINE = "{control: c.d, account: '*', owner: a, approver: b, reason: r, expires: 2027-01-01}"
FOLDED = "      reason: >\n        - long\n        - text\n      expires: 2027-01-01\n"
MINE = "# mine\nowners:\n  tag_keys:\n    - team\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b.yaml").write_text(MINE)
    return tmp_path


def filed(folder, *entries, name="exemptions.yaml"):
    file_under("exemptions", entries or [ENTRY], folder / name, folder)
    return load(folder)


def test_a_first_decision_makes_a_file_that_says_what_it_is_and_later_ones_follow(folder):
    assert len(filed(folder).exemptions) == 1
    assert len(filed(folder, ENTRY, ENTRY).exemptions) == 3
    text = (folder / "exemptions.yaml").read_text()
    assert text.startswith("# Deviations that are accepted until a day")
    assert (folder / "b.yaml").read_text() == MINE


@pytest.mark.parametrize(
    "written",
    [
        f"exemptions:\n- {INLINE}",
        "exemptions:\n    # ours\n    - control: c.d\n      account: '*'\n      owner: a\n      approver: b\n" + FOLDED,
        "exemptions:\n",
    ],
    ids=["no indent", "deep", "empty"],
)
def test_an_entry_is_indented_as_those_that_people_wrote_and_their_text_stays(folder, written):
    (folder / "own.yaml").write_text(written)
    before = len(load(folder).exemptions)
    assert len(filed(folder, name="own.yaml").exemptions) == before + 1
    assert (folder / "own.yaml").read_text().startswith(written)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("exemptions: []\n", "nothing was written"),
        (f"exemptions:\n  - {INLINE}\ncontacts:\n  domains: [a.example]\n", "nothing was written"),
        ("contacts:\n  domains:\n    - a.example\n", "nothing was written"),
        ("", "nothing was written"),
    ],
    ids=["in one line", "not last", "another section", "no section"],
)
def test_where_the_list_is_not_at_the_end_nothing_is_written(folder, written, told):
    (folder / "own.yaml").write_text(written)
    with pytest.raises(BadInput, match=told):
        filed(folder, name="own.yaml")
    assert (folder / "own.yaml").read_text() == written
    assert sorted(f.name for f in folder.iterdir()) == ["b.yaml", "own.yaml"]


def test_an_entry_that_could_not_be_loaded_is_told_and_not_written(folder):
    wrong = tuple(line.replace("ben", "ada") for line in ENTRY)
    with pytest.raises(BadInput, match=r"exemptions.yaml:3: exemptions\[0\]: has one person as owner and approver"):
        filed(folder, wrong)
    assert not (folder / "exemptions.yaml").exists()


def test_a_section_that_stands_in_another_file_of_the_folder_is_continued_there(folder):
    assert place_for("exemptions", folder, None) == folder / "exemptions.yaml"
    (folder / "b.yaml").write_text("exemptions:\n")
    assert place_for("exemptions", folder, None) == folder / "b.yaml"


def test_a_baseline_that_is_one_file_is_told_how_to_become_a_folder(folder):
    with pytest.raises(BadInput, match="make it a folder"):
        place_for("adopted", folder / "b.yaml", None)
    with pytest.raises(BadInput, match="ORGWARDEN_BASELINE is not set"):
        place_for("adopted", None, None)
    assert place_for("adopted", None, folder / "out.yaml") == folder / "out.yaml"


def test_a_file_elsewhere_is_checked_alone(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "compose.yaml").write_text("services: {}\n")
    file_under("exemptions", [ENTRY], elsewhere / "out.yaml", folder)
    assert len(load(elsewhere / "out.yaml").exemptions) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(alphabet="exmptions:-  \n#[]{}ab", max_size=60))
def test_whatever_stood_in_the_file_the_decision_is_added_or_nothing_changes(tmp_path, text):
    target = tmp_path / "any.yaml"
    target.write_text(text)
    try:
        before = load(target)
        file_under("exemptions", [ENTRY], target, None)
    except BadInput:
        assert target.read_text() == text
    else:
        assert load(target).exemptions[-1].owner == "ada"
        assert load(target).model_copy(update={"exemptions": ()}) == before.model_copy(update={"exemptions": ()})
