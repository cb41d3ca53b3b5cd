"""The two ways in which DynamoDB words what is wrong with a request: recordings of October 2026.

With `--dynamodb-wording current` the item operations and Query have a newer check than batches of writes, scans and
transactions. PutItem, UpdateItem and DeleteItem count what is wrong with the request itself; what is wrong with it for
the table or the item stays as it was.
"""

import pytest
from botocore.exceptions import ClientError
from conftest import Admin, Daemon, make_client
from dynamodb_support import Account, refused

ONE = "1 validation error detected: "
INVALID = "One or more parameter values were invalid: "
KEY = {"p": {"S": "a"}}
NOT_NUMERIC = "The parameter cannot be converted to a numeric value"
RETURNED = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
CAPACITY = ("Value 'X' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: "
            "[INDEXES, TOTAL, NONE]")
NO_NAME = "Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1"


class Layers(Account):
    def __init__(self, endpoint, admin, name, region="us-east-1"):
        super().__init__(endpoint, admin, name)
        # What the SDK would refuse itself is sent too.
        self.db = make_client("dynamodb", endpoint, access_key=name, region=region, parameter_validation=False)
        self.create("data", extra=("g",), GlobalSecondaryIndexes=[{
            "IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}}])

    def said(self, operation, **request):
        code, message = refused(getattr(self.db, operation), **request)
        assert code == "ValidationException"
        return message

    def put(self, item=None, **request):
        return self.said("put_item", TableName="data", Item={**KEY, **(item or {})}, **request)

    def update(self, **request):
        return self.said("update_item", TableName="data", Key=KEY, **request)

    def delete(self, **request):
        return self.said("delete_item", TableName="data", Key=KEY, **request)


@pytest.fixture(scope="module")
def endpoint(binary):
    daemon = Daemon(binary, "--dynamodb-wording", "current")
    yield daemon.endpoint
    daemon.stop()


@pytest.fixture
def admin(endpoint):
    return Admin(endpoint)


@pytest.fixture
def own(endpoint, admin, account):
    return Layers(endpoint, admin, account)


def set_to(value):
    return dict(UpdateExpression="SET x = :v", ExpressionAttributeValues={":v": value})


def test_writes_of_an_item_count_what_is_wrong(own):
    values = {":v": {"S": "v"}}
    alone = ONE + "ExpressionAttributeValues can only be specified when using expressions"
    for write in (own.put, own.delete, own.update):
        assert write(ExpressionAttributeValues=values) == alone
        assert write(ExpressionAttributeNames={"#a": "a"}) == (
            ONE + "ExpressionAttributeNames can only be specified when using expressions")
        assert write(ConditionExpression="") == ONE + "Invalid ConditionExpression: The expression can not be empty;"
        assert write(ConditionExpression="a = :v", ExpressionAttributeValues={**values, ":w": {"S": "w"}}) == (
            ONE + "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}")
        assert write(ConditionExpression="attribute_exists(a)", ExpressionAttributeValues={}) == (
            ONE + "ExpressionAttributeValues must not be empty")
        assert write(ConditionExpression="attribute_exists(a)", Expected={"a": {"Exists": False}}) == (
            ONE + "Can not use both expression and non-expression parameters in the same request: Non-expression "
            "parameters: {Expected} Expression parameters: {ConditionExpression}")
        assert write(Expected={"a": {"Exists": True}}) == (
            ONE + INVALID + "Value must be provided when Exists is true for Attribute: a")
    for write in (own.put, own.delete):
        assert write(ReturnValues="ALL_NEW") == ONE + "ReturnValues can only be ALL_OLD or NONE"
    assert own.update(UpdateExpression="SET a = :v REMOVE a", ExpressionAttributeValues=values).startswith(
        ONE + "Invalid UpdateExpression: Two document paths overlap with each other;")
    assert own.update(**set_to({"SS": []})) == ONE + INVALID + "An string set  may not be empty"


def test_what_the_table_or_the_item_refuse_is_not_counted(own):
    assert own.update(UpdateExpression="SET p = :v", ExpressionAttributeValues={":v": {"S": "v"}}) == (
        INVALID + "Cannot update attribute p. This attribute is part of the key")
    assert own.put({"g": {"N": "1"}}) == INVALID + "Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g"
    assert own.put({"x": {"S": "x" * 410_000}}) == "Item size has exceeded the maximum allowed size"
    assert own.update(UpdateExpression="SET x = y") == (
        "The provided expression refers to an attribute that does not exist in the item")
    assert own.said("delete_item", TableName="data", Key={"p": {"N": "1"}}) == "The provided key element does not match the schema"


SETS = [({"SS": ["b", "a", "b"]}, '["a", "b", "b"]', "[b, a, b]"),
        ({"BS": [b"\xff", b"\0", b"\0"]}, '["AA==","/w==","AA=="]of type BS', "[/w==, AA==, AA==]of type BS")]


def test_members_twice_in_a_set(own):
    """The newer check lists the set in order up to the member that is there again."""
    for value, current, older in SETS:
        newer = f"{INVALID}Input collection {current} contains duplicates."
        before = f"{INVALID}Input collection {older} contains duplicates."
        assert own.put({"x": value}) == ONE + newer
        assert own.update(**set_to(value)) == ONE + newer
        assert own.said("get_item", TableName="data", Key={"p": value}) == newer
        assert own.said("batch_get_item", RequestItems={"data": {"Keys": [{"p": value}]}}) == newer
        query = dict(KeyConditionExpression="p = :v", ExpressionAttributeValues={":v": value})
        assert own.said("query", TableName="data", **query) == newer
        assert own.said("batch_write_item", RequestItems={"data": [{"PutRequest": {"Item": {**KEY, "x": value}}}]}) == before
        action = {"Update": {"TableName": "data", "Key": KEY, **set_to(value)}}
        assert own.said("transact_write_items", TransactItems=[action]) == (
            f"ExpressionAttributeValues contains invalid value: {before} for key :v")
    numbers = {"NS": ["2", "1", "2"]}
    assert own.put({"x": numbers}) == ONE + INVALID + "Input collection contains duplicates."
    assert own.said("batch_write_item", RequestItems={"data": [{"PutRequest": {"Item": {**KEY, "x": numbers}}}]}) == (
        "Input collection contains duplicates")


def test_texts_that_are_no_numbers(own):
    for text in ("abc", "", " 1"):
        value = {"N": text}
        assert own.put({"x": value}) == f"{ONE}{NOT_NUMERIC}: {text}"
        assert own.put({"x": {"M": {"y": {"L": [value]}}}}) == f"{ONE}{NOT_NUMERIC}: {text}"
        assert own.delete(ConditionExpression="x = :v", ExpressionAttributeValues={":v": value}) == f"{ONE}{NOT_NUMERIC}: {text}"
        filtered = dict(FilterExpression="x = :v", ExpressionAttributeValues={":p": {"S": "a"}, ":v": value})
        assert own.said("query", TableName="data", KeyConditionExpression="p = :p", **filtered) == f"{NOT_NUMERIC}: {text}"
        older = f"{NOT_NUMERIC}: {text}" if text else NOT_NUMERIC
        assert own.said("scan", TableName="data", FilterExpression="x = :v", ExpressionAttributeValues={":v": value}) == (
            f"ExpressionAttributeValues contains invalid value: {older} for key :v")


def test_exponents(own):
    """The newer check holds any exponent to the range, the older one reads it as Java does."""
    over = "Number overflow. Attempting to store a number with magnitude larger than supported range"
    under = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
    for text, current, older in [("1e126", over, over), ("1e2147483647", over, under), ("0e-131", under, under),
                                 ("1e99999999999", over, f"{NOT_NUMERIC}: 1e99999999999"),
                                 ("1e9223372036854775808",) + (f"{NOT_NUMERIC}: 1e9223372036854775808",) * 2]:
        value = {"N": text}
        assert own.put({"x": value}) == ONE + current
        assert own.said("batch_write_item", RequestItems={"data": [{"PutRequest": {"Item": {**KEY, "x": value}}}]}) == older
        assert own.said("execute_statement", Statement="SELECT * FROM data WHERE p = 'a' AND x = ?", Parameters=[value]) == older


def test_how_deep_values_of_expressions_may_be(own):
    """The older check lets them be a level deeper than the newer one; an item is never."""
    def nested(levels):
        return {"S": "x"} if levels == 0 else {"M": {"n": nested(levels - 1)}}

    deep = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
    condition = dict(ConditionExpression="x = :v", ExpressionAttributeValues={":v": nested(32)})
    assert own.update(**condition) == ONE + deep
    check = {"TableName": "data", "Key": KEY, **condition}
    with pytest.raises(ClientError) as caught:
        own.db.transact_write_items(TransactItems=[{"ConditionCheck": check}])
    assert caught.value.response["CancellationReasons"][0]["Code"] == "ConditionalCheckFailed"
    with pytest.raises(ClientError) as caught:
        own.db.transact_write_items(TransactItems=[{"Update": {"TableName": "data", "Key": KEY, **set_to(nested(32))}}])
    assert caught.value.response["CancellationReasons"][0]["Code"] == "ValidationError"
    check["ExpressionAttributeValues"] = {":v": nested(33)}
    assert own.said("transact_write_items", TransactItems=[{"ConditionCheck": check}]) == (
        f"ExpressionAttributeValues contains invalid value: {deep} for key :v")


def test_an_operator_joins_two_conditions_at_least(own):
    alone = "ConditionalOperator can only be used when Filter or Expected has two or more elements"
    absent = {"x": {"ComparisonOperator": "NULL"}}
    assert own.said("scan", TableName="data", ScanFilter=absent, ConditionalOperator="AND") == alone
    assert own.put(Expected=absent, ConditionalOperator="OR") == ONE + alone


def test_an_update_is_sized_by_its_statement(endpoint, admin, own):
    """Beside the finished item the statement may not outgrow 400 KB: 3 bytes, 19 and what is written for each SET, 1 and
    the name for a REMOVE; the key is left out. Some Regions know only the item's size."""
    limit = 409_600
    too_large = "Item size to update has exceeded the maximum allowed size"

    def grow(db, size, expression="SET b = :b"):
        db.update_item(TableName="data", Key=KEY, UpdateExpression=expression,
                       ExpressionAttributeValues={":b": {"S": "x" * size}})

    for expression, cost in [("SET b = :b", 22), ("SET b = :b REMOVE r", 24)]:
        grow(own.db, limit - cost - 1, expression)
        with pytest.raises(ClientError, match=too_large):
            grow(own.db, limit - cost, expression)
    by_item = Layers(endpoint, admin, own.name, region="eu-west-1")
    grow(by_item.db, limit - 3)
    with pytest.raises(ClientError, match=too_large):
        grow(by_item.db, limit - 2)


def test_members_of_the_request(own):
    """Names and enumerations are checked by the same newer framework, each operation in its own order."""
    bad = dict(ReturnConsumedCapacity="X", ReturnValues="X")
    for operation, target in [("put_item", {"Item": KEY}), ("update_item", {"Key": KEY}), ("delete_item", {"Key": KEY})]:
        assert own.said(operation, TableName="", **target, **bad) == ONE + NO_NAME
        several = ONE + RETURNED if operation == "update_item" else f"2 validation errors detected: {CAPACITY}; {RETURNED}"
        assert own.said(operation, TableName="data", **target, **bad) == several
    xor = {"a": {"ComparisonOperator": "NULL"}, "b": {"ComparisonOperator": "NULL"}}
    equals = {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}
    assert own.said("query", TableName="data", KeyConditions={"p": equals}, QueryFilter=xor, ConditionalOperator="XOR", Select="X") == (
        "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]")
    assert own.said("batch_get_item", RequestItems={}) == ONE + NO_NAME.replace("TableName", "RequestItems")
    token = dict(ClientRequestToken="x" * 37, ReturnConsumedCapacity="X")
    put = {"Put": {"TableName": "data", "Item": KEY}}
    assert own.said("transact_write_items", TransactItems=[put], **token) == (
        f"2 validation errors detected: Value '{'x' * 37}' at 'clientRequestToken' failed to satisfy constraint: "
        f"Member must have length less than or equal to 36; {CAPACITY}")
    mixed = {"data": {"Keys": [KEY], "ProjectionExpression": "p"}, "none": {"Keys": [KEY], "AttributesToGet": ["p"]}}
    assert own.said("batch_get_item", RequestItems=mixed).startswith("Can not use both expression and non-expression parameters")


def test_a_batch_shows_the_map_with_a_wrong_name(own):
    assert own.said("batch_get_item", RequestItems={"bad!name": {"Keys": [KEY]}}) == (
        ONE + """Value '{"bad!name":{"Keys":[{"p":{"S":"a"}}]}}' at 'requestItems' failed to satisfy constraint: """
        "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length "
        "greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]")


def test_empty_keys_of_indexes(own):
    """An update says less than a put; neither is wrapped into a transaction's reasons."""
    empty = {":v": {"S": ""}}
    updated = ("One or more parameter values are not valid. The update expression attempted to update a secondary index key to a "
               "value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.")
    assert own.update(UpdateExpression="SET g = :v", ExpressionAttributeValues=empty) == updated
    update = {"TableName": "data", "Key": KEY, "UpdateExpression": "SET g = :v", "ExpressionAttributeValues": empty}
    assert own.said("transact_write_items", TransactItems=[{"Update": update}]) == updated
    put = {"Put": {"TableName": "data", "Item": {**KEY, "g": {"S": ""}}}}
    assert own.said("transact_write_items", TransactItems=[put]) == own.put({"g": {"S": ""}})
    assert own.put({"g": {"S": ""}}).endswith("IndexName: by-g, IndexKey: g")


def test_an_index_made_later_does_not_lock_items(own):
    """An item may have what the index's key cannot be; updates that leave it alone go on."""
    own.create("later")
    own.db.put_item(TableName="later", Item={**KEY, "k": {"N": "1"}})
    own.db.update_table(
        TableName="later", AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": {"IndexName": "by-k", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
                                                 "Projection": {"ProjectionType": "ALL"}}}])
    own.db.update_item(TableName="later", Key=KEY, UpdateExpression="SET x = :v", ExpressionAttributeValues={":v": {"N": "1"}})
    with pytest.raises(ClientError, match="Type mismatch for Index Key k"):
        own.db.update_item(TableName="later", Key=KEY, UpdateExpression="SET k = :v", ExpressionAttributeValues={":v": {"N": "2"}})


