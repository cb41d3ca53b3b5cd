"""SNS from outside: what subscribers get, and what is refused."""

import json
import urllib.request

import pytest

from sns_support import make_queue, receive, receiver, refused, topic  # noqa: F401 (fixtures)


@pytest.fixture
def sns(client):
    return client("sns")


@pytest.fixture
def sqs(client):
    return client("sqs")


def test_fan_out_to_queues(sns, sqs, topic, make_queue, admin):
    """A wrapped and a raw subscriber get the same message in their own forms."""
    wrapped, wrapped_arn = make_queue()
    raw, raw_arn = make_queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=wrapped_arn)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=raw_arn, Attributes={"RawMessageDelivery": "true"})
    attributes = {"n": {"DataType": "Number", "StringValue": "99.12"}}
    sent = sns.publish(TopicArn=topic, Message="m", Subject="s", MessageAttributes=attributes)
    admin.settle()
    envelope = json.loads(receive(sqs, wrapped)[0]["Body"])
    assert list(envelope) == ["Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion",
                              "Signature", "SigningCertURL", "UnsubscribeURL", "MessageAttributes"]
    assert (envelope["MessageId"], envelope["Message"]) == (sent["MessageId"], "m")
    message = receive(sqs, raw, MessageAttributeNames=["All"])[0]
    assert message["Body"] == "m"
    assert message["MessageAttributes"] == attributes


def test_the_certificate_is_served(sns, sqs, topic, make_queue, admin):
    """Subscribers verify signatures with the certificate behind SigningCertURL."""
    url, arn = make_queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="m")
    admin.settle()
    envelope = json.loads(receive(sqs, url)[0]["Body"])
    with urllib.request.urlopen(envelope["SigningCertURL"]) as response:
        assert response.read().startswith(b"-----BEGIN CERTIFICATE-----")


def test_filter_policy(sns, sqs, topic, make_queue, admin):
    url, arn = make_queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn,
                  Attributes={"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"k": ["yes"]})})
    for value in ("no", "yes"):
        sns.publish(TopicArn=topic, Message=value, MessageAttributes={"k": {"DataType": "String", "StringValue": value}})
    admin.settle()
    assert [message["Body"] for message in receive(sqs, url)] == ["yes"]


def test_email_is_captured_at_once(sns, topic, unique, admin):
    """The outbox shows mail before its reader has followed the link that confirms the address."""
    address = f"{unique('reader')}@example.com"
    assert sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)["SubscriptionArn"] == "pending confirmation"
    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"
    sns.publish(TopicArn=topic, Subject="subject", Message="text")
    admin.settle()
    mails = [mail for mail in admin.captured("email") if mail["recipient"] == address]
    assert [mail["subject"] for mail in mails] == ["AWS Notification - Subscription Confirmation", "subject"]
    assert mails[1]["body"] == "text"
    with urllib.request.urlopen(mails[0]["body"].split()[-1]) as response:
        assert b"<SubscriptionArn>" + topic.encode() in response.read()
    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert sns.get_subscription_attributes(SubscriptionArn=listed["SubscriptionArn"])["Attributes"]["PendingConfirmation"] == "false"


def test_http_endpoints_confirm(sns, topic, receiver, admin):
    """Nothing is delivered before the endpoint visits the SubscribeURL, everything after."""
    pending = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url)
    assert pending["SubscriptionArn"] == "pending confirmation"
    sns.publish(TopicArn=topic, Message="early")
    admin.settle()
    asked = json.loads(receiver.bodies("SubscriptionConfirmation")[0])
    with urllib.request.urlopen(asked["SubscribeURL"]) as response:
        assert b"<SubscriptionArn>" + topic.encode() in response.read()
    sns.publish(TopicArn=topic, Message="late")
    admin.settle()
    notifications = [json.loads(body) for body in receiver.bodies("Notification")]
    assert [notification["Message"] for notification in notifications] == ["late"]
    with urllib.request.urlopen(notifications[0]["UnsubscribeURL"]):
        pass
    admin.settle()
    assert receiver.bodies("UnsubscribeConfirmation")
    sns.publish(TopicArn=topic, Message="later")
    admin.settle()
    assert len(receiver.bodies("Notification")) == 1


