"""Writers that remember what they asked for and what was acknowledged, one thread a service.

Each write carries an id of its own. `tried` holds an id before its call is made, `kept` after the
call was answered with success: after a crash every kept id must be there, and nothing that was not tried.
"""

import hashlib
import random
import threading

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

REGION = "us-east-1"
ACCOUNT = "000000000000"
BUCKET, TABLE, TOPIC = "crash-bucket", "crash-items", "crash-topic"
WORK, EVENTS, FANOUT = "crash-work", "crash-events", "crash-fanout"
SIZES = (10, 1_000, 70_000, 300_000)  # Inline, and as files.


def body_of(name, size):
    """Content that its name decides, so that a reader can check it."""
    block = hashlib.sha256(name.encode()).digest()
    return (block * (size // len(block) + 1))[:size]


def queue_arn(name):
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


class Clients:
    def __init__(self, endpoint):
        session = boto3.Session("test", "test", region_name=REGION)
        config = Config(retries={"max_attempts": 1, "mode": "standard"}, connect_timeout=2, read_timeout=20,
                        s3={"addressing_style": "path"})
        for service in ("s3", "sqs", "sns", "dynamodb"):
            setattr(self, service, session.client(service, endpoint_url=endpoint, config=config))
        self.endpoint = endpoint

    def url(self, queue):
        return f"{self.endpoint}/{ACCOUNT}/{queue}"


def build(clients):
    for queue in (WORK, EVENTS, FANOUT):
        clients.sqs.create_queue(QueueName=queue)
    clients.s3.create_bucket(Bucket=BUCKET)
    clients.s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": queue_arn(EVENTS), "Events": ["s3:ObjectCreated:*"]}]})
    topic = clients.sns.create_topic(Name=TOPIC)["TopicArn"]
    clients.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn(FANOUT),
                          Attributes={"RawMessageDelivery": "true"})
    clients.dynamodb.create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])


class Writer(threading.Thread):
    """Writes until stopped or until the daemon is gone."""

    def __init__(self, clients, name, seed):
        super().__init__(daemon=True)
        self.clients, self.name_prefix, self.random = clients, name, random.Random(seed)
        self.tried, self.kept = [], []
        self.stopping = threading.Event()
        self.refused = []

    def run(self):
        while not self.stopping.is_set():
            name = f"{self.name_prefix}-{len(self.tried)}"
            self.tried.append(name)
            try:
                self.write(name)
            except BotoCoreError:
                return  # The connection broke: killed.
            except ClientError as error:
                self.refused.append(error)
                return
            self.kept.append(name)


class ObjectWriter(Writer):
    def write(self, name):
        size = self.random.choice(SIZES)
        self.clients.s3.put_object(Bucket=BUCKET, Key=f"{name}-{size}", Body=body_of(name, size))


class MessageWriter(Writer):
    def write(self, name):
        self.clients.sqs.send_message(QueueUrl=self.clients.url(WORK), MessageBody=name)


class NoticeWriter(Writer):
    def write(self, name):
        self.clients.sns.publish(TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:{TOPIC}", Message=name)


class ItemWriter(Writer):
    """Puts an item and raises a counter: the counter must never be below what was acknowledged."""

    def write(self, name):
        self.clients.dynamodb.put_item(TableName=TABLE, Item={"id": {"S": name}, "text": {"S": name * 20}},
                                       ConditionExpression="attribute_not_exists(id)")
        self.clients.dynamodb.update_item(TableName=TABLE, Key={"id": {"S": "counter"}},
                                          UpdateExpression="ADD hits :one",
                                          ExpressionAttributeValues={":one": {"N": "1"}})


KINDS = {"object": ObjectWriter, "message": MessageWriter, "notice": NoticeWriter, "item": ItemWriter}
