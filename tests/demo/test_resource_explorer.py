"""Resource Explorer: nothing without an index and a view, then what really lies in the account and region."""

import pytest

from tests.demo.asking import refusal

REGION = "eu-north-1"
SERVICE = "resource-explorer-2"


def _indexed(client):
    client.create_index()
    view = client.create_view(ViewName="all", IncludedProperties=[{"Name": "tags"}])["View"]["ViewArn"]
    client.associate_default_view(ViewArn=view)
    return view


def _instance(empty, region=REGION):
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "owner", "Value": "platform"}]}]
    made = empty.client("ec2", region=region).run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, TagSpecifications=tags
    )
    return made["Instances"][0]["InstanceId"]


@pytest.fixture
def explorer(empty):
    return empty.client(SERVICE, region=REGION)


def test_without_an_index_nothing_is_found_and_the_refusal_says_so(explorer):
    assert explorer.list_indexes()["Indexes"] == []
    assert explorer.list_views()["Views"] == []
    assert refusal(explorer.list_resources) == ("UnauthorizedException", 401)
    assert refusal(explorer.search, QueryString="") == ("UnauthorizedException", 401)
    assert refusal(explorer.get_default_view) == ("ResourceNotFoundException", 404)
    assert refusal(explorer.create_view, ViewName="all")[0] == "ValidationException"


def test_an_index_without_a_default_view_finds_for_a_named_view_alone(explorer):
    explorer.create_index()
    assert refusal(explorer.create_index)[0] == "ConflictException"
    view = explorer.create_view(ViewName="all")["View"]["ViewArn"]
    assert refusal(explorer.list_resources) == ("UnauthorizedException", 401)
    assert explorer.list_resources(ViewArn=view)["ViewArn"] == view
    assert not explorer.get_default_view().get("ViewArn")


def test_what_lies_in_the_region_is_found_with_its_types_and_tags(empty, explorer):
    view, id_ = _indexed(explorer), _instance(empty)
    assert explorer.get_default_view()["ViewArn"] == view
    found = {one["Arn"].rpartition("/")[2]: one for one in explorer.list_resources()["Resources"]}
    told = found[id_]
    assert (told["Service"], told["ResourceType"]) == ("ec2", "ec2:instance")
    assert (told["CfnResourceType"], told["Region"]) == ("AWS::EC2::Instance", REGION)
    assert told["Properties"][0]["Data"] == [{"Key": "owner", "Value": "platform"}]
    assert {"ec2:vpc", "ec2:subnet", "ec2:security-group"} <= {one["ResourceType"] for one in found.values()}


def test_pages_follow_the_token_and_a_search_counts(empty, explorer):
    _indexed(explorer)
    _instance(empty)
    whole = explorer.search(QueryString="")["Count"]
    pages = explorer.get_paginator("list_resources").paginate(PaginationConfig={"PageSize": 3})
    found = [one["Arn"] for page in pages for one in page["Resources"]]
    assert len(found) == len(set(found)) == whole["TotalResources"]
    assert whole["Complete"]


def test_an_aggregator_finds_what_lies_in_all_indexed_regions(empty, explorer):
    _indexed(explorer)
    _indexed(empty.client(SERVICE, region="us-east-1"))
    _instance(empty, "us-east-1")
    regions = {one["Region"] for one in explorer.list_resources()["Resources"]}
    assert regions == {REGION}
    explorer.update_index_type(Arn=explorer.get_index()["Arn"], Type="AGGREGATOR")
    regions = {one["Region"] for one in explorer.list_resources()["Resources"]}
    assert regions >= {REGION, "us-east-1"}
    only = explorer.list_resources(Filters={"FilterString": "region:us-east-1"})["Resources"]
    assert {one["Region"] for one in only} == {"us-east-1"}
    kinds = {one["Region"]: one["Type"] for one in empty.client(SERVICE, region="eu-west-1").list_indexes()["Indexes"]}
    assert kinds == {REGION: "AGGREGATOR", "us-east-1": "LOCAL"}


def test_the_indexes_of_members_are_told_to_whom_it_concerns(empty, explorer):
    account = empty.new_account("one")
    theirs = empty.as_role(account, SERVICE)
    _indexed(theirs)
    told = explorer.list_indexes_for_members(AccountIdList=[account])["Indexes"]
    assert [(one["AccountId"], one["Region"]) for one in told] == [(account, "eu-west-1")]
    assert explorer.list_indexes()["Indexes"] == []
    refused = refusal(theirs.list_indexes_for_members, AccountIdList=[account])
    assert refused == ("AccessDeniedException", 403)


def test_an_index_that_is_deleted_finds_nothing_more(explorer):
    _indexed(explorer)
    explorer.delete_index(Arn=explorer.get_index()["Arn"])
    assert refusal(explorer.list_resources)[0] == "UnauthorizedException"
    assert refusal(explorer.get_index) == ("ResourceNotFoundException", 404)


@pytest.mark.parametrize(
    ("query", "finds"),
    [("service:ec2 region:eu-north-1", True), ("resourcetype:ec2:instance,sns:topic", True), ("service:sns", False)],
)
def test_a_query_finds_what_fits_each_of_its_filters(empty, explorer, query, finds):
    _indexed(explorer)
    _instance(empty)
    found = explorer.search(QueryString=query)["Resources"]
    assert ("ec2:instance" in {one["ResourceType"] for one in found}) == finds


def test_a_view_finds_what_fits_its_own_filter_too(empty, explorer):
    _indexed(explorer)
    _instance(empty)
    filters = {"FilterString": "resourcetype:ec2:instance"}
    view = explorer.create_view(ViewName="instances", Filters=filters)["View"]["ViewArn"]
    found = explorer.search(QueryString="service:ec2", ViewArn=view)["Resources"]
    assert {one["ResourceType"] for one in found} == {"ec2:instance"}


@pytest.mark.parametrize("query", ["-region:eu-north-1", "tag:none", "instance"])
def test_a_query_that_is_not_understood_is_refused_and_never_answered_with_everything(explorer, query):
    _indexed(explorer)
    assert refusal(explorer.search, QueryString=query) == ("ValidationException", 400)
    assert refusal(explorer.list_resources, Filters={"FilterString": query}) == ("ValidationException", 400)
