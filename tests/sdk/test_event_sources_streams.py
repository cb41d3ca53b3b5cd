"""Functions behind change streams of tables: order, retries, halving, windows, and what is given up."""

import json

import pytest

from event_source_support import account_clock, events, make_function, make_mapping, make_queue, refusal  # noqa: F401 (fixtures)

# Fails when a record's new image has the attribute "poison"; tells in its log what it was given.
PICKY = """import json, sys
event = json.load(sys.stdin)
print(json.dumps(event), file=sys.stderr)
bad = [r["dynamodb"]["SequenceNumber"] for r in event["Records"] if "poison" in r["dynamodb"].get("NewImage", {})]
%s"""
RAISES = "sys.exit(1 if bad else 0)"
REPORTS = 'print(json.dumps({"batchItemFailures": [{"itemIdentifier": b} for b in bad]}))'


@pytest.fixture
def table(client, unique):
    """Name and stream of a table; `put("a", poison=True)` writes an item of it."""
    db, name = client("dynamodb"), unique("table")
    made = db.create_table(
        TableName=name, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})["TableDescription"]

    class Table:
        stream = made["LatestStreamArn"]

        @staticmethod
        def put(key, poison=False):
            db.put_item(TableName=name, Item={"id": {"S": key}, **({"poison": {"BOOL": True}} if poison else {})})

        @staticmethod
        def delete(key):
            db.delete_item(TableName=name, Key={"id": {"S": key}})

    yield Table
    db.delete_table(TableName=name)


def keys(event):
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]


def picky(make_function, ending):
    return make_function("python3 -c '" + PICKY % ending + "'")


def test_a_mapping_tells_how_its_last_batch_went(admin, client, make_function, make_mapping, table):
    function = picky(make_function, RAISES)
    uuid = make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="TRIM_HORIZON", MaximumRetryAttempts=0)["UUID"]

    def last_result():
        admin.settle()
        return client("lambda").get_event_source_mapping(UUID=uuid)["LastProcessingResult"]

    assert last_result() == "No records processed"
    table.put("a")
    assert last_result() == "OK"
    table.put("b", poison=True)
    assert last_result() == "PROBLEM: Function call failed"
    table.put("c")
    assert last_result() == "OK"


def test_records_in_their_shape_and_order(admin, make_function, make_mapping, table):
    function = make_function("cat >&2")
    table.put("a")
    mapping = make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="TRIM_HORIZON", BatchSize=2)
    assert (mapping["State"], mapping["StateTransitionReason"]) == ("Creating", "User action")
    assert (mapping["ParallelizationFactor"], mapping["MaximumRetryAttempts"], mapping["MaximumRecordAgeInSeconds"]) == (1, -1, -1)
    assert mapping["LastProcessingResult"] == "No records processed"
    table.put("b")
    table.delete("a")
    admin.settle()
    records = [record for event in events(admin, function) for record in event["Records"]]
    assert [(record["eventName"], record["dynamodb"]["Keys"]["id"]["S"]) for record in records] == [
        ("INSERT", "a"), ("INSERT", "b"), ("REMOVE", "a")]
    assert set(records[0]) == {"eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb", "eventSourceARN"}
    assert records[0]["eventSourceARN"] == table.stream and records[0]["eventSource"] == "aws:dynamodb"
    assert set(records[0]["dynamodb"]) == {"ApproximateCreationDateTime", "Keys", "NewImage", "SequenceNumber", "SizeBytes",
                                           "StreamViewType"}
    assert isinstance(records[0]["dynamodb"]["ApproximateCreationDateTime"], float)  # As the service writes it.
    assert records[2]["dynamodb"]["OldImage"] == {"id": {"S": "a"}}


def test_latest_begins_with_what_comes_after_the_mapping(admin, make_function, make_mapping, table):
    function = make_function("cat >&2")
    table.put("before")
    make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="LATEST")
    table.put("after")
    admin.settle()
    assert [key for event in events(admin, function) for key in keys(event)] == ["after"]


