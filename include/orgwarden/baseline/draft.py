"""Drafts a first baseline from what a snapshot saw, for a person to review and commit.

A snapshot knows addresses and numbers only as masks, so these come as comments to fill in; and what is seen is not
what is right, so nothing is declared that a person has not uncommented, but the organization and its likely domains.
"""

import json
from collections.abc import Collection, Iterator, Mapping

MOST_LISTED = 40


def draft(  # noqa: PLR0913 - what a snapshot has to say, one by one
    *,
    organization: str,
    domains: Mapping[str, int],
    providers: Collection[str] = (),
    mailboxes: Mapping[str, int],
    numbers: Mapping[str, int],
    tag_keys: Collection[str],
    units: Mapping[str, str],
) -> str:
    """Give the YAML text of a baseline that loads as it is.

    ``domains``, ``mailboxes`` and ``numbers`` say how many accounts use each domain, masked mailbox and masked number;
    ``providers`` are those of the domains that belong to public or disposable mail providers; ``tag_keys`` are the
    keys that seem to name an owner, ``units`` the names of organizational units by their ids.
    """
    lines = (
        *_heading(organization),
        *_owners(tag_keys, units),
        *_domains(domains, providers),
        *_numbers(numbers),
        *_groups(mailboxes),
        *EXEMPTIONS,
    )
    return "\n".join(lines) + "\n"


EXEMPTIONS = (
    "",
    "# Deviations that you accept, each with an owner, another approver, a reason and a last day:",
    "# exemptions:",
    '#   - {control: contacts.root_email_is_group, account: "*", resource: "*", owner: ..., approver: ...,',
    "#      reason: ..., expires: 2027-03-31}",
)


def _heading(organization: str) -> Iterator[str]:
    yield "# A first baseline, drafted from what was seen. Review each line, fill in what is commented, and commit it."
    yield f"organization: {{id: {_quoted(organization)}}}"


def _owners(tag_keys: Collection[str], units: Mapping[str, str]) -> Iterator[str]:
    yield from ("", "owners:")
    yield f"  tag_keys: [{', '.join(_quoted(key) for key in tag_keys) or 'owner'}]"
    yield "  default: organization"
    if units:
        yield "  # units:  # the team that owns what lies in a unit"
        yield from (f"  #   {unit}: team  # {_plain(name)}" for unit, name in sorted(units.items()))


def _domains(domains: Mapping[str, int], providers: Collection[str]) -> Iterator[str]:
    own = {domain: count for domain, count in domains.items() if domain not in providers}
    yield from ("", "contacts:")
    if own:
        yield "  domains:  # keep those that your business manages; move a partner's to partner_domains"
        yield from (f"    - {_quoted(domain)}  # {_accounts(count)}" for domain, count in _by_use(own))
    yield "  # partner_domains: []"
    for domain, count in _by_use({d: n for d, n in domains.items() if d in providers}):
        yield f"  # Not proposed, a mail provider's for anybody: {_plain(domain)}, {_accounts(count)}"


def _numbers(numbers: Mapping[str, int]) -> Iterator[str]:
    yield "  # Phone numbers that may stand in contact information, in quotes, with + and calling code:"
    yield "  # numbers:"
    yield from _to_fill_in(numbers, '{number: "+...", use: "..."}')


def _groups(mailboxes: Mapping[str, int]) -> Iterator[str]:
    yield "  # Mailboxes behind which stand at least two people, or a ticket queue (kind: ticket_queue):"
    yield "  # groups:"
    yield from _to_fill_in(mailboxes, "{address: ..., members: 2}")


def _to_fill_in(seen: Mapping[str, int], entry: str) -> Iterator[str]:
    listed = _by_use(seen)
    yield from (f"  #   - {entry}  # {_plain(mask)}, {_accounts(count)}" for mask, count in listed[:MOST_LISTED])
    if len(listed) > MOST_LISTED:
        yield f"  #   and {len(listed) - MOST_LISTED} more that fewer accounts use"


def _by_use(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _accounts(count: int) -> str:
    return f"{count} account{'' if count == 1 else 's'}"


def _quoted(text: str) -> str:
    """Quote for YAML, of which JSON's texts are a part."""
    return json.dumps(text)


def _plain(text: str) -> str:
    """Give a text that stays inside one comment."""
    return "".join(c if c.isprintable() else " " for c in text)
