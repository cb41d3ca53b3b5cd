"""Successful answers of SQS and SNS against what AWS answered, where its recordings lie beside the project."""

import json

import pytest

from golden_support import GOLDEN, Comparison, recorded

pytestmark = pytest.mark.skipif(GOLDEN is None, reason="there are no recordings beside the project")

COUNTS = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
TRACE = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
USER = {"<resource:3>": "cumulite"}


def step_of(file):
    return lambda scenario, step: recorded(file, scenario, step)


sqs_step, sns_step = step_of("sqs/sqs.json"), step_of("sns/sns.json")


@pytest.fixture
def sqs(client):
    return client("sqs")


@pytest.fixture
def sns(client):
    return client("sns")


@pytest.fixture
def queue(sqs, unique):
    """Makes queues: URL and ARN."""

    def make(fifo=False, **attributes):
        name = unique("queue") + (".fifo" if fifo else "")
        if fifo:
            attributes["FifoQueue"] = "true"
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, f"arn:aws:sqs:us-east-1:000000000000:{name}"

    return make


@pytest.fixture
def topic(sns, unique):
    def make(fifo=False, **attributes):
        if fifo:
            attributes["FifoTopic"] = "true"
        return sns.create_topic(Name=unique("topic") + (".fifo" if fifo else ""), Attributes=attributes)["TopicArn"]

    return make


def receive(sqs, url, **arguments):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **arguments)


def test_queue_attributes(sqs, queue):
    url, arn = queue(MessageRetentionPeriod="604800", ReceiveMessageWaitTimeSeconds="10", VisibilityTimeout="20")
    same = Comparison(**{"<resource:1>": arn.rsplit(":", 1)[1]})
    scenario = "test_create_and_update_queue_attributes[sqs]"
    same.check(sqs_step(scenario, "get_queue_attributes"), sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]))
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MaximumMessageSize": "2048", "VisibilityTimeout": "69", "DelaySeconds": "420"})
    same.check(sqs_step(scenario, "get_updated_queue_attributes"), sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]))


def test_encryption_attributes(sqs, queue):
    names = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"]
    kms, _ = queue(KmsDataKeyReusePeriodSeconds="6000", KmsMasterKeyId="testKeyId")
    own, _ = queue(SqsManagedSseEnabled="true")
    for url, step in ((kms, "sse_kms_attributes"), (own, "sse_sqs_attributes")):
        Comparison().check(sqs_step("test_sse_queue_attributes[sqs]", step), sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names))


def test_binary_attributes(sqs, queue):
    url, _ = queue()
    value = b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"
    sqs.send_message(QueueUrl=url, MessageBody="test", MessageAttributes={"attr1": {"BinaryValue": value, "DataType": "Binary"}})
    Comparison().check(sqs_step("test_send_message_with_binary_attributes[sqs]", "binary-attrs-msg"),
                       receive(sqs, url, MessageAttributeNames=["All"]))


def test_queue_delay_on_fifo(sqs, queue, admin):
    url, _ = queue(fifo=True, DelaySeconds="2", ContentBasedDeduplication="true")
    scenario = "test_fifo_queue_send_message_with_zero_delay_defaults_to_queue_delay[sqs]"
    admin.freeze()
    try:
        same = Comparison()
        same.check(sqs_step(scenario, "send_message_result"),
                   sqs.send_message(QueueUrl=url, DelaySeconds=0, MessageBody="message-1", MessageGroupId="1"))
        same.check(sqs_step(scenario, "receive_message_initial_result"), receive(sqs, url))
        admin.advance("3s")
        same.check(sqs_step(scenario, "receive_message_after_delay_result"), receive(sqs, url))
    finally:
        admin.reset_clock()


@pytest.mark.parametrize("by_content", [True, False])
def test_deduplication_outlives_the_message(sqs, queue, by_content):
    url, _ = queue(fifo=True, ContentBasedDeduplication="true" if by_content else "false")
    scenario = f"test_fifo_deduplication_arrives_once_after_delete[sqs-{by_content}]"
    message = {"QueueUrl": url, "MessageBody": json.dumps({"foo": "bar"}), "MessageGroupId": "g"}
    if not by_content:
        message["MessageDeduplicationId"] = "d"
    same = Comparison()
    sqs.send_message(**message)
    got = receive(sqs, url)
    same.check(sqs_step(scenario, "get-messages"), got)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=got["Messages"][0]["ReceiptHandle"])
    sqs.send_message(**message)
    same.check(sqs_step(scenario, "get-messages-duplicate"), receive(sqs, url))