def test_regions_that_the_newer_check_has_not_come_to(endpoint, admin, account):
    """Two Regions still had the older one in October 2026."""
    older = Layers(endpoint, admin, account, region="me-central-1")
    assert older.put({"x": {"SS": ["b", "a", "b"]}}) == INVALID + "Input collection [b, a, b] contains duplicates."
    assert older.put(ExpressionAttributeValues={":v": {"S": "v"}}) == (
        "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null")
    assert older.update(UpdateExpression="") == "Invalid UpdateExpression: The expression can not be empty;"


def test_batches_of_statements(own):
    """No two statements on one item, no reads beside writes; a write that failed costs in the totals."""
    own.db.put_item(TableName="data", Item=KEY)
    select = {"Statement": "SELECT * FROM data WHERE p = 'a'"}
    insert = {"Statement": "INSERT INTO data VALUE {'p': 'a'}"}
    assert own.said("batch_execute_statement", Statements=[select, select]) == "Provided list of item keys contains duplicates"
    assert own.said("batch_execute_statement", Statements=[select, insert]) == (
        "Read and write requests together in the same batch is not supported.")
    other = {"Statement": "INSERT INTO data VALUE {'p': 'b'}"}
    answer = own.db.batch_execute_statement(Statements=[insert, other], ReturnConsumedCapacity="INDEXES")
    assert answer["Responses"][0] == {"Error": {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"},
                                      "TableName": "data"}
    assert answer["ConsumedCapacity"][0]["CapacityUnits"] == 2 and answer["ConsumedCapacity"][0]["Table"]["CapacityUnits"] == 1
    failed = own.db.batch_execute_statement(Statements=[insert], ReturnConsumedCapacity="INDEXES")
    assert "ConsumedCapacity" not in failed
    scanned = own.db.batch_execute_statement(Statements=[{"Statement": "SELECT * FROM data"}])["Responses"][0]
    assert scanned["Error"]["Code"] == "ValidationError" and "TableName" not in scanned
