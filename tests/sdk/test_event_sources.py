"""Event source mappings: Lambda's API of them, filters, and how queues are read."""

import json

from event_source_support import (  # noqa: F401 (fixtures)
    FUNCTION_ARN, QUEUE_ARN, account_clock, counts, events, make_function, make_mapping, make_queue, refusal)


def test_the_life_of_a_mapping(client, make_function, make_queue, make_mapping):
    api, function, (_, queue) = client("lambda"), make_function("cat >&2"), make_queue()
    made = make_mapping(FunctionName=function, EventSourceArn=queue)
    uuid = made["UUID"]
    assert (made["State"], made["BatchSize"], made["MaximumBatchingWindowInSeconds"]) == ("Creating", 10, 0)
    assert made["FunctionArn"] == FUNCTION_ARN + function and made["EventSourceArn"] == queue
    assert made["StateTransitionReason"] == "USER_INITIATED" and made["FunctionResponseTypes"] == []
    assert made["EventSourceMappingArn"].endswith(":event-source-mapping:" + uuid)
    assert "StartingPosition" not in made and "MaximumRetryAttempts" not in made
    assert api.get_event_source_mapping(UUID=uuid)["State"] == "Enabled"
    changed = api.update_event_source_mapping(UUID=uuid, BatchSize=3, FunctionResponseTypes=["ReportBatchItemFailures"],
                                              ScalingConfig={"MaximumConcurrency": 2})
    assert changed["State"] == "Updating"
    shown = api.get_event_source_mapping(UUID=uuid)
    assert (shown["State"], shown["BatchSize"], shown["ScalingConfig"]) == ("Enabled", 3, {"MaximumConcurrency": 2})
    assert shown["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert api.update_event_source_mapping(UUID=uuid, Enabled=False)["State"] == "Disabling"
    assert api.get_event_source_mapping(UUID=uuid)["State"] == "Disabled"
    assert api.update_event_source_mapping(UUID=uuid, Enabled=True)["State"] == "Enabling"
    assert api.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    for call in (api.get_event_source_mapping, api.delete_event_source_mapping, api.update_event_source_mapping):
        assert refusal(call, UUID=uuid) == ("ResourceNotFoundException", "The resource you requested does not exist.")


def test_a_mapping_has_tags(client, make_function, make_queue, make_mapping):
    """Terraform lists them after each create, and fails if it cannot."""
    api, function, (_, queue) = client("lambda"), make_function("true"), make_queue()
    arn = make_mapping(FunctionName=function, EventSourceArn=queue, Tags={"a": "1"})["EventSourceMappingArn"]
    assert api.list_tags(Resource=arn)["Tags"] == {"a": "1"}
    api.tag_resource(Resource=arn, Tags={"b": "2"})
    api.untag_resource(Resource=arn, TagKeys=["a"])
    assert api.list_tags(Resource=arn)["Tags"] == {"b": "2"}
    assert refusal(api.list_tags, Resource=arn[:-1] + ("1" if arn[-1] == "0" else "0"))[0] == "ResourceNotFoundException"


def test_mappings_are_listed_by_function_and_source(client, make_function, make_queue, make_mapping):
    api, function, other = client("lambda"), make_function("true"), make_function("true")
    queues = [make_queue()[1] for _ in range(3)]
    uuids = {make_mapping(FunctionName=function, EventSourceArn=queue)["UUID"] for queue in queues}
    make_mapping(FunctionName=other, EventSourceArn=queues[0])
    pages = list(api.get_paginator("list_event_source_mappings").paginate(
        FunctionName=function, PaginationConfig={"PageSize": 2}))
    assert [len(page["EventSourceMappings"]) for page in pages] == [2, 1]
    assert {mapping["UUID"] for page in pages for mapping in page["EventSourceMappings"]} == uuids
    by_source = api.list_event_source_mappings(EventSourceArn=queues[0])["EventSourceMappings"]
    assert {mapping["FunctionArn"] for mapping in by_source} == {FUNCTION_ARN + function, FUNCTION_ARN + other}
    # Who asks for a function that is not there learns that it has no mappings.
    assert api.list_event_source_mappings(FunctionName="none")["EventSourceMappings"] == []


def test_refusals(client, make_function, make_queue, make_mapping):
    create = client("lambda").create_event_source_mapping
    function, (_, queue), (_, fifo) = make_function("true"), make_queue(), make_queue(".fifo", FifoQueue="true")
    invalid = "InvalidParameterValueException"
    assert refusal(create, FunctionName="none", EventSourceArn=queue) == (invalid, "Function does not exist")
    assert refusal(create, FunctionName=function, EventSourceArn="arn:aws:s3:::bucket") == (
        invalid, "Unrecognized event source.")
    code, message = refusal(create, FunctionName=function, EventSourceArn=QUEUE_ARN + "none")
    assert code == invalid and "AWS.SimpleQueueService.NonExistentQueue" in message
    assert refusal(create, FunctionName=function, EventSourceArn=queue, BatchSize=11) == (
        invalid, "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
    assert refusal(create, FunctionName=function, EventSourceArn=fifo, BatchSize=11)[0] == invalid
    assert refusal(create, FunctionName=function, EventSourceArn=fifo, MaximumBatchingWindowInSeconds=1)[0] == invalid
    assert refusal(create, FunctionName=function, EventSourceArn=queue, ParallelizationFactor=2)[0] == invalid
    assert refusal(create, FunctionName=function, EventSourceArn=queue,
                   FilterCriteria={"Filters": [{"Pattern": '{"body": "x"}'}]}) == (
        invalid, "Invalid filter pattern definition.")
    slow = make_function("true", timeout_seconds=31)
    assert refusal(create, FunctionName=slow, EventSourceArn=queue) == (
        invalid, "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds")
    uuid = make_mapping(FunctionName=function, EventSourceArn=queue)["UUID"]
    code, message = refusal(create, FunctionName=FUNCTION_ARN + function, EventSourceArn=queue)
    assert code == "ResourceConflictException" and message.endswith(f"already exists. Please update or delete the existing mapping with UUID {uuid}")


def test_a_disabled_mapping_leaves_the_queue_alone(admin, client, make_function, make_queue, make_mapping):
    function, (url, queue) = make_function("cat >&2"), make_queue()
    uuid = make_mapping(FunctionName=function, EventSourceArn=queue, Enabled=False)["UUID"]
    client("sqs").send_message(QueueUrl=url, MessageBody="m")
    admin.settle()
    assert counts(client, url) == [1, 0]
    client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)
    admin.settle()
    assert counts(client, url) == [0, 0] and len(events(admin, function)) == 1


def test_filters_delete_what_they_do_not_want(admin, client, make_function, make_queue, make_mapping):
    """Patterns reach into a JSON body; a body that is a text only matches a pattern of texts."""
    function, (url, queue) = make_function("cat >&2"), make_queue()
    patterns = [{"body": {"kind": [{"prefix": "or"}], "count": [{"numeric": [">", 5]}]}},
                {"body": {"$or": [{"a": [1]}, {"b": [{"exists": True}]}]}},
                {"body": [{"suffix": "!"}]},
                {"messageAttributes": {"colour": {"stringValue": [{"equals-ignore-case": "RED"}]}}}]
    make_mapping(FunctionName=function, EventSourceArn=queue,
                 FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)} for pattern in patterns]})
    bodies = ['{"kind":"order","count":6}', '{"kind":"order","count":5}', '{"kind":"other","count":9}', '{"a":1}',
              '{"b":null}', '{"c":1}', "wow!", "wow", "5"]
    for body in bodies:
        client("sqs").send_message(QueueUrl=url, MessageBody=body)
    client("sqs").send_message(QueueUrl=url, MessageBody="coloured", MessageAttributes={
        "colour": {"DataType": "String", "StringValue": "Red"}})
    admin.settle()
    seen = {record["body"] for event in events(admin, function) for record in event["Records"]}
    assert seen == {bodies[0], bodies[3], bodies[4], "wow!", "coloured"}
    assert counts(client, url) == [0, 0], "what the filters drop is deleted"