def test_refusals(client, make_function, table):
    create, function = client("lambda").create_event_source_mapping, make_function("true")
    invalid = "InvalidParameterValueException"
    assert refusal(create, FunctionName=function, EventSourceArn=table.stream)[1] == (
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.")
    assert refusal(create, FunctionName=function, EventSourceArn=table.stream, StartingPosition="AT_TIMESTAMP",
                   StartingPositionTimestamp=1)[0] == invalid, "for Kinesis, Kafka and DocumentDB only"
    code, message = refusal(create, FunctionName=function, EventSourceArn=table.stream[:-1] + "x", StartingPosition="LATEST")
    assert code == invalid and message.startswith("Stream not found: ")
    assert refusal(create, FunctionName=function, EventSourceArn=table.stream, StartingPosition="LATEST",
                   MaximumRecordAgeInSeconds=30)[0] == invalid
    assert refusal(create, FunctionName=function, EventSourceArn=table.stream, StartingPosition="LATEST",
                   ScalingConfig={"MaximumConcurrency": 2})[0] == invalid


def test_a_poisoned_batch_stops_the_shard_until_it_is_given_up(
        admin, client, make_function, make_mapping, make_queue, table, account_clock):
    """Two retries after a growing pause; then the destination hears of the batch, and the next one comes."""
    function, (url, dead) = picky(make_function, RAISES), make_queue()
    account_clock.freeze()
    make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="TRIM_HORIZON", BatchSize=1,
                 MaximumRetryAttempts=2, DestinationConfig={"OnFailure": {"Destination": dead}})
    table.put("bad", poison=True)
    table.put("good")
    admin.settle()
    assert [keys(event) for event in events(admin, function)] == [["bad"]]
    for _ in range(2):
        account_clock.advance("60s")
        admin.settle()
    assert [keys(event) for event in events(admin, function)] == [["bad"]] * 3 + [["good"]]
    (letter,) = client("sqs").receive_message(QueueUrl=url)["Messages"]
    record = json.loads(letter["Body"])
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    info = record["DDBStreamBatchInfo"]
    assert info["batchSize"] == 1 and info["streamArn"] == table.stream
    assert info["startSequenceNumber"] == info["endSequenceNumber"]
    assert record["version"] == "1.0"


def test_a_failed_batch_is_halved(admin, make_function, make_mapping, table, account_clock):
    """Halving finds the one bad record, which alone is given up, without using retries."""
    function = picky(make_function, RAISES)
    account_clock.freeze()
    for number in range(8):
        table.put(str(number), poison=number == 5)
    make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="TRIM_HORIZON",
                 MaximumRetryAttempts=0, BisectBatchOnFunctionError=True)
    admin.settle()
    batches = [keys(event) for event in events(admin, function)]
    assert batches == [list("01234567"), list("0123"), list("4567"), list("45"), ["4"], ["5"], list("67")]


def test_a_reported_failure_is_the_checkpoint(admin, client, make_function, make_mapping, make_queue, table, account_clock):
    function, (url, dead) = picky(make_function, REPORTS), make_queue()
    account_clock.freeze()
    for key in "abcd":
        table.put(key, poison=key == "c")
    make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="TRIM_HORIZON",
                 MaximumRetryAttempts=1, FunctionResponseTypes=["ReportBatchItemFailures"],
                 DestinationConfig={"OnFailure": {"Destination": dead}})
    admin.settle()
    account_clock.advance("60s")
    admin.settle()
    assert [keys(event) for event in events(admin, function)] == [list("abcd"), list("cd")]
    (letter,) = client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert json.loads(letter["Body"])["responseContext"]["functionError"] is None  # The function itself did not fail.


