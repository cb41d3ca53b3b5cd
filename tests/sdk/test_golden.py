"""Refusals of SNS and SQS against what AWS answered, where its recordings lie beside the project.

The recordings are read at run time: `../shared/golden` of the project or of the folder above it.
"""

import json
import re

import pytest

from conftest import ROOT, make_client
from refusals import refusal_of
from sqs_support import Query

FOLDERS = [folder / "shared/golden" for folder in (ROOT.parent, ROOT.parent.parent)]
GOLDEN = next((folder for folder in FOLDERS if folder.is_dir()), None)
pytestmark = pytest.mark.skipif(GOLDEN is None, reason="there are no recordings beside the project")


def recordings(name):
    return json.loads((GOLDEN / name).read_text(encoding="utf-8")) if GOLDEN else {}


def errors_in(value, path=()):
    """(path, {"Code", "Message"}) of every refusal below."""
    if isinstance(value, dict):
        error = value.get("Error")
        if isinstance(error, dict) and "Code" in error:
            yield path, error
        for key, inner in value.items():
            yield from errors_in(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from errors_in(inner, (*path, number))


def recorded_error(recording, scenario, step):
    found = next(value for key, value in recording.items() if key.endswith("::" + scenario) or key == scenario)
    return dict(errors_in(found["responses"]))[(step,)]


def same(recorded, answered):
    """Equal, but for what differs from run to run: "<region>"."""
    pattern = "".join(".+" if part.startswith("<") else re.escape(part) for part in re.split(r"(<[a-z-]+(?::\d+)?>)", recorded))
    return re.fullmatch(pattern, answered, re.DOTALL) is not None


def refusal(call, arguments):
    return refusal_of(call, **arguments)


# --- filter policies: a recorded message tells the policy that it refuses


def filter_policies():
    for name in ("sns/sns_filter_policy.json", "sns/sns.json"):
        for scenario, value in recordings(name).items():
            for _, error in errors_in(value["responses"]):
                source = re.search(r'\[Source: \(String\)"(.*)"; line: 1', error["Message"], re.DOTALL)
                if source and "Attributes Reason: FilterPolicy" in error["Message"]:
                    yield pytest.param(source.group(1), error["Message"], id=source.group(1)[:60])


@pytest.mark.parametrize(("policy", "message"), list(filter_policies()))
def test_filter_policies(client, policy, message):
    sns = client("sns")
    topic = sns.create_topic(Name="golden-filters")["TopicArn"]
    error = refusal(sns.subscribe, {"TopicArn": topic, "Protocol": "sms", "Endpoint": "+15551234567",
                                    "Attributes": {"FilterPolicy": policy}})["Error"]
    assert (error["Code"], error["Message"]) == ("InvalidParameter", message)


# --- SNS

ACCOUNT = "111111111111"
NO_TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:none"
STRUCTURED = {"DataType": "stringfoo", "StringValue": "v"}
LARGE = [{"Id": str(number), "Message": "x" * 30_000} for number in range(10)]

# Scenario, step, operation, arguments. "T", "F", "Q" and "FQ" stand for a topic, a FIFO topic and queues of theirs.
SNS = [
    ("test_create_platform_application_invalid_attributes[missing-credential]", "platform-application-no-attributes",
     "create_platform_application", {"Name": "a", "Platform": "GCM", "Attributes": {"PlatformPrincipal": "p"}}),
    ("test_create_platform_application_invalid_attributes[missing-principal]", "platform-application-no-attributes",
     "create_platform_application", {"Name": "a", "Platform": "APNS", "Attributes": {"PlatformCredential": "c"}}),
    ("test_create_platform_application_invalid_platform", "invalid-platform",
     "create_platform_application", {"Name": "a", "Platform": "AAA", "Attributes": {"PlatformPrincipal": "p"}}),
    ("test_set_platform_application_attributes_invalid_arn", "invalid-application-arn",
     "set_platform_application_attributes", {"PlatformApplicationArn": "x", "Attributes": {"Enabled": "true"}}),
    ("test_empty_sns_message", "empty-msg-error", "publish", {"TopicArn": "T", "Message": ""}),
    ("test_publish_batch_too_long_message", "error-no-attrs",
     "publish_batch", {"TopicArn": "T", "PublishBatchRequestEntries": LARGE}),
    ("test_publish_with_empty_subject", "response-with-empty-subject",
     "publish", {"TopicArn": "T", "Message": "m", "Subject": ""}),
    ("test_topic_publish_another_region", "error",
     "publish", {"TopicArn": NO_TOPIC.replace("east", "west"), "Message": "m"}),
    ("test_unknown_topic_publish", "error", "publish", {"TopicArn": NO_TOPIC, "Message": "m"}),
    ("test_publish_wrong_phone_format", "wrong-format", "publish", {"PhoneNumber": "NAA+15551234567", "Message": "m"}),
    ("test_publish_wrong_phone_format", "invalid-number", "publish", {"PhoneNumber": "+1a234", "Message": "m"}),
    ("test_publish_wrong_phone_format", "wrong-endpoint",
     "subscribe", {"TopicArn": "T", "Protocol": "sms", "Endpoint": "NAA+15551234567"}),
    ("test_subscribe_with_invalid_protocol", "exception",
     "subscribe", {"TopicArn": "T", "Protocol": "test-protocol", "Endpoint": "e"}),
    ("test_unsubscribe_wrong_arn_format", "invalid-unsubscribe-arn-1", "unsubscribe", {"SubscriptionArn": "random"}),
    ("test_unsubscribe_wrong_arn_format", "invalid-unsubscribe-arn-2",
     "unsubscribe", {"SubscriptionArn": "arn:aws:sns:us-east-1:random"}),
    ("test_unsubscribe_wrong_arn_format", "invalid-unsubscribe-arn-3", "unsubscribe", {"SubscriptionArn": NO_TOPIC}),
    ("test_get_subscription_attributes_error_not_exists", "get-sub-attrs-nonexistent",
     "get_subscription_attributes", {"SubscriptionArn": NO_TOPIC + ":aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"}),
    ("test_subscribe_bad_sms", "subscribe-bad-sms",
     "subscribe", {"TopicArn": "T", "Protocol": "sms", "Endpoint": "invalid-number"}),
    ("test_subscribe_sqs_queue_url", "subscribe-sqs-via-url-error",
     "subscribe", {"TopicArn": "T", "Protocol": "sqs", "Endpoint": "http://localhost/000000000000/q"}),
    ("test_message_attributes_prefixes", "publish-error",
     "publish", {"TopicArn": "T", "Message": "m", "MessageAttributes": {"attr1": STRUCTURED}}),
    ("test_publish_batch_messages_without_topic", "publish-batch-no-topic",
     "publish_batch", {"TopicArn": NO_TOPIC, "PublishBatchRequestEntries": LARGE[:1]}),
    ("test_validations_for_fifo", "no-dedup-policy", "publish", {"TopicArn": "F", "Message": "m", "MessageGroupId": "g"}),
    ("test_validations_for_fifo", "no-msg-dedup-regular-topic",
     "publish", {"TopicArn": "T", "Message": "m", "MessageDeduplicationId": "d"}),
    ("test_validations_for_fifo", "no-msg-group-id", "publish", {"TopicArn": "F", "Message": "m"}),
    ("test_validations_for_fifo", "not-fifo-topic", "subscribe", {"TopicArn": "T", "Protocol": "sqs", "Endpoint": "FQ"}),
    ("test_create_topic_with_attributes", "get-attrs-malformed-topic", "get_topic_attributes", {"TopicArn": "topic"}),
    ("test_create_topic_with_attributes", "get-attrs-nonexistent-topic", "get_topic_attributes", {"TopicArn": NO_TOPIC}),
    ("test_tags", "duplicate-key-error",
     "tag_resource", {"ResourceArn": "T", "Tags": [{"Key": "k", "Value": "a"}, {"Key": "k", "Value": "b"}]}),
    ("test_add_permission_errors", "invalid-action",
     "add_permission", {"TopicArn": "T", "Label": "l", "AWSAccountId": [ACCOUNT], "ActionName": ["InvalidAction"]}),
    ("test_add_permission_errors", "topic-not-found",
     "add_permission", {"TopicArn": NO_TOPIC, "Label": "l", "AWSAccountId": [ACCOUNT], "ActionName": ["Publish"]}),
    ("test_remove_permission_errors", "topic-not-found", "remove_permission", {"TopicArn": NO_TOPIC, "Label": "l"}),
]


@pytest.mark.parametrize(("scenario", "step", "operation", "arguments"), SNS, ids=lambda value: str(value)[:60])
def test_sns_refusals(client, scenario, step, operation, arguments):
    recorded = recorded_error(recordings("sns/sns.json"), scenario, step)
    sns, names = client("sns"), {"FQ": "arn:aws:sqs:us-east-1:000000000000:q.fifo"}
    names["T"] = sns.create_topic(Name="golden")["TopicArn"]
    names["F"] = sns.create_topic(Name="golden.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    given = {name: names.get(value, value) if isinstance(value, str) else value for name, value in arguments.items()}
    error = refusal(getattr(sns, operation), given)["Error"]
    assert error["Code"] == recorded["Code"]
    assert same(recorded["Message"], error["Message"]), (recorded["Message"], error["Message"])


# --- SQS, in both protocols

ENTRY = {"Id": "1", "MessageBody": "m"}
LONG_ID = "testLongId" * 10
# Scenario without its protocol, step, operation, arguments. "Q" and "F" stand for a queue and a FIFO queue.
SQS = [
    ("test_send_empty_message", "send_empty_message", "SendMessage", {"QueueUrl": "Q", "MessageBody": ""}),
    ("test_send_oversized_message", "send_oversized_message", "SendMessage", {"QueueUrl": "Q", "MessageBody": "x" * 1_048_577}),
    ("test_send_message_batch_with_oversized_contents", "send_oversized_message_batch", "SendMessageBatch",
     {"QueueUrl": "Q", "Entries": [{"Id": "1", "MessageBody": "x" * 1_048_576}, {"Id": "2", "MessageBody": "x"}]}),
    ("test_fifo_queue_send_message_with_delay_seconds_fails", "send_message", "SendMessage",
     {"QueueUrl": "F", "MessageBody": "m", "DelaySeconds": 2, "MessageGroupId": "g", "MessageDeduplicationId": "d"}),
    ("test_invalid_batch_id", "test_invalid_batch_id", "SendMessageBatch",
     {"QueueUrl": "Q", "Entries": [{"Id": "message:(with a colon)", "MessageBody": "m"}]}),
    ("test_send_batch_missing_deduplication_id_for_fifo_queue", "test_missing_deduplication_id_for_fifo_queue",
     "SendMessageBatch", {"QueueUrl": "F", "Entries": [{**ENTRY, "MessageGroupId": "g"}]}),
    ("test_send_batch_missing_message_group_id_for_fifo_queue", "test_missing_message_group_id_for_fifo_queue",
     "SendMessageBatch", {"QueueUrl": "F", "Entries": [{**ENTRY, "MessageDeduplicationId": "d"}]}),
    ("test_send_receive_max_number_of_messages", "send_max_number_of_messages", "ReceiveMessage",
     {"QueueUrl": "Q", "MaxNumberOfMessages": 11}),
    ("test_send_message_with_empty_string_attribute", "empty-string-attr", "SendMessage",
     {"QueueUrl": "Q", "MessageBody": "m", "MessageAttributes": {"ErrorDetails": {"DataType": "String", "StringValue": ""}}}),
]
LONE = [("test_delete_message_batch_invalid_msg_id[sqs-invalid:id]", "error_response", "DeleteMessageBatch",
         {"QueueUrl": "Q", "Entries": [{"Id": "invalid:id", "ReceiptHandle": "h"}]}),
        (f"test_delete_message_batch_invalid_msg_id[sqs-{LONG_ID}]", "error_response", "DeleteMessageBatch",
         {"QueueUrl": "Q", "Entries": [{"Id": LONG_ID, "ReceiptHandle": "h"}]})]
LONE += [(f"test_send_message_to_standard_queue_with_invalid_message_group_id[{name}]", "error-response", "SendMessage",
          {"QueueUrl": "Q", "MessageBody": "m", "MessageGroupId": group})
         for name, group in (("empty", ""), ("spaces", "group 123"), ("too_long", "a" * 129))]
JSON = [(f"{scenario}[sqs]", *rest) for scenario, *rest in SQS] + LONE


def queues(sqs):
    fifo = sqs.create_queue(QueueName="golden.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    return {"Q": sqs.create_queue(QueueName="golden")["QueueUrl"], "F": fifo}


@pytest.mark.parametrize(("scenario", "step", "operation", "arguments"), JSON, ids=lambda value: str(value)[:60])
def test_sqs_refusals_in_json(endpoint, client, scenario, step, operation, arguments):
    recorded = recorded_error(recordings("sqs/sqs.json"), scenario, step)
    sqs = make_client("sqs", endpoint, parameter_validation=False)
    urls = queues(client("sqs"))
    method = getattr(sqs, re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower())
    answer = refusal(method, {**arguments, "QueueUrl": urls[arguments["QueueUrl"]]})
    error = answer["Error"]
    assert (error["Code"], error["Message"]) == (recorded["Code"], recorded["Message"])
    assert error.get("QueryErrorCode") == recorded.get("QueryErrorCode")


def form(arguments):
    """Flattened as the Query protocol of SQS has it."""
    flat = {}
    for name, value in arguments.items():
        if name == "Entries":
            for number, entry in enumerate(value, 1):
                prefix = "DeleteMessageBatchRequestEntry" if "ReceiptHandle" in entry else "SendMessageBatchRequestEntry"
                flat.update({f"{prefix}.{number}.{key}": text for key, text in entry.items()})
        elif name == "MessageAttributes":
            for number, (key, attribute) in enumerate(value.items(), 1):
                flat[f"MessageAttribute.{number}.Name"] = key
                flat.update({f"MessageAttribute.{number}.Value.{part}": text for part, text in attribute.items()})
        else:
            flat[name] = value
    return flat


@pytest.mark.parametrize(("scenario", "step", "operation", "arguments"),
                         [(f"{scenario}[sqs_query]", *rest) for scenario, *rest in SQS], ids=lambda value: str(value)[:60])
def test_sqs_refusals_in_forms(endpoint, client, scenario, step, operation, arguments):
    recorded = recorded_error(recordings("sqs/sqs.json"), scenario, step)
    urls = queues(client("sqs"))
    status, answer = Query(endpoint, "test").call(operation, **form({**arguments, "QueueUrl": urls[arguments["QueueUrl"]]}))
    assert status == 400
    assert (answer.findtext(".//Code"), answer.findtext(".//Message")) == (recorded["Code"], recorded["Message"])
    assert answer.findtext(".//Type") == recorded.get("Type", "Sender")