def test_a_dead_letter_keeps_its_attributes(sqs, queue, admin):
    dead, dead_arn = queue()
    url, arn = queue(RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1}), VisibilityTimeout="1")
    scenario, same = "test_dead_letter_queue_message_attributes", Comparison(**{"<resource:2>": arn.rsplit(":", 1)[1]})
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    sqs.send_message(QueueUrl=url, MessageBody="message-1", MessageAttributes={
        "MyAttribute": {"DataType": "String", "StringValue": "foobar"}}, MessageSystemAttributes={
        "AWSTraceHeader": {"DataType": "String", "StringValue": trace}})
    sqs.send_message(QueueUrl=url, MessageBody="message-2")
    shown = {"MessageAttributeNames": ["All"], "AttributeNames": [
        "AWSTraceHeader", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "DeadLetterQueueSourceArn", "SentTimestamp"]}
    admin.freeze()
    try:
        same.check(sqs_step(scenario, "rec-pre-dlq"), receive(sqs, url, **shown)["Messages"])
        admin.advance("2s")
        assert "Messages" not in receive(sqs, url)
        same.check(sqs_step(scenario, "dlq-messages"), receive(sqs, dead, **shown)["Messages"])
    finally:
        admin.reset_clock()


def test_topic_attributes(sns, topic):
    arn = topic(fifo=True, DisplayName="TestTopic", SignatureVersion="2")
    Comparison(**{"<resource:1>": arn.rsplit(":", 1)[1]}).check(
        sns_step("test_create_topic_with_attributes", "get-topic-attrs"), sns.get_topic_attributes(TopicArn=arn))


@pytest.mark.parametrize(("scenario", "actions"), [("test_topic_add_permission", ["Publish"]),
                                                   ("test_topic_add_multiple_permissions", ["Publish", "Subscribe"])])
def test_permissions(sns, topic, scenario, actions):
    arn = topic()
    same = Comparison(**{"<resource:1>": arn.rsplit(":", 1)[1], "<resource:2>": "root"})
    same.check(sns_step(scenario, "add-permission-response"),
               sns.add_permission(TopicArn=arn, Label="test", AWSAccountId=["000000000000"], ActionName=actions))
    policy = sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    same.check(sns_step(scenario, "topic-policy-after-permission"), json.loads(policy))


def test_tags(sns, unique):
    arn = sns.create_topic(Name=unique("topic"), Tags=[{"Key": "k1", "Value": "v1"}, {"Key": "k2", "Value": "v2"}])["TopicArn"]
    tags = lambda step: Comparison().check(sns_step("test_tags", step), sns.list_tags_for_resource(ResourceArn=arn))  # noqa: E731
    tags("list-created-tags")
    sns.untag_resource(ResourceArn=arn, TagKeys=["k1"])
    tags("list-after-delete-tags")
    sns.tag_resource(ResourceArn=arn, Tags=[{"Key": "k2", "Value": "v2b"}])
    tags("list-after-update-tags")


@pytest.mark.parametrize(("raw", "name"), [("true", "message-raw-true"), ("false", "message-raw-false")])
def test_envelopes(sns, sqs, topic, queue, admin, raw, name):
    (url, arn), topic_arn = queue(), topic()
    subscription = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": raw})["SubscriptionArn"]
    same = Comparison(**{"<resource:1>": arn.rsplit(":", 1)[1], "<resource:4>": topic_arn.rsplit(":", 1)[1],
                         "<resource:2>": subscription.rsplit(":", 1)[1]})
    scenario = "test_publish_sqs_from_sns"
    value = "99.12" if raw == "true" else "100.12"
    sns.publish(TopicArn=topic_arn, Message="Test msg", MessageAttributes={"attr1": {"DataType": "Number", "StringValue": value}})
    admin.settle()
    same.check(sns_step(scenario, name), receive(sqs, url, MessageAttributeNames=["All"]))
    wanted = sns_step(scenario, "sub-attrs-raw-" + raw)
    # Which user subscribed is a matter of the account.
    wanted["Attributes"]["SubscriptionPrincipal"] = "<principal>"
    same.check(wanted, sns.get_subscription_attributes(SubscriptionArn=subscription))


