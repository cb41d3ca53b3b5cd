"""SQS from outside: boto3 speaks JSON, raw forms speak Query."""

import hashlib
import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from conftest import make_client
from sqs_support import Query, arn_of, bodies, clock, counts, query, queue, refused, sqs  # noqa: F401 (fixtures)


# --- messages


def test_a_message_goes_through(sqs, queue):
    """The SDK itself checks both digests of what it receives."""
    url = queue()
    attributes = {
        "text": {"DataType": "String", "StringValue": "grün"},
        "number": {"DataType": "Number.int", "StringValue": "42"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\0\1\xff"},
    }
    sent = sqs.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes=attributes)
    assert sent["MD5OfMessageBody"] == hashlib.md5(b"hello").hexdigest()
    got = sqs.receive_message(QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"])["Messages"]
    assert len(got) == 1
    message = got[0]
    assert message["MessageId"] == sent["MessageId"]
    assert message["MessageAttributes"] == attributes
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert set(message["Attributes"]) == {
        "SenderId",
        "SentTimestamp",
        "ApproximateReceiveCount",
        "ApproximateFirstReceiveTimestamp",
    }
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert counts(sqs, url) == [0, 0, 0]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_attribute_names_select(sqs, queue):
    """Digest and attributes cover what was asked for, by name, by prefix, or none."""
    url = queue(VisibilityTimeout="0")
    sqs.send_message(
        QueueUrl=url,
        MessageBody="m",
        MessageAttributes={name: {"DataType": "String", "StringValue": "v"} for name in ["a.x", "a.y", "b"]},
    )

    def names(*asked):
        message = sqs.receive_message(QueueUrl=url, MessageAttributeNames=list(asked))["Messages"][0]
        assert ("MD5OfMessageAttributes" in message) == ("MessageAttributes" in message)
        return sorted(message.get("MessageAttributes", {}))

    assert names() == []
    assert names("b") == ["b"]
    assert names("a.*") == ["a.x", "a.y"]
    assert names(".*") == ["a.x", "a.y", "b"]
    assert names("unknown") == []


def test_trace_header(sqs, queue):
    url = queue()
    header = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    sent = sqs.send_message(
        QueueUrl=url,
        MessageBody="m",
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": header}},
    )
    assert len(sent["MD5OfMessageSystemAttributes"]) == 32
    got = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["AWSTraceHeader"])
    assert got["Messages"][0]["Attributes"] == {"AWSTraceHeader": header}


def test_visibility_and_delay_follow_the_virtual_clock(sqs, queue, clock):
    url = queue(VisibilityTimeout="30")
    sqs.send_message(QueueUrl=url, MessageBody="now")
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=60)
    assert counts(sqs, url) == [1, 0, 1]
    handle = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    assert counts(sqs, url) == [0, 1, 1]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=90)
    clock("60s")
    assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)) == ["later"]
    clock("30s")
    assert bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])) == ["now", "later"]


def test_long_poll_wakes_on_a_send(sqs, queue, endpoint, account):
    """A waiting receive answers as soon as there is something, not at its end."""
    url = queue()
    times = {}

    def poll():
        waiting = make_client("sqs", endpoint, access_key=account)
        times["answer"] = bodies(waiting.receive_message(QueueUrl=url, WaitTimeSeconds=20))
        times["end"] = time.monotonic()

    poller = threading.Thread(target=poll)
    poller.start()
    time.sleep(0.5)  # The poll has to be there before the send.
    sent = time.monotonic()
    sqs.send_message(QueueUrl=url, MessageBody="wake")
    poller.join(20)
    assert times["answer"] == ["wake"]
    assert times["end"] - sent < 2


def test_long_poll_wakes_when_a_delayed_message_appears(sqs, queue):
    url = queue()
    sqs.send_message(QueueUrl=url, MessageBody="m", DelaySeconds=1)
    start = time.monotonic()
    assert bodies(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)) == ["m"]
    assert time.monotonic() - start < 5


def test_long_poll_ends_empty(sqs, queue):
    start = time.monotonic()
    assert "Messages" not in sqs.receive_message(QueueUrl=queue(), WaitTimeSeconds=1)
    assert 0.8 < time.monotonic() - start < 5


