"""What DynamoDB's refusals of reads and values say, as clients' suites recorded it of the service."""

import pytest
from dynamodb_support import Account, refused

INVALID = "One or more parameter values were invalid: "


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


@pytest.mark.parametrize("operation", ["query", "scan"])
def test_select_and_projections(own, operation):
    """Select must go with what is projected; what is projected too much is said first."""
    own.create("data")
    key = dict(KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": {"S": "a"}})

    def said(**options):
        code, message = refused(getattr(own.db, operation), TableName="data",
                                **(key if operation == "query" else {}), **options)
        assert code == "ValidationException"
        return message

    specific = "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
    projected = "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
    assert said(Select="SPECIFIC_ATTRIBUTES") == specific
    assert said(Select="ALL_PROJECTED_ATTRIBUTES") == projected
    for select, what in [("ALL_ATTRIBUTES",) * 2, ("ALL_PROJECTED_ATTRIBUTES",) * 2, ("COUNT", "only the Count")]:
        assert said(Select=select, ProjectionExpression="p") == (
            f"Cannot specify the ProjectionExpression when choosing to get {what}")


def test_key_conditions_of_keys_with_several_attributes(own):
    """The older parameter queries such keys too, and names an attribute that was skipped."""
    schema = [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "r1", "KeyType": "RANGE"},
              {"AttributeName": "r2", "KeyType": "RANGE"}]
    own.create("data", extra=("g", "r1", "r2"), GlobalSecondaryIndexes=[
        {"IndexName": "by-g", "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}}])
    for number in range(4):
        own.put("data", f"k{number}", g={"S": "g"}, r1={"S": "a"}, r2={"S": f"{number}"})
    ask = dict(TableName="data", IndexName="by-g")

    def test(comparison, value):
        return {"ComparisonOperator": comparison, "AttributeValueList": [{"S": value}]}

    found = own.db.query(KeyConditions={"g": test("EQ", "g"), "r1": test("EQ", "a"), "r2": test("GT", "1")}, **ask)
    assert [item["p"]["S"] for item in found["Items"]] == ["k2", "k3"]
    code, message = refused(own.db.query, KeyConditions={"g": test("EQ", "g"), "r2": test("GT", "1")}, **ask)
    assert code == "ValidationException" and " r1 " in message
    assert refused(own.db.query, TableName="data", KeyConditions={name: test("EQ", "g") for name in "pqr"}) == (
        "ValidationException", "Conditions can be of length 1 or 2 only")


def test_empty_sets(own):
    """An empty set is refused in the same words in an item and in an expression's values."""
    own.create("data")
    for kind, said in [("SS", "An string set  may not be empty"), ("NS", "An number set  may not be empty")]:
        assert refused(own.db.put_item, TableName="data", Item={"p": {"S": "a"}, "x": {kind: []}}) == (
            "ValidationException", INVALID + said)
        assert refused(own.db.update_item, TableName="data", Key={"p": {"S": "a"}}, UpdateExpression="ADD x :x",
                       ExpressionAttributeValues={":x": {kind: []}}) == ("ValidationException", INVALID + said)


def test_warm_throughput(own):
    """It begins with what the billing gives and only rises; what a request leaves out stays."""
    ask = dict(TableName="warm", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
               AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}])
    asked = INVALID + "Requested {}UnitsPerSecond for WarmThroughput for {} is lower than {}"
    code, message = refused(own.db.create_table, WarmThroughput={"WriteUnitsPerSecond": 3000}, **ask)
    assert code == "ValidationException"
    assert message.startswith(asked.format("Write", "table", "initial throughput for OnDemand. See: https://docs.aws"))
    index = {"IndexName": "by-p", "KeySchema": ask["KeySchema"], "Projection": {"ProjectionType": "ALL"},
             "WarmThroughput": {"ReadUnitsPerSecond": 11000}}
    assert refused(own.db.create_table, GlobalSecondaryIndexes=[index], **ask)[1].startswith(
        asked.format("Read", "index by-p", "initial throughput for OnDemand"))
    units = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}
    provisioned = {**ask, "BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
    assert refused(own.db.create_table, WarmThroughput={"ReadUnitsPerSecond": 5}, **provisioned)[1] == (
        asked.format("Read", "table", "ReadCapacityUnits of ProvisionedThroughput"))
    own.db.create_table(WarmThroughput={"ReadUnitsPerSecond": 12001}, **ask)
    shown = own.db.describe_table(TableName="warm")["Table"]["WarmThroughput"]
    assert (shown["ReadUnitsPerSecond"], shown["WriteUnitsPerSecond"]) == (12001, 4000)
    assert refused(own.db.update_table, TableName="warm", WarmThroughput={"ReadUnitsPerSecond": 12000})[1] == (
        asked.format("Read", "table", "current WarmThroughput, decreasing WarmThroughput is not supported"))
    own.db.update_table(TableName="warm", WarmThroughput={"WriteUnitsPerSecond": 4001})
    shown = own.db.describe_table(TableName="warm")["Table"]["WarmThroughput"]
    assert (shown["ReadUnitsPerSecond"], shown["WriteUnitsPerSecond"]) == (12001, 4001)
