"""Organization inventory.

Reads the organization once a month, and seals what it read as one immutable snapshot that every review works from.

- **When**: on the first of the month, 06:00 UTC; by hand with a partition key such as `2026-11`, or with
  `{"period": "2026-11"}`. A second run of one month seals a second reading, and the reviews take the newer.
- **A red sweep** leaves gaps: sealing goes on, the other sweeps' answers stand, and what was not read is UNKNOWN in the
  reviews, never a pass. Mend the cause, then clear `open_snapshot` with all that follows for a complete reading.
- **A red `sweep_organizations` or `gate`** seals nothing. The last good snapshot stays and the reviews do not run; the
  log of the red task says what is wrong, and on what; so do the gate's pages, `gate/index.html` beside the reading.
- **A red `changes`** holds nothing back: the snapshot stands and the reviews run. Clear it once its cause is mended.
- **`changes`** holds the accounts against the last approved state. The first reading becomes that state by itself;
  afterwards an account that joined, left, moved or was renamed is a finding until it is declared, accepted or undone.
- **`sweep_root` enters member accounts** only if it is asked to (`audit_member_root`, or ORGWARDEN_AUDIT_MEMBER_ROOT):
  `assume_root` opens a root session, which each member's CloudTrail records as done by its root user, with
  `sessionContext.assumedRoot` true; `member_role` is the quiet way, through a read-only role.
- **`sweep_runbooks` asks the links** of the runbooks that the baseline names, over https and without credentials
  (`HTTPS_PROXY`, `NO_PROXY` and `SSL_CERT_FILE` hold); of a host that does not answer they are UNKNOWN.
- **Writes** nothing to AWS.
"""

from airflow.sdk import TriggerRule, chain, dag, task

from orgwarden import on_airflow as on


@dag(
    schedule=on.MONTHLY, deadline=on.within(hours=12), tags=["orgwarden", "inventory"], doc_md=__doc__, **on.INVENTORIED
)
def organization_inventory():
    @task
    def open_snapshot() -> str:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.open_snapshot, on.period(), run=on.run_id())

    @task(pool=on.ORGANIZATIONS_POOL)
    def sweep_organizations() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_organizations, on.opened())

    @task(pool=on.ACCOUNT_POOL)
    def sweep_contacts() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_contacts, on.opened())

    @task(pool=on.ORGANIZATIONS_POOL)
    def sweep_policies() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_policies, on.opened())

    @task(pool=on.ORGANIZATIONS_POOL)
    def sweep_delegation() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_delegation, on.opened())

    @task(pool=on.IAM_POOL)
    def sweep_root() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_root, on.opened(), **on.audit())

    @task(pool=on.IAM_POOL)
    def sweep_access() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_access, on.opened())

    @task
    def sweep_resources() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_resources, on.opened())

    @task
    def sweep_alerts() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_alerts, on.opened())

    @task
    def sweep_billing() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_billing, on.opened())

    @task
    def sweep_runbooks() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_runbooks, on.opened())

    # One success is enough to go on with gaps; none means that the organization itself was not read.
    @task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
    def sweep_mail_domains() -> dict[str, int]:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.sweep_mail_domains, on.opened())

    @task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
    def gate() -> dict:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.gate, on.opened())

    @task
    def seal() -> dict:
        from orgwarden.flows import organization_inventory as flow

        return on.call(flow.seal, on.opened())

    @task(outlets=[on.CHANGE_FINDINGS])
    def changes() -> dict:
        from orgwarden.flows import changes_review as flow

        return on.publish(on.CHANGE_FINDINGS, on.call(flow.review, on.opened()))

    @task(outlets=[on.INVENTORY])
    def publish(sealed: dict) -> dict:
        return on.publish(on.INVENTORY, sealed)

    organizations, contacts, mail_domains = sweep_organizations(), sweep_contacts(), sweep_mail_domains()
    checked, sealed = gate(), seal()
    of_organization, of_management = (sweep_policies, sweep_delegation), (sweep_root, sweep_access, sweep_resources)
    others = (*of_organization, *of_management, sweep_alerts, sweep_billing, sweep_runbooks)
    side_by_side = [contacts, *(sweep() for sweep in others)]
    chain(open_snapshot(), organizations, side_by_side, checked, sealed, [publish(sealed), changes()])
    [organizations, contacts] >> mail_domains >> checked
    organizations >> checked


organization_inventory()
