"""DynamoDB's older parameters: every comparison operator in every place, held to the expression that says the same."""

import itertools
import random

import pytest
from dynamodb_support import Account
from refusals import code_and_message as refused

VALUES = (
    {"S": "a"}, {"S": "ab"}, {"S": "b"}, {"S": ""}, {"N": "1"}, {"N": "-1"}, {"N": "10"}, {"N": "9.5"}, {"B": b"a"}, {"B": b"\xffa"},
    {"SS": ["a", "b"]}, {"NS": ["1", "10"]}, {"BS": [b"a"]}, {"L": [{"S": "a"}, {"N": "1"}]}, {"M": {"a": {"S": "a"}}},
    {"BOOL": True}, {"BOOL": False}, {"NULL": True})
SCALARS = [value for value in VALUES if set(value) & set("SNB")]
COMPARED = {"EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}


def conditions(operator):
    """The operator's argument lists with the expression that says the same."""
    if operator in ("EQ", "NE"):
        return [([v], f"x {COMPARED[operator]} :a") for v in VALUES]
    if operator in COMPARED:
        return [([v], f"x {COMPARED[operator]} :a") for v in SCALARS]
    if operator == "BETWEEN":
        pairs = [({"S": "a"}, {"S": "ab"}), ({"N": "-1"}, {"N": "9.5"}), ({"B": b"a"}, {"B": b"\xff"})]
        return [(list(pair), "x BETWEEN :a AND :b") for pair in pairs]
    if operator == "IN":
        return [(list(pair), "x IN (:a, :b)") for pair in itertools.combinations(SCALARS, 2) if set(pair[0]) == set(pair[1])]
    if operator in ("NULL", "NOT_NULL"):
        return [([], "attribute_not_exists(x)" if operator == "NULL" else "attribute_exists(x)")]
    if operator == "BEGINS_WITH":
        return [([v], "begins_with(x, :a)") for v in SCALARS if "N" not in v]
    say = "contains(x, :a)" if operator == "CONTAINS" else "attribute_exists(x) AND NOT contains(x, :a)"
    return [([v], say) for v in SCALARS if v != {"S": ""}]


OPERATORS = (*COMPARED, "BETWEEN", "IN", "NULL", "NOT_NULL", "BEGINS_WITH", "CONTAINS", "NOT_CONTAINS")


@pytest.fixture
def own(endpoint, admin, account):
    own = Account(endpoint, admin, account)
    own.db.create_table(
        TableName="older", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "c", "AttributeType": "N"}])
    for number, value in enumerate(VALUES):
        own.db.put_item(TableName="older", Item={"p": {"S": "a"}, "c": {"N": str(number)}, "x": value, "y": {"N": str(number % 3)}})
    own.db.put_item(TableName="older", Item={"p": {"S": "a"}, "c": {"N": "99"}})
    return own


def numbers(answer):
    return sorted(int(item["c"]["N"]) for item in answer["Items"])


@pytest.mark.parametrize("operator", OPERATORS)
def test_filters_and_expectations(own, operator):
    """ScanFilter, QueryFilter and Expected let through what the expression lets through."""
    keyed = {"p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}
    for arguments, expression in conditions(operator):
        condition = {"ComparisonOperator": operator, **({"AttributeValueList": arguments} if arguments else {})}
        values = {f":{name}": value for name, value in zip("ab", arguments)}
        new = own.db.scan(TableName="older", FilterExpression=expression,
                          **({"ExpressionAttributeValues": values} if values else {}))
        scanned = own.db.scan(TableName="older", ScanFilter={"x": condition})
        queried = own.db.query(TableName="older", KeyConditions=keyed, QueryFilter={"x": condition})
        assert numbers(scanned) == numbers(queried) == numbers(new), (operator, arguments)
        inside = set(numbers(new))
        for number in random.Random(str(arguments)).sample(range(len(VALUES)), 3):
            touch = {"TableName": "older", "Key": {"p": {"S": "a"}, "c": {"N": str(number)}}, "Expected": {"x": condition}}
            if number in inside:
                own.db.update_item(**touch, AttributeUpdates={"z": {"Value": {"S": "z"}}})
            else:
                assert refused(own.db.delete_item, **touch)[0] == "ConditionalCheckFailedException"


@pytest.mark.parametrize("operator, arguments, wanted", [
    ("EQ", ["5"], [5]), ("LT", ["5"], [0, 1, 2, 3, 4]), ("LE", ["2"], [0, 1, 2]), ("GT", ["16"], [17, 99]), ("GE", ["17"], [17, 99]),
    ("BETWEEN", ["3", "5"], [3, 4, 5])])
def test_key_conditions(own, operator, arguments, wanted):
    """KeyConditions select ranges of sort keys."""
    keyed = {"p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
             "c": {"ComparisonOperator": operator, "AttributeValueList": [{"N": n} for n in arguments]}}
    assert numbers(own.db.query(TableName="older", KeyConditions=keyed)) == wanted


@pytest.mark.parametrize("operator", ["NE", "IN", "NULL", "NOT_NULL", "CONTAINS", "NOT_CONTAINS"])
def test_operators_that_are_not_for_keys(own, operator):
    """A key condition has no other operators."""
    arguments = {} if "NULL" in operator else {"AttributeValueList": [{"N": "1"}]}
    keyed = {"p": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}, "c": {"ComparisonOperator": operator, **arguments}}
    code, message = refused(own.db.query, TableName="older", KeyConditions=keyed)
    assert (code, message) == ("ValidationException", "Attempted conditional constraint is not an indexable operation")


