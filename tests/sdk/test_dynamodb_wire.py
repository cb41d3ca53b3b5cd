"""DynamoDB's answers to requests that no SDK would send: wrong types, values that are none, and which fault comes first."""

import json

import pytest
from dynamodb_support import raw_call

NO_VALUE = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
TWO_TYPES = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
NOT_A_NUMBER = "The parameter cannot be converted to a numeric value"
ELEMENT = ("class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class "
           "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base "
           "of loader 'bootstrap')")
MAP = "Unrecognized collection type java.util.Map<java.lang.String, "
PACKAGE = "com.amazonaws.dynamodb.v20120810."


@pytest.fixture
def refused(endpoint):
    """Type and message of a refused call."""

    def call(operation, **body):
        status, _, answer = raw_call(endpoint, operation, json.dumps(body).encode())
        assert status == 400
        error = json.loads(answer)
        return error["__type"].split("#")[1], error.get("message", error.get("Message"))

    return call


@pytest.mark.parametrize("operation, body, message", [
    ("PutItem", {"TableName": 5}, "NUMBER_VALUE cannot be converted to String"),
    ("PutItem", {"Item": "text"}, "Unexpected field type"),
    ("PutItem", {"Item": []}, f"{MAP}{PACKAGE}AttributeValue>"),
    ("PutItem", {"Item": {"a": 1.5}}, "Unexpected value type in payload"),
    ("PutItem", {"Item": {"a": {"SS": True}}}, "Unexpected field type"),
    ("PutItem", {"Item": {"a": {"M": 23}}}, "Unexpected field type"),
    ("PutItem", {"Item": {"a": {"L": ["b"]}}}, "Unexpected value type in payload"),
    ("PutItem", {"ExpressionAttributeNames": []}, f"{MAP}java.lang.String>"),
    ("PutItem", {"Expected": {"a": {"Value": "b"}}}, "Unexpected field type"),
    ("CreateTable", {"KeySchema": "a"}, "Unexpected field type"),
    ("CreateTable", {"KeySchema": {}}, "Start of structure or map found where not expected"),
    ("CreateTable", {"KeySchema": [4]}, "Unexpected value type in payload"),
    ("CreateTable", {"ProvisionedThroughput": False}, "Unexpected field type"),
    ("BatchGetItem", {"RequestItems": {"a": {"Keys": ["b"]}}}, ELEMENT),
    ("BatchWriteItem", {"RequestItems": {"a": "b"}}, ELEMENT),
    ("BatchWriteItem", {"RequestItems": []}, f"{MAP}java.util.List<{PACKAGE}WriteRequest>>"),
    ("GetItem", {"ConsistentRead": "maybe"}, "Unexpected token received from parser"),
])
def test_wrong_types(refused, operation, body, message):
    """Clients' suites compare the words, which tell members of structures from elements of collections."""
    assert refused(operation, **body) == ("SerializationException", message)


@pytest.mark.parametrize("value, message", [
    ({}, NO_VALUE),
    ({"S": None}, NO_VALUE),
    ({"NULL": "no"}, "One or more parameter values were invalid: Null attribute value types must have the value of true"),
    ({"S": "a", "N": ""}, NOT_A_NUMBER),
    ({"S": "a", "N": "1"}, TWO_TYPES),
    ({"L": [{"S": "a"}, {}]}, NO_VALUE),
])
def test_what_is_no_value(refused, value, message):
    """A value is looked at where its parameter is: after the model's constraints, before the table."""
    absent = "there-is-no-such-table"
    assert refused("GetItem", TableName=absent, Key={"a": value}) == ("ValidationException", message)
    assert refused("GetItem", TableName=absent, Key={"a": value}, AttributesToGet=["a"], ProjectionExpression="a")[1] == (
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}")
    assert refused("PutItem", TableName=absent, Item={"a": {"S": "a"}}, ConditionExpression="a = :v",
                   ExpressionAttributeValues={":v": value})[1] == (
        f"ExpressionAttributeValues contains invalid value: {message} for key :v")