def test_a_batching_window_of_virtual_time(admin, client, make_function, make_queue, make_mapping, account_clock):
    function, (url, queue) = make_function("cat >&2"), make_queue()
    make_mapping(FunctionName=function, EventSourceArn=queue, BatchSize=50, MaximumBatchingWindowInSeconds=20)
    account_clock.freeze()
    for number in range(3):
        client("sqs").send_message(QueueUrl=url, MessageBody=str(number))
    admin.settle()
    assert events(admin, function) == [], "the window is open, and nothing is due"
    account_clock.advance("21s")
    admin.settle()
    (event,) = events(admin, function)
    assert sorted(record["body"] for record in event["Records"]) == ["0", "1", "2"]


def test_reported_failures_come_again_alone(admin, client, make_function, make_queue, make_mapping, account_clock):
    script = """import json, sys
event = json.load(sys.stdin)
print(json.dumps(event), file=sys.stderr)
bad = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
print(json.dumps({"batchItemFailures": [{"itemIdentifier": i} for i in bad]}))"""
    function = make_function(f"python3 -c '{script}'")
    url, queue = make_queue(VisibilityTimeout="60")
    make_mapping(FunctionName=function, EventSourceArn=queue, FunctionResponseTypes=["ReportBatchItemFailures"])
    account_clock.freeze()
    client("sqs").send_message_batch(QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": body} for n, body in
                                                            enumerate(["good", "bad", "good"])])
    admin.settle()
    assert counts(client, url) == [0, 1]
    account_clock.advance("61s")
    admin.settle()
    records = [record for event in events(admin, function) for record in event["Records"]]
    assert [record["attributes"]["ApproximateReceiveCount"] for record in records if record["body"] == "bad"] == ["1", "2"]
    assert len([record for record in records if record["body"] == "good"]) == 2


