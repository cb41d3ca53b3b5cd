"""How SNS delivers: retries and throttles of HTTP, dead letters, wide fan-outs, figures."""

import json
import threading

import pytest

from conftest import Admin, make_client
from sns_support import clock, confirm, make_queue, receive, receiver, refused, sns, sqs, topic  # noqa: F401 (fixtures)

PHASES = {"minDelayTarget": 10, "maxDelayTarget": 40, "numRetries": 7, "numNoDelayRetries": 1, "numMinDelayRetries": 1,
          "numMaxDelayRetries": 1, "backoffFunction": "linear"}


@pytest.fixture
def subscribed(sns, topic, receiver, clock):
    """`subscribed(**attributes)` is a confirmed HTTP subscription whose endpoint notes the virtual time."""

    def make(**attributes):
        arn = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url, Attributes=attributes,
                            ReturnSubscriptionArn=True)["SubscriptionArn"]
        clock.settle()
        confirm(receiver)
        receiver.now_ms = clock.now_ms
        receiver.forget()
        return arn

    return make


def seconds_between(receiver):
    return [round((b - a) / 1000) for a, b in zip(receiver.times, receiver.times[1:])]


@pytest.mark.parametrize(("backoff", "expected"), [
    ("linear", [0, 10, 10, 20, 30, 40, 40]),
    ("exponential", [0, 10, 10, 14, 23, 40, 40]),
])
def test_the_four_phases(sns, topic, receiver, clock, subscribed, make_queue, backoff, expected):
    """At once, after the least delay, backing off, after the greatest: then the dead-letter queue gets the message."""
    url, queue = make_queue()
    policy = {"healthyRetryPolicy": {**PHASES, "backoffFunction": backoff}}
    subscribed(DeliveryPolicy=json.dumps(policy), RedrivePolicy=json.dumps({"deadLetterTargetArn": queue}))
    receiver.status = 503
    sns.publish(TopicArn=topic, Message="m")
    clock.settle()
    clock("10m")
    waits = seconds_between(receiver)
    assert len(receiver.got) == 8, "the first try and seven retries"
    assert waits[0] == 0 and waits[1] == 10 and waits[-1] == 40 and waits == sorted(waits)
    if backoff == "linear":
        assert waits == expected
    clock.settle()
    (letter,) = receive(sqs := make_client_of(sns), url)
    assert json.loads(letter["Body"])["Message"] == "m" and sqs


def make_client_of(sns):
    """An SQS client of the same account and endpoint."""
    return make_client("sqs", sns.meta.endpoint_url, access_key=sns._request_signer._credentials.access_key)


def test_a_receiver_that_is_down_for_an_hour(sns, topic, receiver, clock, subscribed):
    """With the longest policy that SNS allows, an hour, it gets every message when it is back for the last try."""
    subscribed(DeliveryPolicy=json.dumps({"healthyRetryPolicy": {
        "minDelayTarget": 360, "maxDelayTarget": 360, "numRetries": 10, "backoffFunction": "linear"}}))
    receiver.status = 500
    for number in range(5):
        sns.publish(TopicArn=topic, Message=f"m{number}")
    clock.settle()
    clock("3590s")
    receiver.forget()
    receiver.status = 200
    clock("60m")
    clock.settle()
    delivered = [json.loads(body)["Message"] for body in receiver.bodies("Notification")]
    assert sorted(delivered) == [f"m{number}" for number in range(5)]


def test_client_errors_are_final(sns, sqs, topic, receiver, clock, subscribed, make_queue):
    url, queue = make_queue()
    subscribed(RedrivePolicy=json.dumps({"deadLetterTargetArn": queue}))
    receiver.status = 403
    sns.publish(TopicArn=topic, Message="m")
    clock.settle()
    assert len(receiver.got) == 1 and len(receive(sqs, url)) == 1


