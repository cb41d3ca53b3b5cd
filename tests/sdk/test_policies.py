"""Policies of topics and queues, which count in `--auth=enforce` only."""

import json
import urllib.error
import urllib.request

import pytest
from botocore import UNSIGNED

from conftest import ALICE, BOB, Admin, make_client
from sns_support import receive, refused


@pytest.fixture
def clients(enforcing):
    """`clients("alice", "sqs")`; nobody signs for "anybody"."""

    def make(who, service):
        if who == "anybody":
            return make_client(service, enforcing, signature_version=UNSIGNED)
        return make_client(service, enforcing, access_key=f"AKIA{who.upper()}", secret_key="secret")

    return make


@pytest.fixture
def queue(clients, unique):
    """Alice's queue: its URL and ARN."""
    url = clients("alice", "sqs").create_queue(QueueName=unique("queue"))["QueueUrl"]
    return url, f"arn:aws:sqs:us-east-1:{ALICE}:{url.rsplit('/', 1)[1]}"


@pytest.fixture
def topic(clients, unique):
    return clients("alice", "sns").create_topic(Name=unique("topic"))["TopicArn"]


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal, action, resource, **condition):
    made = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
    return {**made, "Condition": condition} if condition else made


def test_a_queue_is_its_owners(clients, queue):
    url, arn = queue
    bob = clients("bob", "sqs")
    code, _ = refused(bob.send_message, QueueUrl=url, MessageBody="m")
    assert code == "AccessDenied"
    alice = clients("alice", "sqs")
    alice.add_permission(QueueUrl=url, Label="bob", AWSAccountIds=[BOB], Actions=["SendMessage"])
    bob.send_message(QueueUrl=url, MessageBody="m")
    bob.send_message_batch(QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "m"}])
    assert refused(bob.receive_message, QueueUrl=url)[0] == "AccessDenied"
    alice.remove_permission(QueueUrl=url, Label="bob")
    assert refused(bob.send_message, QueueUrl=url, MessageBody="m")[0] == "AccessDenied"
    deny = {**allow({"AWS": ALICE}, "sqs:ReceiveMessage", arn), "Effect": "Deny"}
    alice.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(deny)})
    assert refused(alice.receive_message, QueueUrl=url)[0] == "AccessDenied"


def test_anybody_may_what_a_policy_lets_everybody(clients, queue):
    url, arn = queue
    anybody = clients("anybody", "sqs")
    assert refused(anybody.send_message, QueueUrl=url, MessageBody="m")[0] == "AccessDenied"
    assert refused(anybody.create_queue, QueueName="mine")[0].startswith("MissingAuthenticationToken")
    statement = allow("*", "sqs:SendMessage", arn, IpAddress={"aws:SourceIp": "127.0.0.0/8"})
    clients("alice", "sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(statement)})
    anybody.send_message(QueueUrl=url, MessageBody="m")
    statement["Condition"]["IpAddress"]["aws:SourceIp"] = "10.0.0.0/8"
    clients("alice", "sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(statement)})
    assert refused(anybody.send_message, QueueUrl=url, MessageBody="m")[0] == "AccessDenied"


def test_a_topic_is_its_owners(clients, topic):
    alice, bob = clients("alice", "sns"), clients("bob", "sns")
    code, message = refused(bob.publish, TopicArn=topic, Message="m")
    assert code == "AuthorizationError" and f"SNS:Publish on resource: {topic}" in message
    alice.add_permission(TopicArn=topic, Label="bob", AWSAccountId=[BOB], ActionName=["Publish"])
    bob.publish(TopicArn=topic, Message="m")
    bob.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[{"Id": "a", "Message": "m"}])
    for call, arguments in ((bob.get_topic_attributes, {}), (bob.delete_topic, {}),
                            (bob.subscribe, {"Protocol": "sms", "Endpoint": "+15551234567"})):
        assert refused(call, TopicArn=topic, **arguments)[0] == "AuthorizationError"
    statement = allow({"AWS": BOB}, "sns:Subscribe", topic, StringEquals={"sns:Protocol": "sqs"})
    alice.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy(statement))
    assert refused(bob.subscribe, TopicArn=topic, Protocol="sms", Endpoint="+15551234567")[0] == "AuthorizationError"
    bob.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:us-east-1:{BOB}:q")
    alice.get_topic_attributes(TopicArn=topic)


def test_subscriptions_are_their_owners(clients, topic):
    alice, bob = clients("alice", "sns"), clients("bob", "sns")
    arn = alice.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15551234567")["SubscriptionArn"]
    assert refused(bob.get_subscription_attributes, SubscriptionArn=arn)[0] == "AuthorizationError"
    assert refused(bob.unsubscribe, SubscriptionArn=arn)[0] == "AuthorizationError"
    alice.unsubscribe(SubscriptionArn=arn)


def test_sns_needs_the_queue_s_permission(clients, enforcing, topic, queue):
    """The usual policy, with aws:SourceArn; without it the message goes where the subscription's policy says."""
    url, arn = queue
    sns, sqs = clients("alice", "sns"), clients("alice", "sqs")
    letters = sqs.create_queue(QueueName=arn.rsplit(":", 1)[1] + "-letters")["QueueUrl"]
    letters_arn = arn + "-letters"
    from_sns = {"Service": "sns.amazonaws.com"}
    sqs.set_queue_attributes(QueueUrl=letters, Attributes={"Policy": policy(
        allow(from_sns, "sqs:SendMessage", letters_arn, ArnEquals={"aws:SourceArn": topic}))})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn,
                  Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": letters_arn})})
    sns.publish(TopicArn=topic, Message="refused")
    Admin(enforcing).settle()
    assert receive(sqs, url) == [] and len(receive(sqs, letters)) == 1
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(
        allow(from_sns, "sqs:SendMessage", arn, ArnEquals={"aws:SourceArn": topic + "x"}))})
    sns.publish(TopicArn=topic, Message="of another topic")
    Admin(enforcing).settle()
    assert receive(sqs, url) == []
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(
        allow("*", "sqs:SendMessage", arn, ArnLike={"aws:SourceArn": f"arn:aws:sns:*:{ALICE}:*"}))})
    sns.publish(TopicArn=topic, Message="taken")
    Admin(enforcing).settle()
    assert [json.loads(message["Body"])["Message"] for message in receive(sqs, url)] == ["taken"]


def test_links_of_confirmations_need_no_signature(enforcing, clients, topic):
    """A token is enough; nothing else is open to whoever does not sign."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{enforcing}/?Action=ConfirmSubscription&TopicArn={topic}&Token=none&Version=2010-03-31")
    assert b"Invalid parameter: Token" in caught.value.read()
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{enforcing}/?Action=ListTopics&Version=2010-03-31")
    assert b"MissingAuthenticationToken" in caught.value.read()