def test_batches(sqs, queue):
    url = queue()
    entries = [{"Id": f"id-{i}", "MessageBody": f"m{i}"} for i in range(10)]
    sent = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert [entry["Id"] for entry in sent["Successful"]] == [entry["Id"] for entry in entries]
    assert "Failed" not in sent
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in got] == [f"m{i}" for i in range(10)]
    handles = [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(got)]
    changed = sqs.change_message_visibility_batch(
        QueueUrl=url, Entries=[{**handle, "VisibilityTimeout": 60} for handle in handles]
    )
    assert len(changed["Successful"]) == 10
    deleted = sqs.delete_message_batch(QueueUrl=url, Entries=handles[:9] + [{"Id": "bad", "ReceiptHandle": "x"}])
    assert len(deleted["Successful"]) == 9
    assert deleted["Failed"][0]["Code"] == "ReceiptHandleIsInvalid"
    assert deleted["Failed"][0]["SenderFault"] is True


def test_batch_errors(sqs, queue):
    url = queue()
    entry = {"Id": "a", "MessageBody": "m"}
    prefix = "AWS.SimpleQueueService."
    for operation, name in (("send_message", "SendMessage"), ("delete_message", "DeleteMessage"),
                            ("change_message_visibility", "ChangeMessageVisibility")):
        assert refused(getattr(sqs, operation + "_batch"), QueueUrl=url, Entries=[])[:2] == (
            prefix + "EmptyBatchRequest", f"There should be at least one {name}BatchRequestEntry in the request.")
    many = [{"Id": str(i), "MessageBody": "m"} for i in range(20)]
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=many)[:2] == (
        prefix + "TooManyEntriesInBatchRequest",
        "Maximum number of entries per request are 10. You have sent 20.",
    )
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=[entry, entry])[0] == prefix + "BatchEntryIdsNotDistinct"
    for bad in ["", "invalid:id", "l" * 81]:
        assert refused(sqs.delete_message_batch, QueueUrl=url, Entries=[{"Id": bad, "ReceiptHandle": "x"}])[:2] == (
            prefix + "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            "It can be at most 80 letters long.",
        )
    large = [{"Id": "a", "MessageBody": "x" * 1048576}, {"Id": "b", "MessageBody": "y"}]
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=large)[:2] == (
        prefix + "BatchRequestTooLong",
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    )


def test_messages_that_sqs_refuses(sqs, queue):
    """Codes and messages as recorded from AWS."""
    url = queue()
    send = sqs.send_message
    assert refused(send, QueueUrl=url, MessageBody="") == (
        "MissingParameter",
        "The request must contain the parameter MessageBody.",
        400,
    )
    assert refused(send, QueueUrl=url, MessageBody="x" * 1048577)[:2] == (
        "InvalidParameterValue",
        "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    )
    assert refused(send, QueueUrl=url, MessageBody="a\x08b")[0] == "InvalidMessageContents"
    empty = {"ErrorDetails": {"DataType": "String", "StringValue": ""}}
    assert refused(send, QueueUrl=url, MessageBody="m", MessageAttributes=empty)[:2] == (
        "InvalidParameterValue",
        "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
    )
    for name, value in {
        "aWs.x": {"DataType": "String", "StringValue": "v"},
        "x.": {"DataType": "String", "StringValue": "v"},
        "a!b": {"DataType": "String", "StringValue": "v"},
        "L" * 257: {"DataType": "String", "StringValue": "v"},
        "type": {"DataType": "Other", "StringValue": "v"},
        "number": {"DataType": "Number", "StringValue": "v"},
    }.items():
        code, _, status = refused(send, QueueUrl=url, MessageBody="m", MessageAttributes={name: value})
        assert (code, status) == ("InvalidParameterValue", 400), name
    send(QueueUrl=url, MessageBody="m", MessageAttributes={"attr.1øßä": {"DataType": "String", "StringValue": "v"}})
    assert refused(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11)[:2] == (
        "InvalidParameterValue",
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    )
    assert refused(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=21)[1] == (
        "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided."
    )
    assert refused(sqs.delete_message, QueueUrl=url, ReceiptHandle="garbage")[:2] == (
        "ReceiptHandleIsInvalid",
        'The input receipt handle "garbage" is not a valid receipt handle.',
    )


# --- queues


def test_attributes_of_a_queue(sqs, queue, golden_attributes):
    """The recorded answer names the same attributes with the same defaults."""
    url = queue(MessageRetentionPeriod="604800", ReceiveMessageWaitTimeSeconds="10", VisibilityTimeout="20")
    got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert set(got) == set(golden_attributes)
    for name, value in golden_attributes.items():
        if name not in ("QueueArn", "CreatedTimestamp", "LastModifiedTimestamp"):
            assert got[name] == value, name
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "420", "MaximumMessageSize": "2048"})
    got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds", "MaximumMessageSize"])["Attributes"]
    assert got == {"DelaySeconds": "420", "MaximumMessageSize": "2048"}


