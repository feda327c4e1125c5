"""The organization, its tree and its accounts, as AWS Organizations answers."""

import pytest

from tests.demo.asking import MANAGEMENT_ID, refusal


def test_an_empty_organization_has_all_features_and_its_management_account_alone(organizations):
    described = organizations.describe_organization()["Organization"]
    accounts = organizations.list_accounts()["Accounts"]
    assert described["FeatureSet"] == "ALL"
    assert described["MasterAccountId"] == MANAGEMENT_ID
    assert [account["Id"] for account in accounts] == [MANAGEMENT_ID]


def test_every_account_tells_state_status_and_path(empty, organizations, root):
    account = organizations.describe_account(AccountId=empty.new_account("one"))["Account"]
    organization = organizations.describe_organization()["Organization"]["Id"]
    assert (account["State"], account["Status"]) == ("ACTIVE", "ACTIVE")
    assert account["Paths"] == [f"{organization}/{root}/{account['Id']}/"]


def test_accounts_come_in_pages_of_twenty_with_a_token(empty, organizations):
    made = [empty.new_account(f"a{n}") for n in range(44)]
    pages = list(organizations.get_paginator("list_accounts").paginate())
    assert [len(page["Accounts"]) for page in pages] == [20, 20, 5]
    assert [account["Id"] for page in pages for account in page["Accounts"]] == [MANAGEMENT_ID, *made]


def test_a_smaller_page_may_be_asked_for_and_a_larger_one_is_refused(empty, organizations):
    empty.new_account("one")
    assert len(organizations.list_accounts(MaxResults=1)["Accounts"]) == 1
    assert refusal(organizations.list_accounts, MaxResults=21) == ("InvalidInputException", 400)


def test_a_token_of_another_list_or_of_nobody_is_refused(empty, organizations):
    empty.new_account("one")
    token = organizations.list_accounts(MaxResults=1)["NextToken"]
    assert refusal(organizations.list_create_account_status, NextToken=token)[0] == "InvalidInputException"
    assert refusal(organizations.list_accounts, NextToken="nonsense")[0] == "InvalidInputException"


def test_account_requests_are_listed_in_pages_that_end(empty, organizations):
    for n in range(21):
        empty.new_account(f"a{n}")
    pages = list(organizations.get_paginator("list_create_account_status").paginate())
    assert [len(page["CreateAccountStatuses"]) for page in pages] == [20, 1]


