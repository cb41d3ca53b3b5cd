"""DynamoDB and Streams against what AWS answered, where its recordings lie beside the project.

The recordings are read at run time: `../shared/golden` of the project or of the folder above it.
Each scenario makes the calls that the recorded answers tell of, and compares shape and values; what
differs from run to run stands in the recordings as a placeholder.
"""

import json
import re
import uuid
from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from conftest import ROOT

FOLDERS = [folder / "shared/golden" for folder in (ROOT.parent, ROOT.parent.parent)]
GOLDEN = next((folder for folder in FOLDERS if folder.is_dir()), None)
pytestmark = pytest.mark.skipif(GOLDEN is None, reason="there are no recordings beside the project")


def recorded(scenario, file="dynamodb/dynamodb.json"):
    content = json.loads((GOLDEN / file).read_text(encoding="utf-8"))
    return next(value for key, value in content.items() if key.split("::")[-1] == scenario)["responses"]


def differences(expected, actual, path=""):
    """What is not as recorded. Placeholders stand for any text, "datetime" for any time."""
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return [f"{path}: {actual!r} is no map"]
        found = [f"{path}.{key}: missing" for key in expected if key not in actual]
        found += [f"{path}.{key}: not in the recording" for key in actual if key not in expected]
        for key in expected.keys() & actual.keys():
            found += differences(expected[key], actual[key], f"{path}.{key}")
        return found
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(expected) != len(actual):
            return [f"{path}: {actual!r} is not {len(expected)} elements"]
        return [line for number, pair in enumerate(zip(expected, actual))
                for line in differences(*pair, f"{path}[{number}]")]
    if isinstance(actual, datetime):
        return [] if expected == "datetime" else [f"{path}: a time"]
    if isinstance(expected, str) and ("<" in expected or expected == "starting-sequence-number"):
        pattern = ".+" if "<" not in expected else "".join(
            ".+" if part.startswith("<") else re.escape(part) for part in re.split(r"(<[a-z0-9-]+(?::\d+)?>)", expected))
        return [] if re.fullmatch(pattern.replace("111111111111", r"\d{12}"), str(actual)) else [f"{path}: {actual!r}"]
    return [] if expected == actual else [f"{path}: {actual!r} is not {expected!r}"]


def by_key(element):
    return json.dumps(element, sort_keys=True, default=str)


def plain(answer):
    """Without what HTTP adds; sets of descriptions in one order."""
    meta = answer.get("ResponseMetadata")
    out = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    if meta:
        out["ResponseMetadata"] = {"HTTPHeaders": {}, "HTTPStatusCode": meta["HTTPStatusCode"]}
    for description in ("Table", "TableDescription"):
        if description in out and "AttributeDefinitions" in out[description]:
            out[description] = {**out[description]}
            out[description]["AttributeDefinitions"] = sorted(out[description]["AttributeDefinitions"], key=by_key)
    return out


class Played:
    """A table, and what is compared of it."""

    def __init__(self, client, scenario):
        self.api, self.streams = client("dynamodb"), client("dynamodbstreams")
        self.steps = recorded(scenario)
        self.name = f"golden-{uuid.uuid4().hex[:12]}"

    def create(self, key="id", **more):
        more.setdefault("ProvisionedThroughput", {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5})
        attributes = more.pop("attributes", {key: "S"})
        schema = more.pop("schema", [{"AttributeName": key, "KeyType": "HASH"}])
        definitions = [{"AttributeName": name, "AttributeType": kind} for name, kind in attributes.items()]
        return self.api.create_table(TableName=self.name, KeySchema=schema, AttributeDefinitions=definitions,
                                     **{name: value for name, value in more.items() if value is not None})

    def same(self, step, answer):
        assert differences(self.steps[step], plain(answer) if "ResponseMetadata" in answer else answer, step) == []

    def records(self):
        arn = self.api.describe_table(TableName=self.name)["Table"]["LatestStreamArn"]
        described = self.streams.describe_stream(StreamArn=arn)
        shard = described["StreamDescription"]["Shards"][0]["ShardId"]
        iterator = self.streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        return described, iterator, self.streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]


@pytest.fixture
def played(client):
    return lambda scenario: Played(client, scenario)


