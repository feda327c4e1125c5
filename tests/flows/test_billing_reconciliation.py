"""A month is reconciled when it is delivered anew; what is published stays, and what blocks it is released by two."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from orgwarden.baseline import Baseline
from orgwarden.billing.export_place import Bills, ExportPlace
from orgwarden.collect.cost_explorer import Requests
from orgwarden.collect.invoicing import NO_INVOICE_YET
from orgwarden.demo.billing import Format, Plan, generate
from orgwarden.demo.billing.plan import Account, Mode
from orgwarden.demo.billing.witnesses import file_name
from orgwarden.errors import BadInput, GateFailed
from orgwarden.findings.database import connect, migrate
from orgwarden.findings.finding import Finding
from orgwarden.findings.store import FindingStore
from orgwarden.flows import accepting, gating
from orgwarden.flows import billing_reconciliation as flow
from orgwarden.flows.accepting import Word
from orgwarden.model import Period
from orgwarden.reports.finance.publishing import newest
from orgwarden.store import FileStore
from tests.billing.test_declared_exports import CUR2, FOCUS
from tests.collect.fakes import aws, refusal
from tests.collect.test_organizations import A, B, listed
from tests.flows.test_organization_inventory import VEIL, opened, sealed, swept

SEPTEMBER, OCTOBER, NOVEMBER = (Period(f"2026-{month:02}") for month in (9, 10, 11))
ON_THE_FIFTH = datetime(2026, 11, 5, 7, tzinfo=UTC)
TIES = "billing.export_ties_to_invoice"
UNCHANGED = "billing.closed_month_unchanged"
MEMBERS = (B, "333333333333", "444444444444", "555555555555")
ACCOUNTS = (
    Account(id=A, name="management", is_management=True, tags={"owner": "platform", "cost-center": "1"}),
    *(Account(id=id_, name=f"shop-{id_[0]}", tags={"owner": "shop", "cost-center": "2"}) for id_ in MEMBERS),
)


@dataclass
class Place:
    """A store, a folder into which AWS delivers, and an AWS that says what the delivered witnesses say."""

    folder: Path
    findings: FindingStore
    baseline: Baseline | None = None
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def store(self) -> FileStore:
        return FileStore(self.folder / "store")

    @property
    def bills(self) -> Bills:
        export, stage = self.folder / "export", self.folder / "stage"
        return Bills(export=str(export), client=lambda: None, stage=stage, memory="500MB")

    def plan(self, *months: Period, broken: tuple[str, ...] = (), restatement: int = 0) -> Plan:
        return Plan(
            months=months,
            mode=Mode.CREATE_NEW,
            rows=1_000,
            accounts=ACCOUNTS,
            broken=broken,
            today=ON_THE_FIFTH.date(),
            restatement=restatement,
        )

    def deliver(self, *months: Period, broken: tuple[str, ...] = (), restatement: int = 0) -> None:
        generate(self.plan(*months, broken=broken, restatement=restatement), self.folder / "export")

    def told(self, month: Period, name: str) -> Any:
        return json.loads((self.folder / "export" / "witnesses" / month.text / name).read_bytes())

    def aws(self) -> Any:
        def invoices(**asked: Any) -> Any:
            period = asked["Filter"]["BillingPeriod"]
            return self.told(Period(f"{period['Year']}-{period['Month']:02}"), "invoices.json")

        def costs(**asked: Any) -> Any:
            key = asked["GroupBy"][1]["Key"]
            name = "cost-explorer-accounts.json" if key == "RECORD_TYPE" else f"cost-explorer-tag-{file_name(key)}.json"
            return self.told(Period(asked["TimePeriod"]["Start"][:7]), name)

        return aws({"ListInvoiceSummaries": invoices, "GetCostAndUsage": costs, **self.answers}, caller=A)

    def due(self, asked: Period | None = None, *, day: int = 5) -> list[str]:
        return flow.due(asked, store=self.store, bills=self.bills, clock=lambda: ON_THE_FIFTH.replace(day=day))

    def reconcile(self, month: Period, *, paid: bool = True) -> dict[str, Any]:
        return flow.reconcile(
            flow.stage(month.text, store=self.store, bills=self.bills, clock=lambda: ON_THE_FIFTH),
            store=self.store,
            bills=self.bills,
            aws=self.aws(),
            paid_requests=Requests(cap=20, is_allowed=paid),
            baseline=self.baseline,
            veil=VEIL,
            findings=self.findings,
            clock=lambda: ON_THE_FIFTH,
        )

    def release(self, month: Period, check: str = TIES, **changed: str) -> dict[str, Any]:
        words = {"reason": "AWS corrects it next month", "by": "Ada", "second": "Grace", **changed}
        return flow.release(month, check, **words, store=self.store, clock=lambda: ON_THE_FIFTH)

    def open(self, control: str) -> list[Finding]:
        return [one for one in self.findings.open_findings("o-1") if one.control == control]


@pytest.fixture(scope="module")
def inventoried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one sealed snapshot of the accounts that are billed."""
    folder = tmp_path_factory.mktemp("inventoried")
    store = FileStore(folder)
    reading = opened(store)
    swept(store, reading, ListAccounts=lambda **_: {"Accounts": [listed(one.id) for one in ACCOUNTS]})
    sealed(store, reading)
    return folder