def test_an_address_that_is_in_use_makes_the_request_fail(empty, organizations):
    empty.new_account("one", "same@corp.example")
    status = organizations.create_account(AccountName="two", Email="Same@corp.example")["CreateAccountStatus"]
    asked = organizations.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
    assert (asked["State"], asked["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS")
    assert "AccountId" not in asked


def test_a_closed_account_stays_listed_with_state_closed_and_status_suspended(empty, organizations):
    account = empty.new_account("one")
    organizations.close_account(AccountId=account)
    closed = organizations.list_accounts()["Accounts"][1]
    assert (closed["State"], closed["Status"]) == ("CLOSED", "SUSPENDED")
    assert refusal(organizations.close_account, AccountId=account)[0] == "AccountAlreadyClosedException"


def test_an_account_moves_from_where_it_is_to_where_it_is_not(empty, organizations, root):
    account = empty.new_account("one")
    unit = organizations.create_organizational_unit(ParentId=root, Name="u")["OrganizationalUnit"]["Id"]
    there = {"AccountId": account, "SourceParentId": root, "DestinationParentId": unit}
    organizations.move_account(**there)
    moved = organizations.list_accounts_for_parent(ParentId=unit)["Accounts"][0]
    assert moved["Paths"][0].endswith(f"{unit}/{account}/")
    assert refusal(organizations.move_account, **there)[0] == "DuplicateAccountException"
    back = {**there, "SourceParentId": "r-none", "DestinationParentId": root}
    assert refusal(organizations.move_account, **back)[0] == "SourceParentNotFoundException"


def test_units_have_paths_and_unique_names_below_one_parent(organizations, root):
    outer = organizations.create_organizational_unit(ParentId=root, Name="u")["OrganizationalUnit"]
    inner = organizations.create_organizational_unit(ParentId=outer["Id"], Name="u")["OrganizationalUnit"]
    again = refusal(organizations.create_organizational_unit, ParentId=root, Name="u")
    assert inner["Path"] == f"{outer['Path']}{inner['Id']}/"
    assert again[0] == "DuplicateOrganizationalUnitException"


def test_units_and_children_come_in_pages_of_twenty(organizations, root):
    for n in range(21):
        organizations.create_organizational_unit(ParentId=root, Name=f"u{n}")
    children = {"ParentId": root, "ChildType": "ORGANIZATIONAL_UNIT"}
    units = organizations.get_paginator("list_organizational_units_for_parent").paginate(ParentId=root)
    below = organizations.get_paginator("list_children").paginate(**children)
    assert [len(page["OrganizationalUnits"]) for page in units] == [20, 1]
    assert [len(page["Children"]) for page in below] == [20, 1]


def test_units_go_five_levels_deep(organizations, root):
    parent = root
    for _ in range(5):
        parent = organizations.create_organizational_unit(ParentId=parent, Name="u")["OrganizationalUnit"]["Id"]
    too_deep = refusal(organizations.create_organizational_unit, ParentId=parent, Name="u")
    assert too_deep[0] == "ConstraintViolationException"


def test_parents_are_the_root_or_a_unit(empty, organizations, root):
    account = empty.new_account("one")
    assert organizations.list_parents(ChildId=account)["Parents"] == [{"Id": root, "Type": "ROOT"}]
    assert refusal(organizations.list_parents, ChildId="999999999999")[0] == "ChildNotFoundException"


@pytest.mark.parametrize("kind", ["account", "unit", "root", "policy"])
def test_tags_of_every_kind_of_resource_come_in_pages_of_twenty(empty, organizations, root, kind):
    policy = {"Name": "p", "Type": "TAG_POLICY", "Content": "{}", "Description": ""}
    resource = {
        "account": lambda: empty.new_account("one"),
        "unit": lambda: organizations.create_organizational_unit(ParentId=root, Name="u")["OrganizationalUnit"]["Id"],
        "root": lambda: root,
        "policy": lambda: organizations.create_policy(**policy)["Policy"]["PolicySummary"]["Id"],
    }[kind]()
    organizations.tag_resource(ResourceId=resource, Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(22)])
    organizations.untag_resource(ResourceId=resource, TagKeys=["k0"])
    pages = organizations.get_paginator("list_tags_for_resource").paginate(ResourceId=resource)
    assert [len(page["Tags"]) for page in pages] == [20, 1]


def test_an_account_that_was_removed_is_in_no_organization(empty, organizations):
    account = empty.new_account("one")
    member = empty.as_role(account, "organizations")
    organizations.remove_account_from_organization(AccountId=account)
    assert refusal(organizations.describe_account, AccountId=account)[0] == "AccountNotFoundException"
    assert refusal(member.describe_organization)[0] == "AWSOrganizationsNotInUseException"


def test_an_operation_that_is_not_answered_says_so_as_a_client_error(empty, organizations):
    assert refusal(organizations.leave_organization) == ("NotImplementedByDemo", 400)
    for service, operation in (("billing", "list_billing_views"), ("ce", "list_cost_category_definitions")):
        assert refusal(getattr(empty.client(service), operation)) == ("NotImplementedByDemo", 400)
    job = {"JobId": "0" * 36}
    assert refusal(empty.client("iam").get_service_last_accessed_details, **job) == ("NotImplementedByDemo", 400)


def test_a_service_of_moto_works_apart_for_each_account(empty):
    account = empty.new_account("one")
    empty.as_role(account, "iam").create_user(UserName="theirs")
    ours = [user["UserName"] for user in empty.client("iam").list_users()["Users"]]
    theirs = [user["Arn"] for user in empty.as_role(account, "iam").list_users()["Users"]]
    assert ours == []
    assert theirs == [f"arn:aws:iam::{account}:user/theirs"]
