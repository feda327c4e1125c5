"""The shape of a baseline; every section may be left out, and ``Baseline()`` declares nothing.

What is left out is not the same as what is declared empty: ``domains: []`` says that no domain is ours, no ``domains``
says that nobody has told. Defaults hold where a sound answer exists without the owners.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from orgwarden.baseline.attestations import Attestations
from orgwarden.baseline.billing import Billing
from orgwarden.baseline.custody import Custody, Kept, Person, PersonId
from orgwarden.baseline.governance import Delegation, ManagementAccount, Root, Structure, Tags
from orgwarden.baseline.runbooks import Runbooks
from orgwarden.baseline.section import (
    Address,
    Days,
    Domain,
    KeyPath,
    Section,
    Text,
    Unit,
    account_pattern,
    distinct,
    some,
)
from orgwarden.model import Severity

ContactType = Literal["BILLING", "OPERATIONS", "SECURITY"]
ALL_CONTACTS: tuple[ContactType, ...] = ("BILLING", "OPERATIONS", "SECURITY")
INTERNATIONAL = re.compile(r"\+\d(?:[\s().-]*\d){6,14}")
CONTROL = re.compile(r"[a-z][a-z0-9_]*\.([a-z][a-z0-9_]*|\*)")
FINDING = re.compile(r"[0-9a-f]{16}")


def _number(text: str) -> str:
    number = text.strip()
    if not INTERNATIONAL.fullmatch(number):
        raise ValueError('is no international number: write it in quotes with + and calling code, as in "+47 22 ..."')
    return number


def _control(text: str) -> str:
    if not CONTROL.fullmatch(text):
        raise ValueError("is no control: write its id, such as contacts.primary_phone_valid, or contacts.* for a theme")
    return text


def _finding(text: str) -> str:
    if not FINDING.fullmatch(text):
        raise ValueError("is no finding: write the 16 digits and letters of its id, in quotes")
    return text


Domains = Annotated[tuple[Domain, ...], AfterValidator(distinct)]


class Organization(Section):
    """Which organization the baseline is for."""

    id: Annotated[str, Field(pattern=r"^o-[a-z0-9]{10,32}$")] | None = None
    """The id of the organization; a reading of another one is refused."""


class Inventory(Section):
    """What a reading of the inventory may look like."""

    most_lost: Annotated[float, Field(ge=0, le=1)] = 0.2
    """The share of accounts (0 to 1) that may vanish between two readings before the gate stops."""


class Owners(Section):
    """How the owner of a finding is found: the account's tag, else its unit, else the theme, else the default."""

    tag_keys: tuple[Text, ...] = ("owner",)
    """Keys of the account tags that name the owner; the first one that an account has counts."""
    units: dict[Text, Text] = Field(default_factory=dict)
    """Owner by id of an organizational unit; the nearest unit above the account counts."""
    themes: dict[Text, Text] = Field(default_factory=dict)
    """Owner by theme of the control, such as contacts."""
    default: Text = "organization"
    """Owner where nothing else names one."""


class DueDays(Section):
    """In how many days a finding is due, by severity."""

    critical: Days = 7
    """For critical findings."""
    high: Days = 30
    """For high findings."""
    medium: Days = 60
    """For medium findings."""
    low: Days = 90
    """For low findings."""

    def of(self, severity: Severity) -> int:
        """Give the days for a severity."""
        days: int = getattr(self, severity.name.lower())
        return days


class Number(Section):
    """A phone number that is known to stand in contact information."""

    number: Annotated[str, AfterValidator(_number)] = Field(repr=False)
    """The number in quotes, with + and calling code; spaces, dots, hyphens and brackets do not matter."""
    use: Text
    """What the number is for."""


