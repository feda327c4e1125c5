"""An organization of 45 accounts over three pages and seven units, answered from functions, always alike."""

from collections.abc import Callable
from typing import Any

from orgwarden.collect.sessions import Aws
from tests.collect.fakes import aws, refusal
from tests.stress.mortal import AFTER, Counter

Answer = Callable[..., Any]

MANAGEMENT, ROOT = "111111111111", "r-1"
ACCOUNTS = (MANAGEMENT, *(f"2{number:011}" for number in range(44)))
UNITS = {ROOT: ["ou-1-a", "ou-1-b", "ou-1-c"], "ou-1-a": ["ou-1-d", "ou-1-e"], "ou-1-e": ["ou-1-f", "ou-1-g"]}
LEAVES = ("ou-1-b", "ou-1-d", "ou-1-g")
PAGE = 20


def reading(counter: Counter | None = None, *, mended: bool = False) -> Aws:
    """Give AWS as this organization answers; every fifth account has no security contact, until they are mended.

    Each answer is a moment of the counter.
    """
    answers = _answers(mended=mended)
    counted = {name: _counted(name, answer, counter or Counter()) for name, answer in answers.items()}
    return aws(counted, caller=MANAGEMENT)


def _counted(name: str, answer: Answer, counter: Counter) -> Answer:
    def answered(**asked: Any) -> Any:
        given = answer(**asked)
        counter.die_if(at=counter.step(name), when=AFTER)
        return given

    return answered


def _answers(*, mended: bool) -> dict[str, Answer]:
    return {
        "DescribeOrganization": lambda: {
            "Organization": {"Id": "o-1", "MasterAccountId": MANAGEMENT, "FeatureSet": "ALL"}
        },
        "ListRoots": lambda: {"Roots": [{"Id": ROOT}]},
        "ListAccounts": _accounts,
        "ListOrganizationalUnitsForParent": _units,
        "ListTagsForResource": lambda ResourceId, **_: {"Tags": [{"Key": "owner", "Value": f"team-{ResourceId[-1]}"}]},
        "GetContactInformation": _primary,
        "GetAlternateContact": lambda **asked: _alternate(mended=mended, **asked),
    }


class Names:
    """A DNS in which every domain has a mail server."""

    def records(self, domain: str, _: str) -> list[str]:
        return [f"10 mail.{domain}."]


def _accounts(NextToken: str = "0", **_: Any) -> dict[str, Any]:
    start = int(NextToken)
    page = [_listed(account) for account in ACCOUNTS[start : start + PAGE]]
    more = {"NextToken": str(start + PAGE)} if start + PAGE < len(ACCOUNTS) else {}
    return {"Accounts": page, **more}


def _listed(account: str) -> dict[str, Any]:
    path = {"ou-1-b": "ou-1-b", "ou-1-d": "ou-1-a/ou-1-d", "ou-1-g": "ou-1-a/ou-1-e/ou-1-g"}[
        LEAVES[int(account[-1]) % 3]
    ]
    email = f"aws+{account}@{'gmail.com' if account.endswith('7') else 'corp.example'}"
    return {"Id": account, "Email": email, "State": "ACTIVE", "Paths": [f"o-1/{ROOT}/{path}/{account}/"]}


def _units(ParentId: str, **_: Any) -> dict[str, Any]:
    return {"OrganizationalUnits": [{"Id": unit, "Name": unit} for unit in UNITS.get(ParentId, [])]}


def _primary(AccountId: str = MANAGEMENT) -> dict[str, Any]:
    number = f"+47 22 86 4{AccountId[-3:-2]} {AccountId[-2:]}" if AccountId != MANAGEMENT else "+47 22 86 39 12"
    return {"ContactInformation": {"PhoneNumber": number, "CountryCode": "NO"}, "VerificationStatus": "VERIFIED"}


def _alternate(*, mended: bool, AlternateContactType: str, AccountId: str = MANAGEMENT) -> Any:
    if AlternateContactType == "SECURITY" and AccountId.endswith(("0", "5")) and not mended:
        return refusal("ResourceNotFoundException", 404)
    email = f"{AlternateContactType.lower()}@corp.example"
    return {"AlternateContact": {"Name": "Duty", "EmailAddress": email, "PhoneNumber": "+47 22 86 39 70"}}