def test_throttle_spreads_deliveries(sns, topic, receiver, clock, subscribed):
    """maxReceivesPerSecond holds on the virtual clock, and what waits for its turn does not count as a try."""
    subscribed(DeliveryPolicy=json.dumps({"throttlePolicy": {"maxReceivesPerSecond": 2}}))
    for number in range(6):
        sns.publish(TopicArn=topic, Message=f"m{number}")
    clock.settle()
    assert len(receiver.got) == 1
    clock("1s")
    clock.settle()
    assert len(receiver.got) == 3
    clock("10s")
    clock.settle()
    assert len(receiver.got) == 6 and len(set(receiver.bodies("Notification"))) == 6


def test_a_topic_may_overrule_its_subscriptions(sns, topic, receiver, clock, subscribed):
    arn = subscribed(DeliveryPolicy=json.dumps({"healthyRetryPolicy": {**PHASES, "numRetries": 3}}))
    effective = lambda: json.loads(
        sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["EffectiveDeliveryPolicy"])
    assert effective()["healthyRetryPolicy"]["numRetries"] == 3
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=json.dumps({"http": {
        "defaultHealthyRetryPolicy": {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 1},
        "disableSubscriptionOverrides": True, "defaultRequestPolicy": {"headerContentType": "application/json"}}}))
    assert effective()["healthyRetryPolicy"]["numRetries"] == 1
    receiver.status = 500
    sns.publish(TopicArn=topic, Message="m")
    clock.settle()
    clock("5m")
    assert len(receiver.got) == 2
    assert receiver.got[0][0]["Content-Type"] == "application/json"


def test_delivery_policies_that_sns_refuses(sns, topic):
    bad = [{"minDelayTarget": 0}, {"minDelayTarget": 30, "maxDelayTarget": 20}, {"numRetries": 101},
           {"numRetries": 1, "numNoDelayRetries": 2}, {"backoffFunction": "none"}]
    for retry in bad:
        policy = {"http": {"defaultHealthyRetryPolicy": retry}}
        code, message = refused(sns.set_topic_attributes, TopicArn=topic, AttributeName="DeliveryPolicy",
                                AttributeValue=json.dumps(policy))
        assert code == "InvalidParameter" and "DeliveryPolicy" in message, retry
    code, _ = refused(sns.set_topic_attributes, TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=json.dumps(
        {"http": {"defaultRequestPolicy": {"headerContentType": "image/png"}}}))
    assert code == "InvalidParameter"


@pytest.mark.parametrize("suffix", ["", ".fifo"])
def test_a_fan_out_larger_than_a_transaction(sns, sqs, unique, make_queue, clock, suffix):
    """Forty subscribers of the largest message: every one gets it, in order where the topic keeps one."""
    attributes = {"FifoTopic": "true", "ContentBasedDeduplication": "true"} if suffix else {}
    topic = sns.create_topic(Name=unique("topic") + suffix, Attributes=attributes)["TopicArn"]
    queues = [make_queue(suffix) for _ in range(40)]
    for _, arn in queues:
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    group = {"MessageGroupId": "g"} if suffix else {}
    large = "x" * (256 * 1024)
    sns.publish(TopicArn=topic, Message=large, **group)
    for number in range(3):
        sns.publish(TopicArn=topic, Message=f"small-{number}", **group)
    clock.settle()
    for url, _ in queues:
        got = [message["Body"][:10] for message in receive(sqs, url)]
        expected = ["x" * 10, "small-0", "small-1", "small-2"]
        assert got == expected if suffix else sorted(got) == sorted(expected)
    sns.delete_topic(TopicArn=topic)