class Group(Section):
    """A mailbox behind which stands more than one person, or a ticket queue."""

    address: Address = Field(repr=False)
    """The mail address; sub-addresses (aws+prod@) belong to it."""
    members: Annotated[int, Field(ge=0)] | tuple[Text, ...] = 0
    """How many people get its mail, or the list of their directory ids; left out: nobody said."""
    kind: Literal["group", "ticket_queue"] = "group"
    """ticket_queue: its mail becomes tickets that a team works, however many members it has."""

    @field_validator("members", mode="before")
    @classmethod
    def _members(cls, value: object) -> object:
        listed = isinstance(value, tuple) and all(isinstance(member, str) for member in value)
        counted = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if not listed and not counted:
            raise ValueError(
                "is no membership: write how many people get its mail, or list their directory ids as texts"
            )
        return value

    @property
    def size(self) -> int:
        """Give the number of members; 0: nobody said."""
        return self.members if isinstance(self.members, int) else len(set(self.members))


class Alias(Section):
    """Addresses that end in one mailbox though they look like many."""

    pattern: Annotated[str, Field(pattern=r"^[^\s@]+@[^\s@]+$")] = Field(repr=False)
    """Pattern of addresses, such as aws-*@corp.example; sub-addresses (what stands behind a plus) are folded before."""
    mailbox: Address = Field(repr=False)
    """The address of the mailbox that gets their mail."""

    def covers(self, address: str) -> bool:
        """Say whether the pattern fits an address in lower case without sub-address."""
        return fnmatchcase(address, self.pattern.lower())


class Contacts(Section):
    """Domains, numbers and mailboxes by which AWS may reach the organization."""

    domains: Domains | None = None
    """Mail domains that the business itself manages; subdomains count. Left out: undeclared; []: there is none."""
    partner_domains: Domains = ()
    """Mail domains of partners (a managed service provider) that may stand in alternate contacts."""
    internal_domains: Domains = ()
    """Domains that only the inside resolves: what the outside's DNS says of them decides nothing."""
    numbers: tuple[Number, ...] | None = None
    """Phone numbers that may stand in primary contacts. Left out: undeclared; []: there is none."""
    groups: tuple[Group, ...] | None = None
    """Mailboxes that are groups or ticket queues. Left out: undeclared; []: there is none."""
    aliases: tuple[Alias, ...] = ()
    """Patterns of addresses that end in one mailbox; the first that fits counts, when reading and when reviewing."""
    required: Annotated[tuple[ContactType, ...], AfterValidator(distinct)] = ALL_CONTACTS
    """The alternate contacts that each account must have."""
    toll_free_allowed: bool = True
    """Whether a primary contact may have a toll-free number; many are not reachable from abroad."""

    @model_validator(mode="after")
    def _aliases_end(self) -> "Contacts":
        for number, alias in enumerate(self.aliases, 1):
            local, _, domain = alias.mailbox.lower().rpartition("@")
            end = f"{local.partition('+')[0]}@{domain}"
            first = next((other for other in self.aliases if other.covers(end)), alias)
            if first.mailbox.lower() != alias.mailbox.lower():
                raise ValueError(
                    f"sends the mail of alias {number} on to another alias: name the mailbox where it ends"
                )
        return self


class Vended(Section):
    """Accounts that an account factory makes; every key that is given must match."""

    method: Literal["CREATED", "INVITED"] | None = None
    """How the account came into the organization, as AWS tells it."""
    units: tuple[Unit, ...] = ()
    """Ids of organizational units; the account stands in one of them, or below."""
    name: Text | None = None
    """Pattern of the account's name, such as team-*."""
    tags: dict[Text, Text] = Field(default_factory=dict)
    """Patterns of values by key of the account's tags; the factory's own tag says who made the account."""

    @model_validator(mode="after")
    def _names_something(self) -> "Vended":
        if not (self.method or self.units or self.name or self.tags):
            raise ValueError("fits every account: give at least one of method, units, name and tags")
        return self


class Changes(Section):
    """Which changes need nobody's acceptance."""

    vended: tuple[Vended, ...] = ()
    """Accounts that may join by themselves: each pattern names those that an account factory makes."""