@pytest.fixture
def here(tmp_path: Path, inventoried: Path) -> Iterator[Place]:
    shutil.copytree(inventoried, tmp_path / "store")
    engine = connect(f"sqlite:///{tmp_path / 'orgwarden.db'}")
    migrate(engine)
    yield Place(tmp_path, FindingStore(engine))
    engine.dispose()


def test_a_clean_month_ties_to_all_that_was_asked_and_is_published_with_the_status_alone(here: Place):
    here.deliver(SEPTEMBER, OCTOBER)
    outcome = here.reconcile(OCTOBER)
    assert (outcome["period"], outcome["status"], outcome["currency"]) == ("2026-10", "FINAL", "USD")
    assert "FAIL" not in outcome["checks"].values()
    assert {outcome["checks"][name] for name in (TIES, "billing.export_ties_to_cost_explorer")} == {"PASS"}
    pack = newest(here.store, A, OCTOBER, "USD")
    assert pack is not None
    assert (pack.manifest["stamp"], outcome["packs"]) == ("FINAL", [pack.folder])
    assert set(outcome["reports"]) == set(pack.names)
    assert outcome["line"].startswith("2026-10 FINAL ")
    assert "paid requests to Cost Explorer" in outcome["line"]


def test_the_same_delivery_reconciled_twice_publishes_once_and_moves_nothing(here: Place):
    here.deliver(SEPTEMBER, OCTOBER)
    first, second = here.reconcile(OCTOBER), here.reconcile(OCTOBER)
    assert (len(first["new_packs"]), second["new_packs"], second["new"]) == (1, [], 0)
    assert first["packs"] == second["packs"]


def test_a_month_is_due_until_it_was_reconciled_and_again_when_it_is_delivered_anew(here: Place):
    here.deliver(SEPTEMBER, OCTOBER)
    assert here.due() == ["2026-10"]
    here.reconcile(OCTOBER)
    assert here.due() == []
    here.deliver(OCTOBER, broken=(UNCHANGED,), restatement=1)
    assert here.due() == ["2026-10"]
    assert here.due(SEPTEMBER) == ["2026-09"]


def test_a_month_whose_manifest_is_cut_is_due_and_told_by_its_own_tasks(here: Place):
    here.deliver(OCTOBER)
    for manifest in (here.folder / "export").rglob("*anifest.json"):
        manifest.write_bytes(manifest.read_bytes()[:-20])
    assert "2026-10" in here.due()
    with pytest.raises(BadInput, match=r"is cut or is no JSON: fetch the manifest again"):
        here.reconcile(OCTOBER)


