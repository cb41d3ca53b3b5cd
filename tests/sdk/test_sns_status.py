"""What SNS tells of its deliveries: status logs in CloudWatch Logs, figures, events of platform endpoints."""

import hashlib
import json
import signal

import pytest

from conftest import Admin, make_client
from event_source_support import FUNCTION_ARN, make_function  # noqa: F401 (a fixture)
from sns_support import clock, confirm, make_queue, receive, receiver, refused, sns, sqs, topic  # noqa: F401 (fixtures)

ROLE = "arn:aws:iam::123456789012:role/feedback"


@pytest.fixture
def status_of(endpoint, account):
    """`status_of(topic)` gives the entries of its log, `status_of(topic, "/Failure")` those of what failed."""
    client = make_client("logs", endpoint, access_key=account)

    def read(topic, suffix="", logs=client):
        group = "sns/" + "/".join(topic.split(":")[3:]) + suffix
        try:
            entries = logs.filter_log_events(logGroupName=group)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [json.loads(entry["message"]) for entry in entries]

    return read


def ask_for(sns, topic, protocol, rate=None):
    values = {"SuccessFeedbackRoleArn": ROLE, "FailureFeedbackRoleArn": ROLE, "SuccessFeedbackSampleRate": rate}
    for name, value in values.items():
        if value is not None:
            sns.set_topic_attributes(TopicArn=topic, AttributeName=protocol + name, AttributeValue=str(value))


def test_the_status_of_deliveries_to_queues(sns, sqs, topic, make_queue, clock, status_of):
    """Nothing before a role is set; then each delivery in AWS's words, what failed in a group of its own."""
    url, queue = make_queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    sns.publish(TopicArn=topic, Message="before")
    clock.settle()
    assert status_of(topic) == []
    ask_for(sns, topic, "SQS")
    message_id = sns.publish(TopicArn=topic, Message="m")["MessageId"]
    clock.settle()
    (entry,) = status_of(topic)
    arrived = {json.loads(message["Body"])["Message"]: message["MessageId"] for message in receive(sqs, url)}
    answer = json.loads(entry["delivery"].pop("providerResponse"))
    assert answer.pop("sqsRequestId") and answer == {"sqsMessageId": arrived["m"]}
    assert entry["delivery"].pop("deliveryId") and entry["notification"].pop("timestamp")
    assert entry == {
        "notification": {"messageMD5Sum": hashlib.md5(b"m").hexdigest(), "messageId": message_id, "topicArn": topic},
        "delivery": {"destination": queue, "dwellTimeMs": 0, "statusCode": 200}, "status": "SUCCESS"}
    assert status_of(topic, "/Failure") == []
    sqs.delete_queue(QueueUrl=url)
    sns.publish(TopicArn=topic, Message="lost")
    clock.settle()
    (failed,) = status_of(topic, "/Failure")
    assert failed["status"] == "FAILURE" and failed["delivery"]["attempts"] == 1
    assert failed["delivery"]["statusCode"] == 400
    assert json.loads(failed["delivery"]["providerResponse"])["sqsRequestId"] == "Unrecoverable"


def test_the_status_of_deliveries_to_endpoints(sns, topic, receiver, clock, status_of):
    """A success tells what the endpoint answered and how often it was tried; a failure comes after the last retry."""
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url)
    clock.settle()
    confirm(receiver)
    ask_for(sns, topic, "HTTP")
    receiver.statuses = [503, 200]
    sns.publish(TopicArn=topic, Message="m")
    clock.settle()
    assert status_of(topic) == []
    clock("20s")
    clock.settle()
    (entry,) = status_of(topic)
    delivery = entry["delivery"]
    assert delivery["destination"] == receiver.url and delivery["statusCode"] == 200
    assert delivery["attempts"] == 2 and delivery["dwellTimeMs"] == 20_000
    receiver.status = 403
    sns.publish(TopicArn=topic, Message="m")
    clock.settle()
    (failed,) = status_of(topic, "/Failure")
    assert failed["status"] == "FAILURE" and failed["delivery"]["statusCode"] == 403


def test_the_status_of_deliveries_to_functions(client, unique, make_function, admin, status_of):
    """A function has the event once it exists, whatever it makes of it: its failure is not the topic's."""
    sns, logs = client("sns"), client("logs")
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    ask_for(sns, topic, "Lambda")
    name = make_function("exit 1")
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION_ARN + name)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION_ARN + name + "-gone")
    sns.publish(TopicArn=topic, Message="m")
    admin.settle()
    (entry,) = status_of(topic, logs=logs)
    assert entry["delivery"]["statusCode"] == 202 and entry["delivery"]["destination"] == FUNCTION_ARN + name
    assert json.loads(entry["delivery"]["providerResponse"])["lambdaRequestId"]
    (failed,) = status_of(topic, "/Failure", logs=logs)
    assert failed["delivery"]["destination"].endswith("-gone") and failed["delivery"]["statusCode"] == 404
    sns.delete_topic(TopicArn=topic)


