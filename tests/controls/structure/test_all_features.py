from orgwarden.parts.organization import ORGANIZATION, Organization
from tests.governance_worlds import ROOT_ID, governed
from tests.worlds import A, gap, statuses, verdicts

CONTROL = "structure.all_features"


def test_all_features_pass_and_consolidated_billing_alone_deviates():
    row = Organization(id="o-sound00000", management_account=A, feature_set="CONSOLIDATED_BILLING", root=ROOT_ID)
    assert statuses(CONTROL, governed()) == {("", ""): "PASS"}
    said = verdicts(CONTROL, governed({ORGANIZATION: {"*": row}}))["", ""]
    assert said.status == "FAIL"
    assert said.evidence == {"feature_set": "CONSOLIDATED_BILLING"}


def test_an_unread_organization_is_unknown():
    assert statuses(CONTROL, governed(gaps=gap(ORGANIZATION))) == {("", ""): "UNKNOWN"}