def test_an_older_month_is_looked_at_once_it_was_reconciled(here: Place):
    here.deliver(SEPTEMBER, OCTOBER)
    here.reconcile(SEPTEMBER)
    here.deliver(SEPTEMBER, broken=(UNCHANGED,), restatement=1)
    assert here.due() == ["2026-09", "2026-10"]


def test_a_month_that_never_came_is_told_after_some_days_where_the_one_before_it_did(here: Place):
    here.deliver(Period("2026-08"), SEPTEMBER)
    assert here.due(day=6) == []
    here.reconcile(SEPTEMBER)
    assert (here.due(day=5), here.due(day=6)) == ([], ["2026-10"])
    with pytest.raises(BadInput, match="2026-10"):
        here.reconcile(OCTOBER)


def test_a_restated_month_is_published_beside_the_first_pack_and_the_finding_outlives_later_deliveries(here: Place):
    here.deliver(OCTOBER)
    here.reconcile(OCTOBER)
    here.deliver(OCTOBER, broken=(UNCHANGED,), restatement=1)
    restated = here.reconcile(OCTOBER)
    assert restated["checks"][UNCHANGED] == "FAIL"
    assert [folder.rpartition("/")[2] for folder in restated["packs"]] == ["final-v2"]
    assert [finding.subject.scope for finding in here.open(UNCHANGED)] == ["2026-10"]
    assert here.reconcile(OCTOBER)["new_packs"] == []
    here.deliver(OCTOBER, broken=(UNCHANGED,), restatement=2)
    again = here.reconcile(OCTOBER)
    assert (again["checks"][UNCHANGED], again["resolved"]) == ("PASS", 0)
    assert len(here.open(UNCHANGED)) == 1


def test_a_final_month_that_is_delivered_anew_without_a_change_is_not_published_again(here: Place):
    here.deliver(OCTOBER)
    first = here.reconcile(OCTOBER)
    here.deliver(OCTOBER, restatement=1)
    assert here.due() == ["2026-10"]
    again = here.reconcile(OCTOBER)
    assert (first["checks"][UNCHANGED], again["checks"][UNCHANGED]) == ("UNKNOWN", "PASS")
    assert (again["new_packs"], again["packs"]) == ([], first["packs"])


@pytest.mark.slow
def test_a_finding_about_a_month_ends_by_somebodys_word_until_a_later_delivery_shows_it_again(here: Place):
    here.deliver(OCTOBER)
    here.reconcile(OCTOBER)
    here.deliver(OCTOBER, broken=(UNCHANGED,), restatement=1)
    here.reconcile(OCTOBER)
    word = Word(by="Ada", at=datetime.now(UTC), why="a late refund")
    done = accepting.accept_months(here.open(UNCHANGED), word, findings=here.findings)
    assert len(done.accepted) == 1
    assert here.reconcile(OCTOBER)["reopened"] == 0
    assert here.open(UNCHANGED) == []
    (closed,) = here.findings.by_ids(done.accepted)
    assert closed.resolution == "accepted by Ada: a late refund"


def test_a_final_month_that_does_not_tie_is_not_published_until_two_people_release_it(here: Place):
    here.deliver(SEPTEMBER, OCTOBER, broken=(TIES,))
    blocked = here.reconcile(OCTOBER)
    assert (blocked["blocked"], blocked["packs"], here.due()) == ([TIES], [], [])
    assert f"blocked by {TIES}" in blocked["line"]
    here.release(OCTOBER)
    assert here.due() == ["2026-10"]
    here.reconcile(OCTOBER)
    pack = newest(here.store, A, OCTOBER, "USD")
    assert pack is not None
    assert any("released by Ada with Grace" in note for note in pack.manifest["notes"])
    assert here.due() == []