UNDEFINED = "An expression attribute value used in expression is not defined; attribute value: "
DISTINCT = ("The first operand must be distinct from the remaining operands for this operator or function; "
            "operator: =, first operand: [a]")
BEGINS = "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"


@pytest.mark.parametrize("condition, message", [
    ("begins_with(:no, #no)", f"{UNDEFINED}:no"),
    ("a = a AND :no > b", DISTINCT),
    (":no > b AND a = a", f"{UNDEFINED}:no"),
    ("begins_with(a, :n) AND b = :no", BEGINS),
    ("b = :no AND begins_with(a, :n)", f"{UNDEFINED}:no"),
])
def test_conditions_are_checked_as_they_are_read(refused, condition, message):
    """The first part of a condition that is wrong is reported, whatever is wrong with it."""
    assert refused("Scan", TableName="there-is-no-such-table", FilterExpression=condition,
                   ExpressionAttributeValues={":n": {"N": "1"}})[1] == f"Invalid FilterExpression: {message}"


def test_older_parameters_in_their_order(refused, client, unique):
    """Which rows a key condition could name is looked at when the table is known; duplicates are before."""
    name = {"AttributeValueList": [{"S": "a"}], "ComparisonOperator": "CONTAINS"}
    absent = {"TableName": "there-is-no-such-table", "KeyConditions": {"p": name}}
    assert refused("Query", **absent)[0] == "ResourceNotFoundException"
    assert refused("Query", **absent, AttributesToGet=["a", "a"], ExclusiveStartKey={"p": {}})[1] == (
        "One or more parameter values were invalid: Duplicate value in attribute name: a")
    assert refused("BatchGetItem", RequestItems={"there-is-no-such-table": {"Keys": [{"p": {"S": "a"}}] * 2}})[1] == (
        "Provided list of item keys contains duplicates")
    db, table = client("dynamodb"), unique("table")
    db.create_table(TableName=table, KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
                    AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
                    ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6})
    assert refused("Query", TableName=table, KeyConditions={"p": name})[1] == (
        "Attempted conditional constraint is not an indexable operation")
    # While a table is UPDATING it shows the units that it still has.
    shown = db.update_table(TableName=table, ProvisionedThroughput={"ReadCapacityUnits": 7, "WriteCapacityUnits": 8})
    units = shown["TableDescription"]["ProvisionedThroughput"]
    assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"]) == (5, 6)
    units = db.describe_table(TableName=table)["Table"]["ProvisionedThroughput"]
    assert (units["ReadCapacityUnits"], units["WriteCapacityUnits"]) == (7, 8)
    db.delete_table(TableName=table)


