"""Buckets, queue with its dead-letter queue, four functions and the event source between them."""

import io
import json
import zipfile
from pathlib import Path

REGION, ACCOUNT = "us-east-1", "000000000000"
INPUT, OUTPUT, QUEUE, DEAD = "batch-input", "batch-output", "batch-jobs", "batch-jobs-dead"
MAX_RECEIVES, VISIBILITY_SECONDS = 3, 300
SOURCES = Path(__file__).with_name("functions")


def queue_arn(name):
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def create_function(client, name, source, **environment):
    """A function of one file; `source` names file and module."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(SOURCES / f"{source}.py", f"{source}.py")
    client.create_function(FunctionName=name, Runtime="python3.12", Handler=f"{source}.handler", Timeout=60,
                           Role=f"arn:aws:iam::{ACCOUNT}:role/batch", Environment={"Variables": environment},
                           Code={"ZipFile": code.getvalue()})
    client.get_waiter("function_active_v2").wait(FunctionName=name)


def create_queues(sqs):
    sqs.create_queue(QueueName=DEAD, Attributes={"MessageRetentionPeriod": str(14 * 86_400)})
    allow = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
        "Resource": queue_arn(QUEUE), "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{INPUT}"}}}]}
    return sqs.create_queue(QueueName=QUEUE, Attributes={
        "VisibilityTimeout": str(VISIBILITY_SECONDS), "ReceiveMessageWaitTimeSeconds": "20",
        "MessageRetentionPeriod": str(14 * 86_400), "Policy": json.dumps(allow),
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": queue_arn(DEAD), "maxReceiveCount": MAX_RECEIVES}),
    })["QueueUrl"]


def build(clients):
    """Makes everything; returns the URLs of the queue and of its dead-letter queue."""
    for bucket in (INPUT, OUTPUT):
        clients["s3"].create_bucket(Bucket=bucket)
    url = create_queues(clients["sqs"])
    for name in ("pool-processor", "task-processor"):
        create_function(clients["lambda"], name, "text_to_pdf", OUTPUT_BUCKET=OUTPUT)
    create_function(clients["lambda"], "orchestration", "orchestration", POOL="pool-processor", TASK="task-processor",
                    OUTPUT_BUCKET=OUTPUT, QUEUE_URL=url)
    create_function(clients["lambda"], "trigger", "trigger", ORCHESTRATION="orchestration")
    clients["lambda"].create_event_source_mapping(FunctionName="trigger", EventSourceArn=queue_arn(QUEUE), BatchSize=10,
                                                  FunctionResponseTypes=["ReportBatchItemFailures"])
    clients["s3"].put_bucket_notification_configuration(
        Bucket=INPUT, ExpectedBucketOwner=ACCOUNT, NotificationConfiguration={"QueueConfigurations": [{
            "QueueArn": queue_arn(QUEUE), "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".txt"}]}}}]})
    return url, clients["sqs"].get_queue_url(QueueName=DEAD)["QueueUrl"]
