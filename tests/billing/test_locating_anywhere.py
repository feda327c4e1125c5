"""Whatever was exported, copied, moved or lost: what is found is what a manifest lists, or it is said why not."""

import re
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from orgwarden.billing.locating import locate
from orgwarden.errors import BadInput
from orgwarden.model import Period
from tests.billing.exports import LAYOUTS, Export, places, put, taken

OCTOBER, SEPTEMBER = Period("2026-10"), Period("2026-09")
exports = st.builds(
    Export,
    layout=st.sampled_from(LAYOUTS),
    name=st.sampled_from(["acme", "data", "metadata", "2026-09", "cur 2", "a=b", "Ünï"]),
    prefix=st.sampled_from(["", "p", "data/x", "year=2025", "20240101-20240201", "a/b/c"]),
    versions=st.integers(0, 3),
    chunks=st.integers(1, 3),
    months=st.sets(st.sampled_from(["2025-12", "2026-01", "2026-09", "2026-10"]), min_size=1).map(
        lambda months: tuple(sorted(months | {"2026-10"}))
    ),
    has_own_manifest=st.booleans(),
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    export=exports,
    deep=st.sampled_from(["", "x", "data", "some/where", "2026-09", "BILLING_PERIOD=2024-01", "a%20b"]),
    cut=st.integers(0, 3),
    which=st.integers(0, 20),
    lost=st.booleans(),
)
def test_any_copy_of_an_export_gives_exactly_the_listed_files_or_says_why(export, deep, cut, which, lost):
    assume(export.has_own_manifest or not (export.is_legacy and export.versions > 1))
    if not export.versions:
        export = replace(export, has_own_manifest=True)
    head = "/".join(export.prefix.split("/")[: min(cut, len(export.prefix.split("/")))])
    with tempfile.TemporaryDirectory() as folder:
        root = put(Path(folder) / deep, export.objects(), below=head)
        named = [place.removeprefix(head).strip("/") for place in places(export) if place.startswith(head)]
        path = root / named[which % len(named)]
        assume(path.exists())
        if not lost:
            assert taken(locate(path, OCTOBER)) == export.newest("2026-10")
            return
        (root / export.newest("2026-10")[-1].removeprefix(head).strip("/")).unlink()
        with pytest.raises(BadInput, match=re.escape(Path(export.newest("2026-10")[-1]).name)):
            locate(path, OCTOBER)


forests = st.lists(
    st.builds(
        Export,
        layout=st.sampled_from(LAYOUTS),
        name=st.sampled_from(["acme", "cur"]),
        prefix=st.sampled_from(["", "one", "other/payer"]),
        versions=st.integers(0, 2),
        chunks=st.integers(1, 2),
        months=st.sampled_from([("2026-10",), ("2026-09", "2026-10"), ("2025-12", "2026-09")]),
        has_own_manifest=st.booleans(),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda export: export.folder,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(forest=forests, chance=st.randoms(use_true_random=False), period=st.sampled_from([None, OCTOBER, SEPTEMBER]))
def test_what_comes_with_a_manifest_is_what_it_lists_whatever_was_lost_or_moved(forest, chance, period):
    objects = moved({key: data for one in forest for key, data in one.objects().items()}, chance)
    left = {key: data for key, data in objects.items() if chance.random() < 0.85}
    with tempfile.TemporaryDirectory() as folder:
        root = put(Path(folder), left)
        for path in chance.sample(sorted(root.rglob("*")), min(6, len(list(root.rglob("*"))))):
            try:
                found = locate(path, period)
            except BadInput:
                continue
            if found.manifest:
                assert [f"s3://corp-bills/{key}" for key in taken(found)] == list(found.manifest.files)
                assert period in {None, found.period}


def moved(objects: dict[str, bytes], chance) -> dict[str, bytes]:
    """Move one folder, by its name, to another place."""
    folder = chance.choice(sorted({str(parent) for key in objects for parent in Path(key).parents} - {"."}))
    to = chance.choice(["", "moved", *sorted({str(Path(key).parent) for key in objects})])
    name = folder.rpartition("/")[2]
    inside = {
        key: f"{to}/{name}{key.removeprefix(folder)}".lstrip("/") for key in objects if key.startswith(f"{folder}/")
    }
    kept = {key: data for key, data in objects.items() if key not in inside}
    return {new: objects[key] for key, new in inside.items()} | kept