@pytest.fixture
def golden_attributes():
    return {
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "CreatedTimestamp": "",
        "DelaySeconds": "0",
        "LastModifiedTimestamp": "",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "604800",
        "QueueArn": "",
        "ReceiveMessageWaitTimeSeconds": "10",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "20",
    }


def test_create_again(sqs, unique):
    name = unique("queue")
    url = sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "1"})["QueueUrl"]
    assert sqs.create_queue(QueueName=name)["QueueUrl"] == url
    assert refused(sqs.create_queue, QueueName=name, Attributes={"DelaySeconds": "2"}) == (
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds",
        400,
    )
    assert refused(sqs.create_queue, QueueName=unique("q") + ".fifo")[0] == "InvalidParameterValue"
    assert refused(sqs.create_queue, QueueName=unique("q"), Attributes={"FifoQueue": "true"})[0] == "InvalidParameterValue"
    assert refused(sqs.create_queue, QueueName=unique("q"), Attributes={"Nope": "1"})[:2] == (
        "InvalidAttributeName",
        "Unknown Attribute Nope.",
    )
    assert refused(sqs.create_queue, QueueName=unique("q"), Attributes={"DelaySeconds": "901"})[0] == "InvalidAttributeValue"


def test_delete_and_purge_rest_for_a_minute(sqs, queue, clock):
    url = queue()
    name = url.rsplit("/", 1)[1]
    sqs.send_message(QueueUrl=url, MessageBody="m")
    sqs.purge_queue(QueueUrl=url)
    assert counts(sqs, url) == [0, 0, 0]
    assert refused(sqs.purge_queue, QueueUrl=url)[:2] == (
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        f"Only one PurgeQueue operation on {name} is allowed every 60 seconds.",
    )
    sqs.delete_queue(QueueUrl=url)
    for _ in range(3):
        assert refused(sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["All"])[0] == (
            "AWS.SimpleQueueService.NonExistentQueue"
        )
    assert refused(sqs.create_queue, QueueName=name)[0] == "AWS.SimpleQueueService.QueueDeletedRecently"
    clock("60s")
    sqs.create_queue(QueueName=name)


def test_queue_urls_in_every_form(sqs, queue, endpoint, account):
    """Clients bring URLs of real hosts, paths and bare names."""
    url = queue(VisibilityTimeout="0")
    name = url.rsplit("/", 1)[1]
    assert url == f"{endpoint}/{account}/{name}"
    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == url
    sqs.send_message(QueueUrl=url, MessageBody="m")
    for form in [
        name,
        f"/{account}/{name}",
        f"https://sqs.us-east-1.amazonaws.com/{account}/{name}",
        f"https://sqs.eu-west-1.amazonaws.com/659248683008/{name}",
        f"http://sqs.us-east-1.localhost.localstack.cloud:4566/{account}/{name}",
        f"http://us-east-1.queue.localhost:4566/{account}/{name}",
        f"http://localhost:4566/queue/us-east-1/{account}/{name}",
    ]:
        # The SDK takes the URL's host for the endpoint unless it is told otherwise.
        query = Query(endpoint, account).call("ReceiveMessage", QueueUrl=form)
        assert query[0] == 200 and query[1].find(".//Body").text == "m", form


def test_listing_pages(sqs, unique):
    prefix = unique("list")
    for i in range(10):
        sqs.create_queue(QueueName=f"{prefix}-{i}")
    urls = sqs.list_queues(QueueNamePrefix=prefix)["QueueUrls"]
    assert len(urls) == 10
    first = sqs.list_queues(QueueNamePrefix=prefix, MaxResults=2)
    rest = sqs.list_queues(QueueNamePrefix=prefix, MaxResults=10, NextToken=first["NextToken"])
    assert first["QueueUrls"] + rest["QueueUrls"] == urls
    assert "NextToken" not in rest
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix=prefix + "x")