def test_old_records_are_given_up_to_a_bucket(admin, client, unique, make_function, make_mapping, table, account_clock):
    """A bucket gets the records with the report, so that nothing is lost."""
    bucket, function = unique("failures"), picky(make_function, RAISES)
    client("s3").create_bucket(Bucket=bucket)
    account_clock.freeze()
    mapping = make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="TRIM_HORIZON",
                           MaximumRecordAgeInSeconds=60, DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::" + bucket}})
    table.put("bad", poison=True)
    admin.settle()
    account_clock.advance("2m")
    admin.settle()
    (entry,) = client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert entry["Key"].startswith(f"aws/lambda/{mapping['UUID']}/shardId-")
    record = json.loads(client("s3").get_object(Bucket=bucket, Key=entry["Key"])["Body"].read())
    assert record["requestContext"]["condition"] == "RecordAgeExceeded"
    assert keys(json.loads(record["payload"])) == ["bad"]


def test_filters_pass_records_over(admin, make_function, make_mapping, table):
    function = make_function("cat >&2")
    pattern = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"id": {"S": [{"prefix": "yes"}]}}}}
    make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="TRIM_HORIZON",
                 FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    for key in ("yes-1", "no-1", "yes-2"):
        table.put(key)
    table.delete("yes-1")
    admin.settle()
    assert [key for event in events(admin, function) for key in keys(event)] == ["yes-1", "yes-2"]


def test_a_tumbling_window_carries_its_state(admin, make_function, make_mapping, table, account_clock):
    script = """import json, sys
event = json.load(sys.stdin)
print(json.dumps(event), file=sys.stderr)
print(json.dumps({"state": {"count": event["state"].get("count", 0) + len(event["Records"])}}))"""
    function = make_function(f"python3 -c '{script}'")
    account_clock.freeze()
    make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="TRIM_HORIZON", BatchSize=1,
                 TumblingWindowInSeconds=300)
    table.put("a")
    table.put("b")
    admin.settle()
    account_clock.advance("10m")
    admin.settle()
    seen = events(admin, function)
    assert [(keys(event), event["state"], event["isFinalInvokeForWindow"]) for event in seen] == [
        (["a"], {}, False), (["b"], {"count": 1}, False), ([], {"count": 2}, True)]
    assert seen[0]["eventSourceARN"] == table.stream and seen[0]["shardId"].startswith("shardId-")
    assert set(seen[0]["window"]) == {"start", "end"} and seen[0]["isWindowTerminatedEarly"] is False


def test_items_side_by_side_keep_their_own_order(admin, client, make_function, make_mapping, table):
    """With a factor of 4 the changes of one item are still in order."""
    function = make_function("cat >&2")
    make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="TRIM_HORIZON", BatchSize=1,
                 ParallelizationFactor=4)
    for _ in range(3):
        for key in "abcd":
            table.put(key)
            table.delete(key)
    admin.settle()
    order = {}
    for event in events(admin, function):
        for record in event["Records"]:
            order.setdefault(record["dynamodb"]["Keys"]["id"]["S"], []).append(record["dynamodb"]["SequenceNumber"])
    assert {key: len(sequence) for key, sequence in order.items()} == dict.fromkeys("abcd", 6)
    assert all(sequence == sorted(sequence) for sequence in order.values())


def test_a_mapping_reads_on_where_it_was(admin, client, make_function, make_mapping, table):
    """Disabled and enabled again, and with another factor: nothing is read twice or left out."""
    function, api = make_function("cat >&2"), client("lambda")
    uuid = make_mapping(FunctionName=function, EventSourceArn=table.stream, StartingPosition="TRIM_HORIZON")["UUID"]
    table.put("a")
    admin.settle()
    api.update_event_source_mapping(UUID=uuid, Enabled=False)
    table.put("b")
    admin.settle()
    api.update_event_source_mapping(UUID=uuid, Enabled=True, ParallelizationFactor=2)
    admin.settle()
    assert [key for event in events(admin, function) for key in keys(event)] == ["a", "b"]