def test_thousands_of_subscriptions(sns, topic, admin, account, clock):
    """Each gets its message; the publish does not wait for that."""
    count = 2_000
    clients = [make_client("sns", sns.meta.endpoint_url, access_key=account) for _ in range(4)]

    def subscribe(client, numbers):
        for number in numbers:
            client.subscribe(TopicArn=topic, Protocol="sms", Endpoint=f"+1555{number:07}")

    threads = [threading.Thread(target=subscribe, args=(client, range(i, count, 4))) for i, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sns.publish(TopicArn=topic, Message="to all")
    clock.settle()
    captured = admin.call("GET", f"/_cumulite/outbox?channel=sms&account={account}")[1]["messages"]
    assert len({message["recipient"] for message in captured}) == count


def test_figures_of_a_topic(sns, sqs, topic, make_queue, admin, clock):
    """What CloudWatch would count: published, delivered, filtered, failed and redriven."""
    _, good = make_queue()
    _, letters = make_queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=good)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=good + "x",
                  Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": letters})})
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15551234567",
                  Attributes={"FilterPolicy": '{"k": ["v"]}'})
    sns.publish(TopicArn=topic, Message="m")
    clock.settle()
    status, figures = admin.call("GET", f"/_aws/sns/metrics/{topic}")
    assert status == 200
    assert figures["metrics"] == {
        "NumberOfMessagesPublished": 1, "NumberOfNotificationsFilteredOut": 1, "NumberOfNotificationsDelivered": 1,
        "NumberOfNotificationsFailed": 1, "NumberOfNotificationsRedrivenToDlq": 1,
        "NumberOfNotificationsFailedToRedriveToDlq": 0}
    assert figures["by_protocol"]["sms"] == {"NumberOfNotificationsFilteredOut": 1}


def test_numbers_that_opted_out_get_nothing(sns, topic, admin, account, clock):
    number = "+15557654321"
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=number)
    assert admin.call("POST", "/_aws/sns/opt-outs", {"phoneNumber": number, "accountId": account})[0] == 200
    assert sns.check_if_phone_number_is_opted_out(phoneNumber=number)["isOptedOut"] is True
    assert sns.list_phone_numbers_opted_out()["phoneNumbers"] == [number]
    assert refused(sns.publish, PhoneNumber=number, Message="m")[0] == "OptedOut"
    captured = lambda: admin.call("GET", f"/_cumulite/outbox?channel=sms&account={account}")[1]["messages"]
    sns.publish(TopicArn=topic, Message="m")
    clock.settle()
    assert captured() == []
    sns.opt_in_phone_number(phoneNumber=number)
    sns.publish(TopicArn=topic, Message="m")
    clock.settle()
    assert len(captured()) == 1


def test_the_dead_letter_of_a_function_is_the_envelope(sns, sqs, topic, make_queue, account, clock):
    """As recorded from AWS: a function that cannot be reached leaves a notification, not its event."""
    url, queue = make_queue()
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=f"arn:aws:lambda:us-east-1:{account}:function:gone",
                  Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": queue})})
    attributes = {"attr1": {"DataType": "Number", "StringValue": "1"}}
    sns.publish(TopicArn=topic, Message="m", MessageAttributes=attributes)
    clock.settle()
    (letter,) = receive(sqs, url, MessageAttributeNames=["All"])
    envelope = json.loads(letter["Body"])
    assert (envelope["Type"], envelope["Message"]) == ("Notification", "m")
    assert envelope["MessageAttributes"] == {"attr1": {"Type": "Number", "Value": "1"}}
    assert "MessageAttributes" not in letter


def test_nothing_deferred_is_lost_by_a_kill(start_daemon, tmp_path):
    """The deliveries of a wide fan-out are made after a restart, none twice."""
    import signal

    folder = str(tmp_path / "data")
    daemon = start_daemon("--data", folder)
    sns, sqs = (make_client(name, daemon.endpoint) for name in ("sns", "sqs"))
    topic = sns.create_topic(Name="wide")["TopicArn"]
    url = sqs.create_queue(QueueName="all")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    names = [f"wide-{number}" for number in range(300)]
    for name in names:
        sqs.create_queue(QueueName=name)
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.replace(":all", f":{name}"),
                      Attributes={"RawMessageDelivery": "true"})
    sns.publish(TopicArn=topic, Message="m" * 1000)
    daemon.stop(signal.SIGKILL)
    daemon = start_daemon("--data", folder)
    sqs = make_client("sqs", daemon.endpoint)
    Admin(daemon.endpoint).settle()
    for name in names:
        assert len(receive(sqs, f"{daemon.endpoint}/000000000000/{name}")) == 1, name