def test_tags_and_permissions(sqs, queue, account):
    url = queue()
    sqs.tag_queue(QueueUrl=url, Tags={"a": "1", "b": "2"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["b"])
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "1"}
    label = {"QueueUrl": url, "Label": "share"}
    sqs.add_permission(AWSAccountIds=["111111111111"], Actions=["ReceiveMessage"], **label)
    policy = json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
    assert policy["Statement"][0]["Action"] == "SQS:ReceiveMessage"
    assert refused(sqs.add_permission, AWSAccountIds=["111111111111"], Actions=["SendMessage"], **label)[1] == (
        "Value share for parameter Label is invalid. Reason: Already exists."
    )
    sqs.remove_permission(**label)
    assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    assert refused(sqs.remove_permission, **label)[1] == (
        "Value share for parameter Label is invalid. Reason: can't find label."
    )


# --- FIFO


def test_fifo_order_and_deduplication(sqs, queue, clock):
    url = queue(".fifo", ContentBasedDeduplication="true")
    sent = [sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g") for body in ["a", "b", "a"]]
    assert sent[2]["MessageId"] == sent[0]["MessageId"]
    assert len(sent[0]["SequenceNumber"]) == 20 and sent[0]["SequenceNumber"] < sent[1]["SequenceNumber"]
    got = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert got[0]["Body"] == "a"
    assert got[0]["Attributes"]["MessageDeduplicationId"] == hashlib.sha256(b"a").hexdigest()
    assert got[0]["Attributes"]["SequenceNumber"] == sent[0]["SequenceNumber"]
    assert bodies(sqs.receive_message(QueueUrl=url)) == []
    sqs.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
    assert bodies(sqs.receive_message(QueueUrl=url)) == ["b"]
    clock("5m")
    sqs.send_message(QueueUrl=url, MessageBody="a", MessageGroupId="h")
    assert sorted(bodies(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10))) == ["a", "b"]


def test_fifo_errors(sqs, queue):
    url = queue(".fifo")
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="m")[:2] == (
        "MissingParameter",
        "The request must contain the parameter MessageGroupId.",
    )
    assert refused(sqs.send_message, QueueUrl=url, MessageBody="m", MessageGroupId="g")[:2] == (
        "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    )
    assert refused(
        sqs.send_message, QueueUrl=url, MessageBody="m", MessageGroupId="g", MessageDeduplicationId="d", DelaySeconds=2
    )[1] == (
        "Value 2 for parameter DelaySeconds is invalid. "
        "Reason: The request include parameter that is not valid for this queue type."
    )
    assert refused(sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "m"}])[0] == (
        "InvalidParameterValue"
    )


def test_receive_attempts_replay(sqs, queue):
    url = queue(".fifo")
    sqs.send_message(QueueUrl=url, MessageBody="m", MessageGroupId="g", MessageDeduplicationId="d")
    first = sqs.receive_message(QueueUrl=url, ReceiveRequestAttemptId="attempt")["Messages"]
    again = sqs.receive_message(QueueUrl=url, ReceiveRequestAttemptId="attempt")["Messages"]
    assert first[0]["ReceiptHandle"] == again[0]["ReceiptHandle"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url, ReceiveRequestAttemptId="another")


# --- dead letters


def test_dead_letters_and_their_way_back(sqs, queue, clock):
    dead = queue()
    dead_arn = arn_of(sqs, dead)
    url = queue(RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "1"}))
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
    for i in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=f"m{i}")
    for _ in range(4):
        sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)
    assert counts(sqs, dead) == [3, 0, 0]
    got = sqs.receive_message(QueueUrl=dead, AttributeNames=["All"], VisibilityTimeout=0)["Messages"][0]
    assert got["Attributes"]["DeadLetterQueueSourceArn"] == arn_of(sqs, url)
    assert got["Attributes"]["ApproximateReceiveCount"] == "2"
    task = sqs.start_message_move_task(SourceArn=dead_arn, MaxNumberOfMessagesPerSecond=1)["TaskHandle"]
    clock("1s")
    running = sqs.list_message_move_tasks(SourceArn=dead_arn)["Results"][0]
    assert running["Status"] == "RUNNING" and running["TaskHandle"] == task
    assert running["ApproximateNumberOfMessagesMoved"] == 2
    clock("5s")
    done = sqs.list_message_move_tasks(SourceArn=dead_arn)["Results"][0]
    assert done["Status"] == "COMPLETED" and done["ApproximateNumberOfMessagesMoved"] == 3
    assert counts(sqs, url) == [3, 0, 0]
    assert refused(sqs.start_message_move_task, SourceArn=arn_of(sqs, url))[:2] == (
        "InvalidParameterValue",
        "Source queue must be configured as a Dead Letter Queue.",
    )
    assert refused(sqs.cancel_message_move_task, TaskHandle="foobared")[:2] == (
        "InvalidParameterValue",
        "Value for parameter TaskHandle is invalid.",
    )
    assert refused(sqs.list_message_move_tasks, SourceArn=dead_arn + "x") == (
        "ResourceNotFoundException",
        "The resource that you specified for the SourceArn parameter doesn't exist.",
        404,
    )