def test_message_structure(sns, sqs, topic, queue, admin):
    (url, arn), topic_arn = queue(), topic()
    subscription = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    names = {"<resource:1>": topic_arn.rsplit(":", 1)[1], "<resource:2>": subscription.rsplit(":", 1)[1]}
    message = {"default": "default field"}
    for step, more in (("get-msg-json-default", {}), ("get-msg-json-sqs", {"sqs": json.dumps({"field": "value"})})):
        sns.publish(TopicArn=topic_arn, Message=json.dumps({**message, **more}), MessageStructure="json")
        admin.settle()
        got = receive(sqs, url)
        Comparison(**names).check(sns_step("test_message_structure_json_to_sqs", step), got)
        sqs.delete_message(QueueUrl=url, ReceiptHandle=got["Messages"][0]["ReceiptHandle"])


def test_traces_pass_through(sns, sqs, topic, queue, admin):
    (url, arn), topic_arn = queue(), topic()
    subscription = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    sns.meta.events.register("before-call.sns.Publish", lambda params, **_: params["headers"].update({"X-Amzn-Trace-Id": TRACE}),
                             unique_id="trace")
    try:
        sns.publish(TopicArn=topic_arn, Message="X-Ray propagation test msg")
    finally:
        sns.meta.events.unregister("before-call.sns.Publish", unique_id="trace")
    admin.settle()
    (message,) = receive(sqs, url, AttributeNames=["SentTimestamp", "AWSTraceHeader"])["Messages"]
    names = {"<resource:1>": topic_arn.rsplit(":", 1)[1], "<resource:2>": subscription.rsplit(":", 1)[1]}
    Comparison(**names).check(sns_step("test_publish_sqs_from_sns_with_xray_propagation", "xray-msg"), message)


def test_fifo_topics_deduplicate(sns, sqs, topic, queue, admin):
    """On the topic, and shown on the queue."""
    (url, arn), topic_arn = queue(fifo=True, ContentBasedDeduplication="true"), topic(fifo=True, ContentBasedDeduplication="true")
    subscription = sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    same = Comparison(**{"<resource:1>": topic_arn.rsplit(":", 1)[1], "<resource:2>": subscription.rsplit(":", 1)[1]})
    scenario = "test_publish_to_fifo_topic_deduplication_on_topic_level"
    for step in ("messages", "dedup-messages"):
        sns.publish(TopicArn=topic_arn, Message="Test", MessageGroupId="message-group-id-1")
        admin.settle()
        got = receive(sqs, url, AttributeNames=["All"])
        same.check(sns_step(scenario, step), got)
        for message in got.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_functions_get_notifications(sns, topic, admin, unique):
    """With the names that Lambda's event has: UnsubscribeUrl where the envelope has UnsubscribeURL."""
    topic_arn, function = topic(), unique("function")
    admin.post("/_cumulite/functions", name=function, command=["sh", "-c", "cat >&2"])
    try:
        subscription = sns.subscribe(TopicArn=topic_arn, Protocol="lambda",
                                     Endpoint=f"arn:aws:lambda:us-east-1:000000000000:function:{function}")["SubscriptionArn"]
        sns.publish(TopicArn=topic_arn, Subject="[Subject] Test subject", Message="Hello world.")
        admin.settle()
        log = admin.call("GET", f"/_cumulite/functions/{function}/logs")[1]["invocations"][0]["log"]
    finally:
        admin.call("DELETE", f"/_cumulite/functions/{function}")
    event = json.loads(next(line for line in log.splitlines() if line.startswith("{")))
    names = {"<resource:1>": topic_arn.rsplit(":", 1)[1], "<resource:2>": subscription.rsplit(":", 1)[1]}
    Comparison(**names).check(sns_step("test_python_lambda_subscribe_sns_topic", "notification"), event["Records"][0]["Sns"])


def test_platforms(sns, unique):
    application = sns.create_platform_application(Name=unique("app"), Platform="ADM", Attributes={
        "PlatformCredential": "c", "PlatformPrincipal": "p"})["PlatformApplicationArn"]
    Comparison().check(sns_step("test_get_platform_application_attributes", "get-application-attributes"),
                       sns.get_platform_application_attributes(PlatformApplicationArn=application))
    names = {"<platform_application>": application.rsplit("/", 1)[1]}
    endpoint = sns.create_platform_endpoint(PlatformApplicationArn=application, Token="token_1")
    Comparison(**names).check(sns_step("test_create_platform_endpoint", "create-platform-endpoint"), endpoint)
    Comparison(**names).check(sns_step("test_list_platform_endpoints", "list-endpoints-by-app"),
                              sns.list_endpoints_by_platform_application(PlatformApplicationArn=application))
