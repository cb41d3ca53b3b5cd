"""Behaviour of SQS that was seen at AWS and that its documents do not tell."""

import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from sqs_support import queue, sqs  # noqa: F401 (fixtures)


def test_a_message_that_became_visible_can_still_be_hidden(sqs, queue, admin):
    """By the handle of its last receive; a FIFO queue's handles end with their timeout."""
    admin.freeze()
    try:
        for suffix, attributes, ids in (("", {}, {}), (".fifo", {"FifoQueue": "true"}, {"MessageGroupId": "g", "MessageDeduplicationId": "d"})):
            url = queue(suffix, VisibilityTimeout="1", **attributes)
            sqs.send_message(QueueUrl=url, MessageBody="m", **ids)
            (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
            admin.advance("2s")
            change = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 10}
            if suffix:
                with pytest.raises(ClientError, match="not available for visibility timeout change"):
                    sqs.change_message_visibility(**change)
            else:
                sqs.change_message_visibility(**change)
                assert "Messages" not in sqs.receive_message(QueueUrl=url)
    finally:
        admin.reset_clock()


def test_attribute_filters_and_a_tracers_header(sqs, queue):
    """A filter is a name, a prefix before ".*", or "*"; the header of a traced call goes with its message."""
    url = queue(VisibilityTimeout="0")
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    sqs.meta.events.register("before-call.sqs.SendMessage", lambda params, **_: params["headers"].update({"X-Amzn-Trace-Id": trace}),
                             unique_id="trace")
    try:
        names = ("Help.Me", "Hello", "General")
        sqs.send_message(QueueUrl=url, MessageBody="m", MessageAttributes={
            name: {"DataType": "String", "StringValue": "v"} for name in names})
    finally:
        sqs.meta.events.unregister("before-call.sqs.SendMessage", unique_id="trace")

    def shown(name):
        (message,) = sqs.receive_message(QueueUrl=url, MessageAttributeNames=[name], AttributeNames=["AWSTraceHeader"])["Messages"]
        assert message["Attributes"] == {"AWSTraceHeader": trace}
        return set(message.get("MessageAttributes", {}))

    assert shown("Hel.*") == {"Hello", "Help.Me"}
    assert shown("*") == shown(".*") == set(names)
    assert shown("Help") == set()


def test_a_queues_own_address_takes_what_is_done_to_a_queue(sqs, queue):
    """Browsers and curl go there; what is no action of a queue is refused in SQS's words."""
    url = queue()

    def get(query=""):
        try:
            own = urllib.request.Request(url + query, headers={"Host": "sqs.us-east-1.localhost.localstack.cloud"})
            with urllib.request.urlopen(own) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    assert get() == (404, "<UnknownOperationException/>\n")
    for action in ("ListQueues", "CreateQueue&QueueName=x", "FooBar"):
        status, text = get(f"?Action={action}")
        assert status == 400 and "<Code>InvalidAction</Code>" in text
        assert f"The action {action.split('&')[0]} is not valid for this endpoint." in text
    status, text = get("?Action=ReceiveMessage")
    assert status == 200 and "<ReceiveMessageResult/>" in text
    sqs.delete_queue(QueueUrl=url)
    status, text = get("?Action=GetQueueAttributes&AttributeName.1=QueueArn")
    assert status == 400 and "The specified queue does not exist for this wsdl version." in text


def test_who_accepts_only_json_gets_json(endpoint, sqs, queue, unique, client):
    """Of the Query protocol too, as gateways rely on; its names are not those of the JSON protocol."""
    url = queue()
    sqs.send_message(QueueUrl=url, MessageBody="ba\rr")

    def get(target):
        asked = urllib.request.Request(target, headers={"Accept": "application/json"})
        try:
            with urllib.request.urlopen(asked) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    status, answer = get(url + "?Action=ReceiveMessage")
    (message,) = answer["ReceiveMessageResponse"]["ReceiveMessageResult"]["messages"]
    assert status == 200 and message["Body"] == "ba\rr" and message["Attributes"] is None
    attributes = get(url + "?Action=GetQueueAttributes&AttributeName.1=QueueArn")[1]["GetQueueAttributesResponse"]["GetQueueAttributesResult"]
    assert [attribute["Name"] for attribute in attributes["Attributes"]] == ["QueueArn"]
    status, answer = get(url + "?Action=ListQueues")
    assert status == 400 and answer["Error"] == {
        "Code": "InvalidAction", "Message": "The action ListQueues is not valid for this endpoint.", "Type": "Sender"}
    topic = client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    answer = get(f"{endpoint}/?Action=Publish&Version=2010-03-31&TopicArn={topic}&Message=m")[1]["PublishResponse"]
    assert answer["PublishResult"]["MessageId"] and answer["PublishResult"]["SequenceNumber"] is None
    assert answer["ResponseMetadata"]["RequestId"]