@pytest.mark.slow
def test_what_does_not_block_cannot_be_released_and_nobody_releases_alone(here: Place):
    here.deliver(SEPTEMBER, OCTOBER, broken=(TIES,))
    with pytest.raises(BadInput, match="nothing does"):
        here.release(OCTOBER)
    here.reconcile(OCTOBER)
    with pytest.raises(BadInput, match=f"does not block 2026-10: {TIES} does"):
        here.release(OCTOBER, "billing.lines_unique")
    with pytest.raises(BadInput, match="name a second person"):
        here.release(OCTOBER, second=" ADA ")
    with pytest.raises(BadInput, match="--reason is empty"):
        here.release(OCTOBER, reason=" ")
    here.release(OCTOBER)
    with pytest.raises(BadInput, match="released already"):
        here.release(OCTOBER)


@pytest.mark.slow
def test_a_month_in_two_currencies_reconciled_twice_publishes_one_pack_of_each(here: Place):
    here.deliver(NOVEMBER, broken=("billing.one_currency",))
    first, second = here.reconcile(NOVEMBER, paid=False), here.reconcile(NOVEMBER, paid=False)
    assert (len(first["new_packs"]), second["new_packs"]) == (2, [])
    assert first["packs"] == second["packs"]


def test_a_witness_that_refuses_leaves_the_bill_final_and_not_tied_to_it(here: Place):
    here.deliver(SEPTEMBER, OCTOBER)
    here.answers["ListInvoiceSummaries"] = lambda **_: refusal("AccessDeniedException", 403)
    outcome = here.reconcile(OCTOBER, paid=False)
    pack = newest(here.store, A, OCTOBER, "USD")
    assert pack is not None
    assert pack.manifest["stamp"] == "FINAL, not tied to the invoices and Cost Explorer"
    assert outcome["checks"][TIES] == "UNKNOWN"


@pytest.mark.slow
def test_an_export_in_another_format_that_the_inventory_lists_is_a_witness(here: Place, monkeypatch):
    here.deliver(OCTOBER)
    generate(replace(here.plan(OCTOBER), format=Format.FOCUS), here.folder / "focus")
    focus = ExportPlace(named=str(here.folder / "focus"), client=lambda: None, into=here.folder)
    asked = []
    monkeypatch.setattr(flow, "other_exports", lambda *told: asked.append(told[2]) or [focus])
    assert here.reconcile(OCTOBER)["checks"]["billing.formats_agree"] == "PASS"
    assert asked == ["CUR"]


def test_exports_in_another_format_are_the_other_bills_that_were_declared(here: Place):
    carbon = replace(CUR2, name="carbon", table="CARBON_EMISSIONS")
    declared = {one.name: one for one in (CUR2, FOCUS, carbon)}
    with patch.object(flow, "load_rows", lambda *_: declared):
        found = flow.other_exports(here.store, here.bills, "CUR", here.bills.at(CUR2.uri))
        assert [one.named for one in found] == [FOCUS.uri]
        found = flow.other_exports(here.store, here.bills, "FOCUS", here.bills.at(FOCUS.uri))
        assert [one.named for one in found] == [CUR2.uri]


@pytest.mark.slow
def test_why_cost_explorer_told_nothing_by_a_tag_is_told(here: Place):
    here.deliver(SEPTEMBER, OCTOBER)
    answer = here.aws().session.client("ce").answers["GetCostAndUsage"]
    here.answers["GetCostAndUsage"] = lambda **asked: (
        answer(**asked) if asked["GroupBy"][1]["Key"] == "RECORD_TYPE" else refusal("DataUnavailableException")
    )
    outcome = here.reconcile(OCTOBER)
    assert outcome["checks"]["billing.tags_add_up"] == "UNKNOWN"
    assert outcome["checks"]["billing.export_ties_to_cost_explorer"] == "PASS"
    verdicts = here.store.read(outcome["verdicts"].replace(".parquet", ".jsonl")).decode()
    assert "ce:GetCostAndUsage failed (DataUnavailableException)" in verdicts