class Exemption(Section):
    """A deviation that is accepted until a day; patterns are those of a shell (``*``, ``?``, ``[abc]``)."""

    control: Text
    """Id of the control, or a pattern of ids."""
    account: Annotated[str, AfterValidator(account_pattern)]
    """Id of the account in quotes, or a pattern. Mailboxes, numbers and domains belong to no account: write "*"."""
    resource: str = "*"
    """Resource as the verdict names it, or a pattern."""
    owner: Text
    """Who answers for the deviation."""
    approver: Text
    """Who accepted it; somebody other than the owner."""
    reason: Text
    """Why it is accepted."""
    expires: date
    """The last day on which it holds."""

    @model_validator(mode="after")
    def _approved_by_another(self) -> "Exemption":
        if self.owner.strip().casefold() == self.approver.strip().casefold():
            raise ValueError("has one person as owner and approver: have somebody else approve it")
        return self

    def covers(self, control_id: str, account: str, resource: str, on: date) -> bool:
        """Say whether it accepts a deviation of the control for the subject on a day, the expiry day included."""
        patterns = ((control_id, self.control), (account, self.account), (resource, self.resource))
        return on <= self.expires and all(fnmatchcase(text, pattern) for text, pattern in patterns)


class ControlSettings(Section):
    """What the owners decide about one control, or about a theme; what is left out stays as the control declares it."""

    off: Text | None = None
    """The reason why the control is switched off; all it is about is then not applicable."""
    severity: Literal["critical", "high", "medium", "low"] | None = None
    """The severity of its deviations, in place of the one that the control declares."""
    grace_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    """An account is judged so many days after it joined; one that joined nobody knows when is judged at once."""
    units: Annotated[tuple[Unit, ...], AfterValidator(some)] | None = None
    """Ids of organizational units: only what stands in an account in or below one of them is judged."""
    except_units: tuple[Unit, ...] | None = None
    """Ids of organizational units: what stands only in accounts in or below them is not judged."""

    @property
    def written(self) -> dict[str, Any]:
        """Give what is decided here, by key."""
        return {key: value for key, value in self if value is not None}


class Adoption(Section):
    """Findings of the first run, taken over as debt with a date; that this stands in the baseline is the approval."""

    on: date
    """The day on which they were taken over; what opened later, or opened again, is not among them."""
    until: date
    """The day by which they are to be gone, the last on which they count as debt."""
    findings: Annotated[tuple[Annotated[str, AfterValidator(_finding)], ...], AfterValidator(distinct)]
    """Ids of the findings, in quotes. A critical one is never debt, whatever stands here."""

    @model_validator(mode="after")
    def _ends_later(self) -> "Adoption":
        if self.until <= self.on:
            raise ValueError(f"ends on {self.until} and begins on {self.on}: let it end later")
        return self


class Tickets(Section):
    """How many tickets one run may write; the rest waits for the next runs, the worst and oldest first."""

    most_new: Annotated[int, Field(ge=0)] = 50
    """How many tickets a run may open, or open again; 0: none."""
    most_changed: Annotated[int, Field(ge=0)] = 100
    """How many open tickets a run may write anew; 0: none."""
    most_closed: Annotated[int, Field(ge=0)] = 100
    """How many tickets a run may close; 0: none."""


