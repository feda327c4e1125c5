"""The workflows, run by Airflow in this process against the demo organization: what goes on, and what stops."""

import json
import os
import shutil
import sys
from urllib.request import Request, urlopen

import pytest

from orgwarden.store import FileStore

pytestmark = pytest.mark.airflow
REVIEWS = ("contact_review", "management_account_review", "organization_review")
# Members' root users are looked at in one test, for that takes seconds.
NOVEMBER = {"period": "2026-11", "audit_member_root": "off"}
MANAGEMENT = "123456789012"
FIRST, SECOND = (f"snapshots/2026-11/{number}/manifest.json" for number in (1, 2))
# Of regions two do: a third is asked the same, and takes as long.
REGIONS = [{"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for name in ("us-east-1", "eu-west-1")]
TWO_REGIONS = {"service": "account", "operation": "ListRegions", "body": json.dumps({"Regions": REGIONS})}
ALONE = {
    "Id": MANAGEMENT,
    "Email": "aws@corp.example",
    "State": "ACTIVE",
    "Paths": [f"o-nw7demo0rg/r-nw01/{MANAGEMENT}/"],
}


def asked(url, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, method=method)) as answer:  # noqa: S310 - loopback
        return json.loads(answer.read() or "null")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve the demo organization in a process of its own: moto keeps its state per process.

    Its domains are asked for here, by a name server that leaves nobody waiting.
    """
    from orgwarden.demo import domains, embedded

    port, spare = embedded.port(), embedded.port()
    command = [sys.executable, "-m", "orgwarden.demo", "--port", str(port), "--dns-port", str(spare)]
    log = tmp_path_factory.mktemp("server") / "log"
    url = f"http://{embedded.HOST}:{port}"
    with (
        domains.serving(domains.any_example, 0) as dns,
        embedded.running("The demo organization", command, environ=embedded.clean_environ(), log=log) as process,
    ):
        embedded.wait(process, log, lambda: embedded.answers(f"{url}/demo/calls"))
        asked(f"{url}/demo/faults", "PUT", [TWO_REGIONS, *asked(f"{url}/demo/faults")])
        authority = log.with_name("authority.pem")
        authority.write_text(asked(f"{url}/demo/where")["authority"])
        yield url, f"{domains.HOST}:{dns}", authority


@pytest.fixture
def faults(server):
    """Give what puts faults before those of the demo organization; they are as before when the test is over."""
    url = f"{server[0]}/demo/faults"
    before = asked(url)
    yield lambda *more: asked(url, "PUT", [*more, *before])
    asked(url, "PUT", before)


@pytest.fixture(scope="module")
def run(bag):
    with pytest.MonkeyPatch.context() as patch:

        def states(workflow, conf):
            dag = bag.get_dag(workflow)
            # dag.test() of Airflow 3.3.2 stumbles over deadlines: it looks for rows that only a scheduler writes.
            patch.setattr(dag, "deadline", None)
            done = dag.test(run_conf=conf)
            return done.state, {task.task_id: str(task.state) for task in done.get_task_instances()}

        yield states


def use(folder, server, setenv):
    from orgwarden.demo.standing import environ

    told = environ(folder, server=server[0], dns=server[1], key="a key", authority=server[2])
    for name, value in told.items():
        setenv(name, value)


@pytest.fixture
def store(server, tmp_path, monkeypatch):
    """Give a store with nothing in it, to which the settings lead."""
    use(tmp_path, server, monkeypatch.setenv)
    return FileStore(tmp_path / "store")


@pytest.fixture(scope="module")
def read(run, server, tmp_path_factory):
    """Give the folder of one inventory of November, and how its tasks ended."""
    folder = tmp_path_factory.mktemp("november")
    with pytest.MonkeyPatch.context() as patch:
        use(folder, server, patch.setenv)
        return folder, run("organization_inventory", NOVEMBER)


@pytest.fixture
def november(read, store, tmp_path):
    """Give a store in which November has been read once."""
    shutil.copytree(read[0], tmp_path, dirs_exist_ok=True)
    return store


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    """Give an export with a clean September and October of a year ago, as AWS delivers them into a folder."""
    from orgwarden.demo.billing import Plan, generate
    from orgwarden.demo.billing.months import northwind
    from orgwarden.model import Period

    months = (Period("2025-09"), Period("2025-10"))
    return generate(Plan(months=months, rows=1_000, accounts=northwind()), tmp_path_factory.mktemp("bill"))


@pytest.fixture
def bill(store, delivered, tmp_path, monkeypatch):
    """Give a store whose settings lead to the export."""
    shutil.copytree(delivered.root, tmp_path / "export")
    monkeypatch.setenv("ORGWARDEN_BILLING_EXPORT", str(tmp_path / "export"))
    monkeypatch.setenv("ORGWARDEN_BILLING_STAGE", str(tmp_path / "stage"))
    return store


def packs(store):
    return sorted(name for name in store.names("reports/billing") if name.endswith("v1/manifest.json"))


def sealed(store):
    return [name for name in store.names("snapshots") if name.endswith("manifest.json")]


def gaps(store, manifest=FIRST):
    return {(gap["part"], gap["key"]): gap["cause"] for gap in json.loads(store.read(manifest))["gaps"]}


def unread(store, manifest=FIRST):
    return {part for part, key in gaps(store, manifest) if key == "*"}


def parts(*names):
    from orgwarden.flows.organization_inventory import SWEEPS

    return {part.name for sweep in SWEEPS if sweep.NAME in names for part in sweep.PARTS}


def test_an_inventory_that_nothing_hinders_seals_one_reading(read):
    folder, (state, tasks) = read
    assert (state, set(tasks.values())) == ("success", {"success"})
    assert sealed(FileStore(folder / "store")) == [FIRST]


def test_the_links_of_runbooks_are_asked_through_the_proxy_and_none_is_kept(read):
    store = FileStore(read[0] / "store")
    (name,) = [one for one in store.names("snapshots/2026-11/1/parts") if "runbooks.links" in one]
    kept = store.read(name).decode()
    assert sorted(json.loads(line)["row"] for line in kept.splitlines()) == ["gone", "there"]
    assert "wiki" not in kept


def test_the_reviews_judge_a_reading_and_their_deviations_come_to_tickets(run, november):
    for workflow in (*REVIEWS, "drift_tickets"):
        state, tasks = run(workflow, {"period": "2026-11"})
        assert (state, set(tasks.values())) == ("success", {"success"})
    themes = {name.rpartition("/")[2].partition("-")[0] for name in november.names("reviews/2026-11/1")}
    assert themes == {"changes", "contacts", "management_account+root", "billing+delegation+structure+tags"}
    assert any(name.endswith(".md") for name in november.names("tickets"))


def test_what_a_run_asks_for_of_members_root_users_wins_over_the_settings(november):
    assert os.environ["ORGWARDEN_AUDIT_MEMBER_ROOT"] == "member_role"
    causes = [cause for (part, _), cause in gaps(november).items() if part == "iam.root_credentials"]
    assert len(causes) == 55
    assert {cause.partition(":")[0] for cause in causes} == {"not audited"}


def test_a_run_without_period_fails_before_it_reads_anything(run, store):
    state, tasks = run("organization_inventory", {"period": None})
    assert (state, tasks["open_snapshot"], tasks["sweep_organizations"]) == ("failed", "failed", "upstream_failed")
    assert store.names("snapshots") == []


def test_an_organization_that_refuses_seals_nothing(run, store, faults):
    faults({"service": "organizations", "operation": "ListAccounts", "error": "AccessDeniedException"})
    state, tasks = run("organization_inventory", NOVEMBER)
    assert (state, tasks["open_snapshot"], tasks["sweep_organizations"]) == ("failed", "success", "failed")
    assert {said for name, said in tasks.items() if name not in ("open_snapshot", "sweep_organizations")} == {
        "upstream_failed"
    }
    assert sealed(store) == []


def test_failed_sweeps_leave_gaps_of_their_own_parts_and_the_others_answers_stand(run, november, faults):
    # Credentials that expire amid a sweep end it: whatever it asks next is refused, too.
    faults(
        {"service": "account", "operation": "GetContactInformation", "error": "ExpiredTokenException"},
        {
            "service": "sso-admin",
            "operation": "ListPermissionSetsProvisionedToAccount",
            "error": "ExpiredTokenException",
        },
    )
    state, tasks = run("organization_inventory", NOVEMBER)
    assert state == "success"
    assert sorted(name for name, said in tasks.items() if said != "success") == ["sweep_access", "sweep_contacts"]
    # The second reading of a month stands beside the first.
    assert sealed(november) == [FIRST, SECOND]
    assert unread(november, SECOND) - unread(november) == parts("contacts", "access")
    assert run("management_account_review", NOVEMBER) == ("success", {"review": "success"})
    assert november.names("reviews/2026-11/2")


def test_a_failed_gate_seals_nothing_and_the_last_good_snapshot_stays(run, november, faults):
    faults({"service": "organizations", "operation": "ListAccounts", "body": json.dumps({"Accounts": [ALONE]})})
    state, tasks = run("organization_inventory", NOVEMBER)
    assert (state, tasks["gate"], tasks["seal"]) == ("failed", "failed", "upstream_failed")
    assert sealed(november) == [FIRST]


@pytest.mark.parametrize("review", REVIEWS)
def test_a_review_without_snapshot_says_what_to_run_first(run, store, review):
    assert run(review, NOVEMBER) == ("failed", {"review": "failed"})
    assert store.names("reviews") == []


def test_a_review_that_is_asked_to_recheck_reads_the_subjects_of_one_finding_alone(run, november, server):
    from orgwarden.findings.database import connect
    from orgwarden.findings.store import FindingStore

    assert run("contact_review", NOVEMBER)[0] == "success"
    engine = connect(os.environ["ORGWARDEN_DATABASE_URL"])
    wanted = "contacts.alternate_contacts_complete"
    finding = next(f for f in FindingStore(engine).open_findings("o-nw7demo0rg") if f.control == wanted)
    engine.dispose()
    calls = f"{server[0]}/demo/calls"
    urlopen(Request(calls, method="DELETE")).read()  # noqa: S310 - loopback
    assert run("contact_review", {**NOVEMBER, "recheck": finding.id})[0] == "success"
    made = asked(calls)
    assert {c["account"] for c in made if c["operation"] != "GetCallerIdentity"} == {finding.subject.account}
    assert len(november.names("rechecks")) == 1


def test_a_month_that_is_asked_for_is_reconciled_and_its_pack_published(run, bill):
    state, tasks = run("billing_reconciliation", {"period": "2025-10"})
    assert (state, set(tasks.values())) == ("success", {"success"})
    assert packs(bill) == [f"reports/billing/{MANAGEMENT}/2025-10/final-v1/manifest.json"]
    assert run("billing_reconciliation", {"period": "2025-10"})[0] == "success"
    assert len(bill.names("billing/2025-10")) > 2
    assert {name.rpartition("/")[0] for name in packs(bill)} == {f"reports/billing/{MANAGEMENT}/2025-10/final-v1"}


def test_a_bill_that_is_cut_publishes_nothing(run, bill, tmp_path):
    for path in (tmp_path / "export").rglob("*.parquet"):
        path.write_bytes(path.read_bytes()[:-9])
    state, tasks = run("billing_reconciliation", {"period": "2025-10"})
    assert (state, tasks["each.reconcile"], packs(bill)) == ("failed", "failed", [])


def test_where_nothing_was_delivered_anew_there_is_nothing_to_do(run, bill):
    state, tasks = run("billing_reconciliation", {"period": None})
    assert (state, tasks["due"], tasks["publish"]) == ("success", "success", "skipped")
    assert bill.names("billing") == []