@pytest.mark.slow
def test_what_is_below_what_is_material_is_in_the_pack_and_no_finding(here: Place):
    here.baseline = Baseline.model_validate({"billing": {"materiality": {"amount": 100_000}}})
    here.deliver(OCTOBER)
    here.reconcile(OCTOBER)
    here.deliver(OCTOBER, broken=(UNCHANGED,), restatement=1)
    assert here.reconcile(OCTOBER)["checks"][UNCHANGED] == "FAIL"
    assert here.open(UNCHANGED) == []


def test_what_holds_a_month_back_is_a_finding_however_small(here: Place):
    here.baseline = Baseline.model_validate({"billing": {"materiality": {"amount": 100_000}}})
    here.deliver(SEPTEMBER, OCTOBER, broken=(TIES,))
    assert here.reconcile(OCTOBER)["blocked"] == [TIES]
    assert [finding.evidence["material"] for finding in here.open(TIES)] == ["no"]


@pytest.mark.slow
def test_that_a_month_that_runs_has_no_invoices_needs_nobody(here: Place):
    here.answers["ListInvoiceSummaries"] = lambda **_: {"InvoiceSummaries": []}
    for refresh in range(2):
        here.deliver(NOVEMBER, restatement=refresh)
        assert here.reconcile(NOVEMBER)["checks"][TIES] == "UNKNOWN"
    assert here.open(TIES) == []


@pytest.mark.slow
def test_that_a_final_month_has_no_invoices_is_told(here: Place):
    here.answers["ListInvoiceSummaries"] = lambda **_: {"InvoiceSummaries": []}
    for refresh in range(2):
        here.deliver(OCTOBER, restatement=refresh)
        here.reconcile(OCTOBER)
    assert [finding.reason for finding in here.open(TIES)] == [NO_INVOICE_YET]


def test_an_older_month_says_nothing_of_what_stands_whatever_the_month(here: Place):
    control = "billing.accounts_match_inventory"
    here.deliver(SEPTEMBER)
    here.deliver(OCTOBER, broken=(control,))
    here.reconcile(OCTOBER)
    stood = here.open(control)
    here.reconcile(SEPTEMBER)
    assert stood
    assert here.open(control) == stood


def test_a_ledger_that_is_not_fit_publishes_nothing_and_its_pages_say_why(here: Place):
    with closing(here.bills.connect()) as con:
        con.execute(
            "create table ledger as select 'Usage' as charge_category, 'Usage' as line_type, 'USD' as currency, "
            "'2026-09' as period, 1::bigint as lines, 1.0::decimal(38,18) as unblended, '1' as account, "
            "'AmazonEC2' as service, date '2026-09-01' as day, '1' as payer"
        )
        con.execute("create table control_total as select payer, currency, 2::bigint as lines, unblended from ledger")
        with pytest.raises(GateFailed, match=r"every line is billed in 2026-10 \(2026-09\); .* made of every line"):
            gating.gate_bill(con, OCTOBER, store=here.store)
    assert "billing/2026-10/gate/index.html" in here.store.names("billing")


def test_without_a_place_nothing_is_due_and_a_month_that_is_asked_for_is_told_the_remedy(here: Place):
    nowhere = Bills(export="", client=lambda: None, stage=here.folder, memory="500MB")
    assert flow.due(None, store=here.store, bills=nowhere, clock=lambda: ON_THE_FIFTH) == []
    with pytest.raises(BadInput, match="set ORGWARDEN_BILLING_EXPORT"):
        flow.due(OCTOBER, store=here.store, bills=nowhere, clock=lambda: ON_THE_FIFTH)


def test_a_place_that_nothing_names_any_more_is_told_and_does_not_end_the_looks_in_silence(here: Place):
    here.deliver(OCTOBER)
    here.reconcile(OCTOBER)
    nowhere = Bills(export="", client=lambda: None, stage=here.folder, memory="500MB")
    with pytest.raises(BadInput, match="set ORGWARDEN_BILLING_EXPORT"):
        flow.due(None, store=here.store, bills=nowhere, clock=lambda: ON_THE_FIFTH)