def test_successes_are_sampled_and_failures_are_not(sns, topic, make_queue, clock, status_of):
    _, queue = make_queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    ask_for(sns, topic, "SQS", rate=30)
    for number in range(20):
        sns.publish(TopicArn=topic, Message=str(number))
    clock.settle()
    assert len(status_of(topic)) == 6
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue + "-gone")
    for number in range(10):
        sns.publish(TopicArn=topic, Message=str(number))
    clock.settle()
    assert len(status_of(topic, "/Failure")) == 10


def test_the_status_of_text_messages(sns, endpoint, account, clock, status_of):
    """Direct messages have no topic: their group has a name of its own."""
    sns.set_sms_attributes(attributes={"DeliveryStatusIAMRole": ROLE, "DeliveryStatusSuccessSamplingRate": "100"})
    message_id = sns.publish(PhoneNumber="+15551230000", Message="m")["MessageId"]
    clock.settle()
    (entry,) = status_of(f"arn:aws:sns:us-east-1:{account}:DirectPublishToPhoneNumber")
    assert entry["notification"]["messageId"] == message_id and "topicArn" not in entry["notification"]
    assert entry["delivery"]["destination"] == "+15551230000" and entry["delivery"]["smsType"] == "Promotional"
    assert entry["delivery"]["providerResponse"] == "Message has been accepted by phone"


def test_platform_endpoints_are_told_of(sns, sqs, topic, make_queue, clock, account, status_of):
    """An application's topics hear of its endpoints; with roles, its log hears of each push."""
    url, queue = make_queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    events = {f"Event{event}": topic for event in (
        "EndpointCreated", "EndpointUpdated", "EndpointDeleted", "DeliveryFailure")}
    app = sns.create_platform_application(Name="app", Platform="GCM", Attributes={
        "PlatformCredential": "key", "SuccessFeedbackRoleArn": ROLE, "FailureFeedbackRoleArn": ROLE,
        **events})["PlatformApplicationArn"]
    arn = sns.create_platform_endpoint(PlatformApplicationArn=app, Token="token")["EndpointArn"]
    sns.publish(TargetArn=arn, Message="m")
    sns.set_endpoint_attributes(EndpointArn=arn, Attributes={"Enabled": "false"})
    assert refused(sns.publish, TargetArn=arn, Message="m")[0] == "EndpointDisabled"
    sns.delete_endpoint(EndpointArn=arn)
    clock.settle()
    told = [json.loads(message["Body"]) for message in receive(sqs, url)]
    assert sorted(event["EventType"] for event in told) == [
        "DeliveryFailure", "EndpointCreated", "EndpointDeleted", "EndpointUpdated"]
    assert all(event["EndpointArn"] == arn and event["Resource"] == app for event in told)
    log = f"arn:aws:sns:us-east-1:{account}:app/GCM/app"
    (entry,) = status_of(log)
    assert entry["delivery"]["destination"] == arn and entry["delivery"]["token"] == "token"
    (failed,) = status_of(log, "/Failure")
    assert failed["delivery"]["providerResponse"] == "Endpoint is disabled"


def test_a_disabled_endpoint_fails_as_a_subscriber(sns, topic, clock, admin):
    app = sns.create_platform_application(Name="app", Platform="GCM", Attributes={
        "PlatformCredential": "key"})["PlatformApplicationArn"]
    arn = sns.create_platform_endpoint(PlatformApplicationArn=app, Token="token")["EndpointArn"]
    sns.subscribe(TopicArn=topic, Protocol="application", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="m")
    sns.set_endpoint_attributes(EndpointArn=arn, Attributes={"Enabled": "false"})
    sns.publish(TopicArn=topic, Message="m")
    clock.settle()
    figures = admin.call("GET", f"/_aws/sns/metrics/{topic}")[1]["by_protocol"]["application"]
    assert figures == {"NumberOfNotificationsDelivered": 1, "NumberOfNotificationsFailed": 1}


def test_figures_survive_a_kill(start_daemon, tmp_path):
    """Counters commit with what they count: after a kill they are exactly those of what was delivered."""
    folder = str(tmp_path / "data")
    daemon = start_daemon("--data", folder)
    sns, sqs = (make_client(name, daemon.endpoint) for name in ("sns", "sqs"))
    topic = sns.create_topic(Name="counted")["TopicArn"]
    url = sqs.create_queue(QueueName="all")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15551234567", Attributes={"FilterPolicy": '{"k": ["v"]}'})
    for number in range(50):
        sns.publish(TopicArn=topic, Message=str(number))
    daemon.stop(signal.SIGKILL)
    daemon = start_daemon("--data", folder)
    admin = Admin(daemon.endpoint)
    admin.settle()
    figures = admin.call("GET", f"/_aws/sns/metrics/{topic}")[1]
    assert figures["metrics"]["NumberOfMessagesPublished"] == 50
    assert figures["by_protocol"] == {"sms": {"NumberOfNotificationsFilteredOut": 50},
                                      "sqs": {"NumberOfNotificationsDelivered": 50}}
    sns = make_client("sns", daemon.endpoint)
    sns.delete_topic(TopicArn=topic)
    sns.create_topic(Name="counted")
    assert admin.call("GET", f"/_aws/sns/metrics/{topic}")[1]["metrics"]["NumberOfMessagesPublished"] == 0
