"""Which manifest of all that are found is the one of the month: one rule for a folder and for a bucket.

The period's own manifest wins over those of its versions; of several versions the newest counts where names tell it;
what cannot be decided is asked of a person, with the choices.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from orgwarden.billing.manifests import Manifest, NotAManifest, key_parts
from orgwarden.billing.partitions import Place, carries, spelled, without_kind
from orgwarden.errors import BadInput
from orgwarden.model import Period

Load = Callable[[Place], Manifest]
LISTED = 12


class PeriodMissing(BadInput):
    """There are deliveries, and none of the period that was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A manifest and its place; without ``manifest`` it is one that cannot be read, and ``broken`` says why."""

    place: Place
    manifest: Manifest | None
    broken: str = ""

    @property
    def period(self) -> Period | None:
        return self.manifest.period if self.manifest else self.place.period


def choose(places: Iterable[Place], asked: Period | None, load: Load) -> tuple[Place, Manifest] | None:
    """Choose the one manifest; ``None``: there is none at all. Raises ``BadInput`` and, of it, ``PeriodMissing``.

    ``load`` reads a manifest and raises ``BadInput`` or ``NotAManifest``; it is asked only for what may be needed.
    """
    sorted_places = sorted(places, key=lambda place: place.parts)
    fit = [p for p in sorted_places if not asked or p.period in {asked, None}]
    candidates = _loaded(fit, load)
    if not candidates and len(fit) == len(sorted_places):
        return None
    pool = _of_period(candidates, asked, there={p.period for p in sorted_places if p.period})
    return _sole(_of_one_export(pool))


def choose_part(
    places: Sequence[Place], period: Period | None, version: str, load: Load
) -> tuple[Place, Manifest] | None:
    """Choose the manifest of one month's folder, or with ``version`` of one version's. ``None``: it has none."""
    if not version:
        return choose(places, period, load)
    same = [p for p in places if p.period == period and p.version == version]
    chosen = choose(same or [p for p in places if not p.version], period, load)
    return chosen if same or (chosen and _is_of_version(chosen[1], version)) else None


def _is_of_version(manifest: Manifest, folder: str) -> bool:
    return carries(folder, manifest.version) or all(folder in key_parts(file) for file in manifest.files)


def listing(things: Iterable[object]) -> str:
    """Give things as a list in a sentence, cut where it is too long to be read."""
    texts = sorted({str(thing) for thing in things})
    return ", ".join(texts[:LISTED]) + (f" and {len(texts) - LISTED} more" if len(texts) > LISTED else "")


def _loaded(places: Sequence[Place], load: Load) -> list[Candidate]:
    groups: dict[object, list[Place]] = defaultdict(list)
    for place in places:
        groups[place.export, place.period].append(place)
    return [candidate for group in groups.values() for candidate in _loaded_group(group, load)]


def _loaded_group(group: Sequence[Place], load: Load) -> list[Candidate]:
    """Load the period's own manifests; only where there are none, those of its versions."""
    own = _real((place for place in group if not place.version), load)
    return own or _loaded_versions([place for place in group if place.version], load)


def _loaded_versions(places: Sequence[Place], load: Load) -> list[Candidate]:
    """Load the newest where names tell which it is, else all."""
    found: list[Candidate] = []
    for place in sorted(places, key=lambda place: place.version, reverse=True):
        found += _real([place], load)
        if len(found) == 1 and (not found[0].manifest or _stamp(found[0])):
            break
    return found


def _real(places: Iterable[Place], load: Load) -> list[Candidate]:
    found = []
    for place in places:
        try:
            manifest = load(place)
            found.append(Candidate(place=_refined(place, manifest), manifest=manifest))
        except NotAManifest:
            continue
        except BadInput as error:
            found.append(Candidate(place=place, manifest=None, broken=str(error)))
    return found


def _refined(place: Place, manifest: Manifest) -> Place:
    """Tell a version's folder by its id where no folder names the period."""
    if place.period or not place.folder or not carries(place.folder[-1], manifest.version):
        return place
    return replace(place, export=without_kind(place.folder[:-1]), version=place.folder[-1])


def _stamp(candidate: Candidate) -> str:
    """Give the timestamp by which a version's folder begins; empty where it has none, as in legacy reports."""
    manifest, folder = candidate.manifest, candidate.place.version
    if not manifest or not manifest.is_ordered or not carries(folder, manifest.version):
        return ""
    stamp = folder.casefold().partition(manifest.version.casefold())[0].rstrip("-_")
    return stamp if stamp[:1].isdigit() else ""


def _of_period(candidates: Sequence[Candidate], asked: Period | None, *, there: set[Period]) -> list[Candidate]:
    known = {c.period for c in candidates if c.period}
    if asked:
        pool = [c for c in candidates if c.period == asked] or [c for c in candidates if not c.period]
        if not pool:
            raise PeriodMissing(f"there is no delivery of {asked}: there are those of {listing(known | there)}")
        return pool
    # One of no known period that cannot be read may be of any.
    for broken in (c.broken for c in candidates if not c.manifest and not c.period):
        raise BadInput(broken)
    if len(known) > 1:
        raise BadInput(f"there are deliveries of several periods, name one with --period: {listing(known)}")
    return list(candidates)


def _of_one_export(pool: Sequence[Candidate]) -> list[Candidate]:
    """Give those of the one export there is, its own rather than those of its versions."""
    if len({c.place.export for c in pool}) > 1:
        raise BadInput(f"there are several exports of the period, name one of them: {_exports(pool)}")
    return [c for c in pool if not c.place.version] or list(pool)


def _exports(pool: Sequence[Candidate]) -> str:
    return listing(spelled(c.place.export) for c in pool)


def _sole(pool: Sequence[Candidate]) -> tuple[Place, Manifest]:
    for broken in (c.broken for c in pool if not c.manifest):
        raise BadInput(broken)
    whole = [(c.place, c.manifest) for c in pool if c.manifest]
    if len({(manifest.version, manifest.files) for _, manifest in whole}) == 1:
        return whole[0]
    if all(_stamp(candidate) for candidate in pool):
        return max(whole, key=lambda found: found[0].version)
    raise BadInput(
        "there are several manifests of the period and nothing tells which one counts, name one of them: "
        + listing(manifest.place for _, manifest in whole)
    )