def test_start_keys(refused, client, unique):
    """Paging tokens that users make up are refused for what is wrong with them."""
    db, name = client("dynamodb"), unique("table")
    db.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in "pcg"],
        GlobalSecondaryIndexes=[{"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                                 "Projection": {"ProjectionType": "KEYS_ONLY"}}])
    right, wrong, number = {"S": "right"}, {"S": "wrong"}, {"N": "1"}

    def start(operation, key, condition="p = :p", **options):
        values = {":p": right}
        if "c" in condition:
            values[":c"] = {"S": "m"}
        query = {"KeyConditionExpression": condition, "ExpressionAttributeValues": values} if operation == "Query" else {}
        return refused(operation, TableName=name, ExclusiveStartKey=key, **query, **options)[1]

    invalid, mismatch = "The provided starting key is invalid", "The provided key element does not match the schema"
    assert start("Query", {"p": right}) == invalid
    assert start("Scan", {"p": right}) == f"{invalid}: {mismatch}"
    assert start("Query", {"p": right, "c": number}) == mismatch
    assert start("Scan", {"p": right, "c": number}) == f"{invalid}: {mismatch}"
    assert start("Query", {"p": right, "c": {}}) == f"{invalid}: {NO_VALUE}"
    assert start("Scan", {"p": right, "c": {"N": ""}}) == NOT_A_NUMBER
    outside = "The provided starting key is outside query boundaries based on provided conditions"
    assert start("Query", {"p": wrong, "c": right}) == outside
    at_most = "The query can return at most one row and cannot be restarted"
    assert start("Query", {"p": wrong, "c": right}, "p = :p AND c > :c") == at_most
    predicate = "The provided starting key does not match the range key predicate"
    assert start("Query", {"p": right, "c": {"S": "a"}}, "p = :p AND c > :c") == predicate
    by_g = {"condition": "g = :p", "IndexName": "by-g"}
    assert start("Query", {"p": right, "c": right, "g": number}, **by_g) == mismatch
    assert start("Query", {"p": number, "c": right, "g": right}, **by_g) == f"{invalid}: {mismatch}"
    assert start("Query", {"p": right, "c": right, "x": right}, **by_g) == invalid
    db.delete_table(TableName=name)


def test_tags_are_checked_in_order(refused):
    """The ARN's form comes first, then that there is something to do, then whether the table is there."""
    short = "arn:aws:dynamodb:us-east-1:000000000000:table/ab"
    absent = "arn:aws:dynamodb:us-east-1:000000000000:table/there-is-none"
    invalid = f"Invalid TableArn: Invalid ResourceArn provided as input {short}"
    assert refused("TagResource", Tags=[]) == ("ValidationException", "Invalid TableArn")
    assert refused("TagResource", ResourceArn=short, Tags=[])[1] == invalid
    assert refused("UntagResource", ResourceArn=short, TagKeys=[])[1] == invalid
    assert refused("TagResource", ResourceArn=absent, Tags=[])[1] == "Atleast one Tag needs to be provided as Input."
    assert refused("UntagResource", ResourceArn=absent, TagKeys=[])[1] == (
        "Atleast one Tag Key needs to be provided as Input.")
    assert refused("UntagResource", ResourceArn=absent, TagKeys=["a"]) == (
        "ResourceNotFoundException", f"Requested resource not found: ResourceArn: {absent} not found")


def test_index_keys_of_the_wrong_type(refused, client, unique):
    """What the request says is told from what the update makes of the item."""
    db, name = client("dynamodb"), unique("table")
    db.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in "pg"],
        GlobalSecondaryIndexes=[{"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                                 "Projection": {"ProjectionType": "ALL"}}])
    key = {"p": {"S": "a"}}
    db.put_item(TableName=name, Item={**key, "n": {"N": "1"}})
    assert refused("UpdateItem", TableName=name, Key=key, UpdateExpression="SET g = :g",
                   ExpressionAttributeValues={":g": {"N": "1"}})[1] == (
        "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g")
    assert refused("UpdateItem", TableName=name, Key=key, UpdateExpression="SET x = g.y, g = n + :g",
                   ExpressionAttributeValues={":g": {"N": "1"}})[1].startswith("One or more parameter values were invalid")
    assert refused("UpdateItem", TableName=name, Key=key, UpdateExpression="SET x = g.y")[1] == (
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: g")
    assert refused("UpdateItem", TableName=name, Key=key, UpdateExpression="SET g = n")[1] == (
        "The update expression attempted to update the secondary index key to unsupported type")
    db.delete_table(TableName=name)


@pytest.mark.parametrize("update", [
    "SET b.x = :s", "REMOVE b.x", "ADD b.x :s", "DELETE b.x :s", "DELETE m[1] :s", "DELETE y.x :s"])
def test_updates_below_what_is_not_there(refused, client, unique, update):
    """Every action needs its path to lead somewhere, a DELETE from a set that is not there too."""
    db, name = client("dynamodb"), unique("table")
    db.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
                    AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}])
    key, values = {"p": {"S": "a"}}, {":s": {"SS": ["a"]}}
    db.put_item(TableName=name, Item={**key, "b": {"S": "text"}, "m": {"M": {}}})
    options = {"ExpressionAttributeValues": values} if ":s" in update else {}
    assert refused("UpdateItem", TableName=name, Key=key, UpdateExpression=update, **options)[1] == (
        "The document path provided in the update expression is invalid for update")
    db.update_item(TableName=name, Key=key, UpdateExpression="DELETE m.x :s", ExpressionAttributeValues=values)
    db.delete_table(TableName=name)