class Baseline(Section):
    """All that the owners declare."""

    organization: Organization = Organization()
    """Which organization this is about."""
    inventory: Inventory = Inventory()
    """Bounds of a sound inventory."""
    owners: Owners = Owners()
    """Whose a finding is."""
    due_days: DueDays = DueDays()
    """By when a finding is to be settled."""
    contacts: Contacts = Contacts()
    """Who may be reached by AWS, and how."""
    people: dict[PersonId, Person] | None = None
    """Who is meant wherever a person is named, by directory id. Left out: undeclared."""
    custody: Custody = Custody()
    """Who keeps what the root user of the management account is reached by."""
    attestations: Attestations = Attestations()
    """Who reviews, and by when answers are due."""
    root: Root = Root()
    """What was done with root users on purpose, and who is told."""
    runbooks: Runbooks = Runbooks()
    """Which documents say what to do with the root user."""
    management_account: ManagementAccount = ManagementAccount()
    """What is meant to be in the management account."""
    delegation: Delegation = Delegation()
    """Who administers which service."""
    structure: Structure = Structure()
    """How the organization is meant to be laid out."""
    tags: Tags = Tags()
    """How things are meant to be tagged."""
    billing: Billing = Billing()
    """Whose costs are, how they are reported and booked, and which differences count."""
    changes: Changes = Changes()
    """What may change without anybody accepting it."""
    exemptions: tuple[Exemption, ...] = ()
    """Deviations that are accepted."""
    adopted: tuple[Adoption, ...] = ()
    """Findings of the first run, taken over as debt with a date."""
    controls: dict[Annotated[str, AfterValidator(_control)], ControlSettings] = Field(default_factory=dict)
    """Settings by id of a control, or of all controls of a theme (contacts.*); those of the control itself win."""
    tickets: Tickets = Tickets()
    """How many tickets one run may write."""

    @field_validator("people")
    @classmethod
    def _told_apart(cls, people: dict[str, Person] | None) -> dict[str, Person] | None:
        users = Counter(person.identity_center for person in (people or {}).values() if person.identity_center)
        if twice := next((user for user, count in users.items() if count > 1), None):
            named = " and ".join(id_ for id_, person in (people or {}).items() if person.identity_center == twice)
            raise ValueError(f"has one identity_center for {named}: a user is one person")
        return people

    def named_people(self) -> Iterator[tuple[KeyPath, str]]:
        """Give each place, as a path of keys, that names a person who is to stand under ``people``, and the id."""
        for id_, person in (self.people or {}).items():
            if person.deputy:
                yield ("people", id_, "deputy"), person.deputy
        for name, people in (
            ("reviewers", self.attestations.reviewers or ()),
            ("finance", self.attestations.finance or ()),
        ):
            yield from ((("attestations", name, at), person) for at, person in enumerate(people))
        for account, keepers in self.attestations.called_accounts.items():
            for at, keeper in enumerate(keepers):
                yield ("attestations", "called_accounts", account, at), keeper
        for name, kept in (("password", self.custody.password), ("phone", self.custody.phone)):
            yield from _people(("custody", name), kept)
        for at, device in enumerate(self.root.mfa_devices or ()):
            yield from _people(("root", "mfa_devices", at, "custody"), device.custody)
        for id_ in self.management_account.access or {}:
            yield ("management_account", "access", id_), id_
        for at, document in enumerate(self.runbooks.documents or ()):
            yield ("runbooks", "documents", at, "owner"), document.owner

    def users(self) -> frozenset[str]:
        """Give the ids of the identity store's users whom ``people`` names."""
        return frozenset(one.identity_center for one in (self.people or {}).values() if one.identity_center)

    def adoptions(self) -> dict[str, tuple[Adoption, ...]]:
        """Give the adoptions by id of finding."""
        found: dict[str, tuple[Adoption, ...]] = {}
        for adoption in self.adopted:
            found |= {finding: (*found.get(finding, ()), adoption) for finding in adoption.findings}
        return found

    def exempted(self, control_id: str, account: str, resource: str, on: date) -> Exemption | None:
        """Give the first exemption that covers a deviation, if any."""
        return next((e for e in self.exemptions if e.covers(control_id, account, resource, on)), None)


def _people(path: KeyPath, kept: Kept | None) -> Iterator[tuple[KeyPath, str]]:
    if kept is not None:
        yield from (((*path, "people", at), id_) for at, id_ in enumerate(kept.people))


def schema() -> dict[str, Any]:
    """Give the JSON Schema by which an editor completes and checks a baseline."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Baseline.model_json_schema()}