# --- Query


def test_query_protocol(query, unique):
    """Older clients post forms, to the root or to the queue's own path, and read XML."""
    name = unique("query")
    status, created = query.call(
        "CreateQueue", QueueName=name, Attribute__1__Name="DelaySeconds", Attribute__1__Value="0"
    )
    assert status == 200 and created.tag == "CreateQueueResponse"
    url = created.find(".//QueueUrl").text
    status, sent = query.call(
        "SendMessage",
        path=urllib.parse.urlparse(url).path,
        MessageBody="a <b> & c",
        MessageAttribute__1__Name="k",
        MessageAttribute__1__Value__DataType="String",
        MessageAttribute__1__Value__StringValue="v",
    )
    assert status == 200
    assert sent.find(".//MD5OfMessageBody").text == hashlib.md5(b"a <b> & c").hexdigest()
    _, got = query.call("ReceiveMessage", QueueUrl=url, AttributeName__1="All", MessageAttributeName__1="All")
    message = got.find(".//Message")
    assert message.find("Body").text == "a <b> & c"
    assert message.find("MessageAttribute/Value/StringValue").text == "v"
    assert {a.find("Name").text for a in message.findall("Attribute")} >= {"SenderId", "SentTimestamp"}
    _, batch = query.call(
        "SendMessageBatch",
        QueueUrl=url,
        SendMessageBatchRequestEntry__1__Id="one",
        SendMessageBatchRequestEntry__1__MessageBody="1",
        SendMessageBatchRequestEntry__2__Id="two",
        SendMessageBatchRequestEntry__2__MessageBody="2",
    )
    assert [e.find("Id").text for e in batch.iter("SendMessageBatchResultEntry")] == ["one", "two"]
    _, attributes = query.call("GetQueueAttributes", QueueUrl=url, AttributeName__1="All")
    shown = {a.find("Name").text: a.find("Value").text for a in attributes.iter("Attribute")}
    assert shown["ApproximateNumberOfMessages"] == "2"
    status, _ = query.call("DeleteMessage", QueueUrl=url, ReceiptHandle=message.find("ReceiptHandle").text)
    assert status == 200


def test_query_errors(query, unique):
    status, error = query.call("GetQueueUrl", QueueName=unique("none"))
    assert status == 400
    assert error.find(".//Code").text == "AWS.SimpleQueueService.NonExistentQueue"
    assert error.find(".//Type").text == "Sender"
    status, error = query.call("SendMessage", QueueUrl="x")
    assert (status, error.find(".//Code").text) == (400, "MissingParameter")


def test_peeking_path(sqs, queue, endpoint):
    """Suites look into queues without receiving."""
    url = queue()
    for i in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=f"m{i}")
    sqs.receive_message(QueueUrl=url)

    def peek(**parameters):
        target = f"{endpoint}/_aws/sqs/messages?" + urllib.parse.urlencode({"QueueUrl": url, **parameters})
        request = urllib.request.Request(target, headers={"Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as response:
            messages = json.load(response)["ReceiveMessageResponse"]["ReceiveMessageResult"]["Message"]
        return [message["Body"] for message in messages]

    assert peek() == ["m1", "m2"]
    assert peek(ShowInvisible="true") == ["m0", "m1", "m2"]
    assert counts(sqs, url) == [2, 1, 0]
    for wrong, expected in ((url + "x", (400, "AWS.SimpleQueueService.NonExistentQueue")),
                            (endpoint + "/nonsense", (404, "InvalidAddress"))):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            peek(QueueUrl=wrong)
        document = json.loads(refusal.value.read())
        assert (refusal.value.code, document["ErrorResponse"]["Error"]["Code"]) == expected