def test_fifo_groups_keep_their_order(admin, client, make_function, make_queue, make_mapping):
    """Groups run side by side, a group's messages one batch after the other."""
    function = make_function("cat >&2")
    url, queue = make_queue(".fifo", FifoQueue="true", ContentBasedDeduplication="true")
    make_mapping(FunctionName=function, EventSourceArn=queue, BatchSize=2)
    for number in range(12):
        client("sqs").send_message(QueueUrl=url, MessageBody=str(number), MessageGroupId=f"g{number % 3}")
    admin.settle()
    order = {}
    for event in events(admin, function):
        for record in event["Records"]:
            order.setdefault(record["attributes"]["MessageGroupId"], []).append(int(record["body"]))
    assert order == {f"g{group}": [number for number in range(12) if number % 3 == group] for group in range(3)}


def test_the_shape_of_a_record(admin, client, make_function, make_queue, make_mapping):
    function, (url, queue) = make_function("cat >&2"), make_queue()
    make_mapping(FunctionName=function, EventSourceArn=queue)
    sent = client("sqs").send_message(QueueUrl=url, MessageBody="hello", MessageAttributes={
        "blob": {"DataType": "Binary", "BinaryValue": b"\x01\x02"}, "n": {"DataType": "Number", "StringValue": "5"}})
    admin.settle()
    ((record,),) = [event["Records"] for event in events(admin, function)]
    assert set(record) == {"messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody",
                           "md5OfMessageAttributes", "eventSource", "eventSourceARN", "awsRegion"}
    assert record["md5OfMessageAttributes"] == sent["MD5OfMessageAttributes"] and record["messageId"] == sent["MessageId"]
    assert set(record["attributes"]) == {"ApproximateReceiveCount", "SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"}
    assert record["messageAttributes"]["blob"] == {
        "dataType": "Binary", "binaryValue": "AQI=", "stringListValues": [], "binaryListValues": []}


def test_triggers_of_s3_and_sns_name_a_qualifier(admin, client, unique, make_function):
    """An ARN with a version or alias behind it is that function's, for the direct triggers and their shapes too."""
    function, bucket = make_function("cat >&2"), unique("bucket")
    arn = FUNCTION_ARN + function + ":$LATEST"
    client("s3").create_bucket(Bucket=bucket)
    client("s3").put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]})
    client("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    topic = client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    subscription = client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)["SubscriptionArn"]
    client("sns").publish(TopicArn=topic, Message="m")
    admin.settle()
    records = {(record.get("eventSource") or record.get("EventSource")): record
               for event in events(admin, function) for record in event["Records"]}
    assert set(records) == {"aws:s3", "aws:sns"}
    assert set(records["aws:sns"]) == {"EventSource", "EventVersion", "EventSubscriptionArn", "Sns"}
    assert records["aws:sns"]["EventSubscriptionArn"] == subscription and records["aws:sns"]["EventVersion"] == "1.0"
    assert set(records["aws:s3"]) == {"eventVersion", "eventSource", "awsRegion", "eventTime", "eventName", "userIdentity",
                                      "requestParameters", "responseElements", "s3"}