@pytest.mark.parametrize("billing", ["PAY_PER_REQUEST", "PROVISIONED"])
def test_a_global_index_in_each_billing_mode(played, billing):
    """Throughput, billing summary and warm throughput stand where the service has them."""
    scene = played(f"test_gsi_with_billing_mode[{billing}]")
    index = {"IndexName": "TransactionRecordID", "KeySchema": [{"AttributeName": "TRID", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "ALL"}}
    on_demand = billing == "PAY_PER_REQUEST"
    if not on_demand:
        index["ProvisionedThroughput"] = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    more = {"BillingMode": billing, "ProvisionedThroughput": None} if on_demand else {}
    answer = scene.create(key="TID", attributes={"TID": "S", "TRID": "S"}, GlobalSecondaryIndexes=[index], **more)
    scene.same("create-table-with-gsi", answer)
    scene.same("describe-table", scene.api.describe_table(TableName=scene.name))


def test_warm_throughput(played):
    """It is shown by CreateTable only when it was asked for."""
    scene = played("test_table_warm_throughput")
    scene.same("create-table", scene.create(WarmThroughput={"ReadUnitsPerSecond": 1000, "WriteUnitsPerSecond": 1200}))
    scene.same("describe-table", scene.api.describe_table(TableName=scene.name))


def test_a_stream_of_keys(played):
    """Six changes of two items, as records of keys alone with the service's sizes."""
    scene = played("test_dynamodb_stream_stream_view_type")
    answer = scene.create(key="Username", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    scene.same("create-table", answer)
    for name in ("Fred", "Alice"):
        key = {"Username": {"S": name}}
        scene.api.put_item(TableName=scene.name, Item=key)
        scene.api.update_item(TableName=scene.name, Key=key, UpdateExpression="set S=:r",
                              ExpressionAttributeValues={":r": {"S": "Fred_Modified"}})
        scene.api.delete_item(TableName=scene.name, Key=key)
    described, iterator, records = scene.records()
    scene.same("describe-stream", described)
    scene.same("get-shard-iterator", iterator)
    scene.same("get-records", {"Records": records})


def test_a_stream_of_transactions(played):
    """Records of a transaction's changes carry both images and their sizes."""
    scene = played("test_transact_write_items_streaming")
    answer = scene.create(StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    scene.same("create-table", answer)
    table, api = scene.name, scene.api
    api.put_item(TableName=table, Item={"id": {"S": "Fred"}})
    # The second write changes nothing, so it is no record.
    for _ in range(2):
        api.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": {"id": {"S": "NewKey"}}}}])
    update = {"TableName": table, "ExpressionAttributeValues": {":v1": {"S": "value1"}, ":v2": {"S": "value2"}}}
    api.transact_write_items(TransactItems=[{"Update": {
        **update, "Key": {"id": {"S": "NewKey"}}, "UpdateExpression": "SET attr1 = :v1, attr2 = :v2"}}])
    _, _, records = scene.records()
    expected = scene.steps["get-records"]["Records"][:3]
    assert differences(expected, records, "get-records") == []


def test_a_transaction_over_two_tables(played, client):
    """A table without a stream answers without one, beside a table that has it."""
    scene, other = played("test_transact_write_items_streaming_for_different_tables"), Played(
        client, "test_transact_write_items_streaming_for_different_tables")
    streaming = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    scene.same("create-table-stream", scene.create(StreamSpecification=streaming))
    scene.same("create-table-no-stream", other.create())
    puts = [{"Put": {"TableName": table, "Item": {"id": {"S": "Fred"}}}} for table in (scene.name, other.name)]
    scene.same("transact-write-two-tables", scene.api.transact_write_items(TransactItems=puts))
    described, _, records = scene.records()
    scene.same("describe-stream", described)
    scene.same("get-records", {"Records": records})


def test_return_values_of_puts(played):
    """Attributes are there when ALL_OLD was asked for and an item was."""
    scene = played("test_return_values_in_put_item")
    scene.create()
    first, changed, second = ({"id": {"S": "id1"}, "data": {"S": "foobar"}}, {"id": {"S": "id1"}, "data": {"S": "foobar"}},
                              {"id": {"S": "id2"}, "data": {"S": "foobar"}})
    for step, item, wanted in (("PutFirstItem", first, "ALL_OLD"), ("PutFirstItemOLD", first, "ALL_OLD"),
                               ("PutFirstItemB", changed, "ALL_OLD"), ("PutSecondItem", second, "ALL_OLD"),
                               ("PutSecondItemReturnNone", second, "NONE")):
        scene.same(step, scene.api.put_item(TableName=scene.name, Item=item, ReturnValues=wanted))


def test_the_item_of_a_failed_condition(played):
    """The refusal carries the item as it is."""
    scene = played("test_return_values_on_conditions_check_failure")
    scene.create()
    scene.api.put_item(TableName=scene.name, Item=scene.steps["items"]["Item"])
    with pytest.raises(ClientError) as caught:
        scene.api.delete_item(TableName=scene.name, Key={"id": {"S": "456"}}, ConditionExpression="price < :low",
                              ExpressionAttributeValues={":low": {"N": "500"}}, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    answer = caught.value.response
    assert differences(scene.steps["items"], plain({key: answer[key] for key in scene.steps["items"]})) == []


def test_statements_in_batches_and_transactions(played):
    """What BatchExecuteStatement and ExecuteTransaction answer for writes."""
    scene = played("test_dynamodb_batch_execute_statement")
    scene.create(key="Username")
    inserts = [{"Statement": f"INSERT INTO \"{scene.name}\" VALUE {{'Username': '{name}'}}"} for name in ("user01", "user02")]
    done = scene.api.batch_execute_statement(Statements=inserts)
    recorded_answer = json.loads(json.dumps(scene.steps["ExecutedStatement"]).replace("<test-table>", scene.name))
    assert differences(recorded_answer, plain(done)) == []
    scene = played("test_dynamodb_execute_transaction")
    scene.create(key="Username")
    inserts = [{"Statement": one["Statement"].replace(one["Statement"].split('"')[1], scene.name)} for one in inserts]
    scene.same("ExecutedTransaction", scene.api.execute_transaction(TransactStatements=inserts))
    scan = scene.api.scan(TableName=scene.name)
    scan["Items"].sort(key=by_key)
    scene.same("TableScan", scan)


def test_batches(played):
    """An empty map of what was left, and the words for a key of another table."""
    scene = played("test_batch_write_items")
    scene.create()
    puts = [{"PutRequest": {"Item": {"id": {"S": "Fred"}}}}, {"DeleteRequest": {"Key": {"id": {"S": "Bob"}}}}]
    scene.same("BatchWriteResponse", scene.api.batch_write_item(RequestItems={scene.name: puts}))
    with pytest.raises(ClientError) as caught:
        scene.api.batch_write_item(RequestItems={scene.name: [{"PutRequest": {"Item": {"nonKey": {"S": "x"}}}}]})
    words = "The provided key element does not match the schema"
    assert recorded("test_batch_write_not_matching_schema")["ValidationException"].endswith(words)
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_a_local_index(played):
    """A query of an index by number."""
    scene = played("test_valid_local_secondary_index")
    index = {"IndexName": "LSI1", "Projection": {"ProjectionType": "ALL"},
             "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "LSI1SK", "KeyType": "RANGE"}]}
    scene.create(attributes={"PK": "S", "SK": "S", "LSI1SK": "N"}, LocalSecondaryIndexes=[index],
                 schema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}])
    scene.api.put_item(TableName=scene.name, Item=scene.steps["Items"]["Items"][0])
    answer = scene.api.query(TableName=scene.name, IndexName="LSI1", KeyConditionExpression="PK = :v1",
                             ExpressionAttributeValues={":v1": {"S": "test one"}}, Select="ALL_ATTRIBUTES")
    scene.same("Items", answer)


def test_a_token_and_an_arn_for_a_name(played):
    """Repeating a transaction with its token answers alike; tables go by their ARNs too."""
    scene = played("test_dynamodb_idempotent_writing")
    arn = scene.create()["TableDescription"]["TableArn"]
    put = {"Put": {"TableName": scene.name, "Item": {"id": {"S": "id1"}, "name": {"S": "name1"}}}}
    for step in ("Response1", "Response2"):
        scene.same(step, scene.api.transact_write_items(ClientRequestToken="dedupe_token", TransactItems=[put]))
    answers = recorded("test_transaction_write_items")
    put["Put"]["TableName"] = arn
    assert differences(answers["Response_using_table_arn"], plain(scene.api.transact_write_items(TransactItems=[put]))) == []


def test_streams_of_replicas(played, client):
    """Each region of a global table lists a stream of its own."""
    scene = played("test_streams_on_global_tables")
    scene.create(BillingMode="PAY_PER_REQUEST", ProvisionedThroughput=None,
                 StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    scene.api.update_table(TableName=scene.name, ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
    there = client("dynamodbstreams", region="eu-west-1")
    scene.same("region-streams", scene.streams.list_streams(TableName=scene.name))
    scene.same("secondary-region-streams", there.list_streams(TableName=scene.name))


def test_a_stream_that_is_not_there(client):
    """The refusal names the ARN that was asked for."""
    recording = recorded("test_non_existent_stream", "dynamodbstreams/dynamodb_streams.json")["non-existent-stream"]
    arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/golden-{uuid.uuid4().hex[:8]}/stream/2024-11-18T14:36:44.149"
    with pytest.raises(ClientError) as caught:
        client("dynamodbstreams").describe_stream(StreamArn=arn)
    assert differences(recording["Error"], {key: caught.value.response["Error"][key] for key in recording["Error"]}) == []
