"""Archives of FIFO topics and replays from them, on the virtual clock."""

import datetime
import json

import pytest

from sns_support import clock, make_queue, receive, refused, sns, sqs  # noqa: F401 (fixtures)

MINUTE_MS = 60_000


def iso(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@pytest.fixture
def archived(sns, unique, clock):
    """A topic that archives for two days."""
    return sns.create_topic(Name=unique("topic") + ".fifo", Attributes={
        "FifoTopic": "true", "ContentBasedDeduplication": "true",
        "ArchivePolicy": '{"MessageRetentionPeriod": "2"}'})["TopicArn"]


def publish(sns, topic, *texts, **options):
    for text in texts:
        sns.publish(TopicArn=topic, Message=text, MessageGroupId="g", **options)


def replay_from(ms, until=None):
    policy = {"PointType": "Timestamp", "StartingPoint": iso(ms)}
    return json.dumps({**policy, "EndingPoint": iso(until)} if until else policy)


def drain(sqs, url):
    """All messages in order, acknowledged."""
    found = []
    while batch := receive(sqs, url):
        found += batch
        for message in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def status_of(sns, arn):
    return sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"].get("ReplayStatus")


def test_a_new_subscriber_gets_what_was_before_it(sns, sqs, archived, make_queue, clock):
    """The archive comes first and in order, then what is published afterwards; originals keep id and time."""
    start = clock.now_ms()
    sent = [sns.publish(TopicArn=archived, Message=f"old-{n}", MessageGroupId="g") for n in range(150)]
    clock("10m")
    url, queue = make_queue(".fifo")
    arn = sns.subscribe(TopicArn=archived, Protocol="sqs", Endpoint=queue,
                        Attributes={"ReplayPolicy": replay_from(start)})["SubscriptionArn"]
    publish(sns, archived, "new")
    clock.settle()
    assert status_of(sns, arn) == "Completed"
    envelopes = [json.loads(message["Body"]) for message in drain(sqs, url)]
    assert [envelope["Message"] for envelope in envelopes] == [f"old-{n}" for n in range(150)] + ["new"]
    assert [envelope["MessageId"] for envelope in envelopes[:150]] == [answer["MessageId"] for answer in sent]
    assert envelopes[0]["Replayed"] is True and envelopes[0]["Timestamp"] == iso(start)
    publish(sns, archived, "live")
    clock.settle()
    (live,) = drain(sqs, url)
    assert "Replayed" not in json.loads(live["Body"])


def test_a_window_and_a_filter_narrow_a_replay(sns, sqs, archived, make_queue, clock):
    """Only messages between the points come, and only those the filter lets pass; nothing published later does."""
    url, queue = make_queue(".fifo")
    arn = sns.subscribe(TopicArn=archived, Protocol="sqs", Endpoint=queue, Attributes={
        "RawMessageDelivery": "true", "FilterPolicy": '{"k": ["yes"]}'})["SubscriptionArn"]
    yes, no = ({"k": {"DataType": "String", "StringValue": value}} for value in ("yes", "no"))
    publish(sns, archived, "a", MessageAttributes=yes)
    clock("1m")
    start = clock.now_ms()
    publish(sns, archived, "b", "c", MessageAttributes=yes)
    publish(sns, archived, "d", MessageAttributes=no)
    clock("1m")
    publish(sns, archived, "e", MessageAttributes=yes)
    clock.settle()
    assert [message["Body"] for message in drain(sqs, url)] == ["a", "b", "c", "e"]
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="ReplayPolicy",
                                    AttributeValue=replay_from(start, start + MINUTE_MS // 2))
    clock.settle()
    assert [message["Body"] for message in drain(sqs, url)] == ["b", "c"]
    publish(sns, archived, "f", MessageAttributes=yes)
    clock.settle()
    assert drain(sqs, url) == []
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="ReplayPolicy", AttributeValue="{}")
    publish(sns, archived, "g", MessageAttributes=yes)
    clock.settle()
    assert [message["Body"] for message in drain(sqs, url)] == ["g"]
    assert status_of(sns, arn) is None


def test_retention_ends_on_the_virtual_clock(sns, sqs, archived, make_queue, clock):
    start = clock.now_ms()
    publish(sns, archived, "too old")
    clock("47h")
    publish(sns, archived, "kept")
    begins = sns.get_topic_attributes(TopicArn=archived)["Attributes"]["BeginningArchiveTime"]
    assert begins == iso(start), "nothing is older than the archive itself"
    clock("2h")
    begins = sns.get_topic_attributes(TopicArn=archived)["Attributes"]["BeginningArchiveTime"]
    assert begins == iso(start + 3600_000)
    url, queue = make_queue(".fifo")
    sns.subscribe(TopicArn=archived, Protocol="sqs", Endpoint=queue,
                  Attributes={"RawMessageDelivery": "true", "ReplayPolicy": replay_from(start)})
    clock.settle()
    (message,) = receive(sqs, url, MessageAttributeNames=["All"])
    assert message["Body"] == "kept"
    assert message["MessageAttributes"]["Replayed"]["StringValue"] == "true"


def test_an_active_archive_keeps_its_topic(sns, archived, clock):
    """SNS refuses to delete it; without the policy the archive is gone, and the topic may go."""
    assert refused(sns.delete_topic, TopicArn=archived) == (
        "InvalidState", "Invalid state: Cannot delete a topic with an ArchivePolicy")
    sns.set_topic_attributes(TopicArn=archived, AttributeName="ArchivePolicy", AttributeValue="{}")
    attributes = sns.get_topic_attributes(TopicArn=archived)["Attributes"]
    assert "ArchivePolicy" not in attributes and "BeginningArchiveTime" not in attributes
    sns.delete_topic(TopicArn=archived)


def test_replay_policies_that_sns_refuses(sns, archived, make_queue, unique):
    _, queue = make_queue(".fifo")
    bad = ["no json", "{}x", '{"PointType": "Timestamp"}',
           '{"PointType": "Sequence", "StartingPoint": "2026-01-01T00:00:00Z"}',
           '{"PointType": "Timestamp", "StartingPoint": "2026-01-02T00:00:00Z", "EndingPoint": "2026-01-01T00:00:00Z"}']
    for policy in bad:
        code, _ = refused(sns.subscribe, TopicArn=archived, Protocol="sqs", Endpoint=queue,
                          Attributes={"ReplayPolicy": policy})
        assert code == "InvalidParameter", policy
    plain = sns.create_topic(Name=unique("topic") + ".fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    code, _ = refused(sns.subscribe, TopicArn=plain, Protocol="sqs", Endpoint=queue,
                      Attributes={"ReplayPolicy": replay_from(0)})
    assert code == "InvalidParameter", "there is no archive"