def test_how_conditions_are_joined(own):
    """AND is the default, OR where asked; Exists and Value are the oldest form of all."""
    both = {"x": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
            "y": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "1"}]}}
    assert numbers(own.db.scan(TableName="older", ScanFilter=both)) == []
    joined = own.db.scan(TableName="older", ScanFilter=both, ConditionalOperator="OR")
    assert numbers(joined) == [0, 1, 4, 7, 10, 13, 16]
    put = {"TableName": "older", "Item": {"p": {"S": "a"}, "c": {"N": "0"}, "x": {"S": "a"}, "y": {"N": "0"}}}
    for expected, passes in (
            ({"x": {"Value": {"S": "a"}}}, True), ({"x": {"Value": {"S": "b"}}}, False),
            ({"none": {"Exists": False}}, True), ({"x": {"Exists": False}}, False),
            ({"x": {"Exists": True, "Value": {"S": "a"}}, "none": {"Exists": False}}, True)):
        if passes:
            own.db.put_item(**put, Expected=expected)
        else:
            assert refused(own.db.put_item, **put, Expected=expected)[0] == "ConditionalCheckFailedException"


def test_attribute_updates(own):
    """PUT, ADD and DELETE on numbers, sets, lists and what is not there."""
    request = {"TableName": "older", "Key": {"p": {"S": "u"}, "c": {"N": "1"}}, "ReturnValues": "ALL_NEW"}

    def update(**changes):
        after = own.db.update_item(**request, AttributeUpdates={
            name: {"Action": action, **({"Value": value} if value else {})} for name, (action, value) in changes.items()})
        return {name: value for name, value in after.get("Attributes", {}).items() if name not in "pc"}

    assert update(n=("ADD", {"N": "5"}), s=("ADD", {"SS": ["a"]}), l=("ADD", {"L": [{"S": "a"}]}), t=("PUT", {"S": "t"})) == {
        "n": {"N": "5"}, "s": {"SS": ["a"]}, "l": {"L": [{"S": "a"}]}, "t": {"S": "t"}}
    assert update(n=("ADD", {"N": "-7.5"}), s=("ADD", {"SS": ["b"]}), l=("ADD", {"L": [{"S": "b"}]}), t=("DELETE", None)) == {
        "n": {"N": "-2.5"}, "s": {"SS": ["a", "b"]}, "l": {"L": [{"S": "a"}, {"S": "b"}]}}
    assert update(s=("DELETE", {"SS": ["a", "x"]}), l=("DELETE", None), none=("DELETE", None)) == {
        "n": {"N": "-2.5"}, "s": {"SS": ["b"]}}
    assert update(s=("DELETE", {"SS": ["b"]})) == {"n": {"N": "-2.5"}}
    wrong = {**request, "AttributeUpdates": {"n": {"Action": "ADD", "Value": {"S": "x"}}}}
    assert refused(own.db.update_item, **wrong)[0] == "ValidationException"
    wrong["AttributeUpdates"] = {"n": {"Action": "DELETE", "Value": {"SS": ["x"]}}}
    assert refused(own.db.update_item, **wrong) == ("ValidationException", "Type mismatch for attribute to update")