def test_refusals_are_worded_as_sns_words_them(sns, topic):
    invalid = "InvalidParameter"
    assert refused(sns.publish, TopicArn=topic, Message="") == (invalid, "Invalid parameter: Empty message")
    assert refused(sns.publish, TopicArn=topic, Message="m", Subject="") == (invalid, "Invalid parameter: Subject")
    assert refused(sns.publish, TopicArn=topic + "x", Message="m") == ("NotFound", "Topic does not exist")
    assert refused(sns.publish, PhoneNumber="+1a234", Message="m") == (
        invalid, "Invalid parameter: PhoneNumber Reason: +1a234 is not valid to publish to")
    assert refused(sns.subscribe, TopicArn=topic, Protocol="test", Endpoint="x") == (
        invalid, "Invalid parameter: Amazon SNS does not support this protocol string: test")
    assert refused(sns.subscribe, TopicArn=topic, Protocol="sqs", Endpoint="http://queue") == (
        invalid, "Invalid parameter: SQS endpoint ARN")
    assert refused(sns.unsubscribe, SubscriptionArn="x") == (
        invalid, "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1")


def test_one_bad_message_refuses_its_batch(sns, sqs, topic, make_queue, admin):
    """As SNS was seen to do: nothing of the batch is published."""
    url, queue_arn = make_queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)

    def code(**bad):
        entries = [{"Id": "good", "Message": "m"}, {"Id": "bad", "Message": "m", **bad}]
        return refused(sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=entries)

    assert code(Subject="two\nlines")[0] == "InvalidParameter"
    assert code(MessageAttributes={"a": {"DataType": "String.", "StringValue": "v"}})[0] == "ParameterValueInvalid"
    assert code(Id="good")[0] == "BatchEntryIdsNotDistinct"
    assert code(Id="a.b") == ("InvalidBatchEntryId", "The Id of a batch entry in the batch request contains an impermissible character: a.b")
    assert code(Id="a" * 81)[1] == "The Id of a batch entry in the batch request is too long: " + "a" * 81
    admin.settle()
    assert receive(sqs, url) == []


def test_flags_and_names_are_those_of_sns(sns, topic, make_queue):
    """Flags are taken in any case, names and identifiers are checked by their characters."""
    _, queue_arn = make_queue()
    arn = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "TrUe"})["SubscriptionArn"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["RawMessageDelivery"] == "true"
    assert ":user/" in attributes["SubscriptionPrincipal"]
    given = {"Platform": "ADM", "Attributes": {"PlatformPrincipal": "p", "PlatformCredential": "c"}}
    for name, reason in (("", "cannot be empty"), ("a" * 257, "must be at most 256 characters long"),
                         ("@a", "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'")):
        assert refused(sns.create_platform_application, Name=name, **given)[1] == f"Invalid parameter: {name} Reason: {reason}"
    assert refused(sns.set_sms_attributes, attributes={"X": "y"})[1] == "X is not a valid attribute"
    assert refused(sns.set_sms_attributes, attributes={"DefaultSMSType": "y"})[1] == "DefaultSMSType is invalid"
    assert sns.get_sms_attributes()["attributes"]["MonthlySpendLimit"] == "1"
    for number in ("+1555-", "/+15551234567", "+1555--1234"):
        assert refused(sns.subscribe, TopicArn=topic, Protocol="sms", Endpoint=number)[1] == f"Invalid SMS endpoint: {number}"


def test_fifo_topics_deduplicate_and_number(sns, sqs, unique, make_queue, admin):
    topic = sns.create_topic(Name=unique("topic") + ".fifo",
                             Attributes={"FifoTopic": "true", "ContentBasedDeduplication": "true"})["TopicArn"]
    url, arn = make_queue(".fifo", FifoQueue="true")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    sent = [sns.publish(TopicArn=topic, Message=text, MessageGroupId="g") for text in ("a", "a", "b")]
    assert sent[0]["MessageId"] == sent[1]["MessageId"]
    assert sent[0]["SequenceNumber"] < sent[2]["SequenceNumber"]
    admin.settle()
    assert [message["Body"] for message in receive(sqs, url)] == ["a", "b"]


def test_attributes_of_a_subscription(sns, topic, make_queue):
    """What Terraform and consoles read back of a subscription, before and after a change."""
    _, queue_arn = make_queue()
    arn = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)["SubscriptionArn"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["TopicArn"] == topic and attributes["Endpoint"] == queue_arn
    assert attributes["RawMessageDelivery"] == "false" and attributes["PendingConfirmation"] == "false"
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="true")
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue='{"a": ["b"]}')
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["RawMessageDelivery"] == "true" and json.loads(attributes["FilterPolicy"]) == {"a": ["b"]}
    code, _ = refused(sns.get_subscription_attributes, SubscriptionArn=arn[:-4] + "0000")
    assert code == "NotFound"
    assert arn in {entry["SubscriptionArn"] for entry in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]}
