"""The annotation service's infrastructure, and its web application: what runs while a user waits."""

import json
import sys
import uuid
from pathlib import Path

import boto3
from boto3.dynamodb.conditions import Key
from botocore.config import Config

REGION, ACCOUNT = "us-east-1", "000000000000"
BUCKET, VAULT, JOBS, USERS, SECRET = "gas", "gas-results", "annotations", "accounts", "gas/settings"
SENDER = "gas@example.com"
WORKERS = Path(__file__).with_name("workers.py")
ARCHIVE_AFTER_SECONDS = 300


class System:
    def __init__(self, server):
        self.server = server
        session = boto3.Session("test", "test", region_name=REGION)
        config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}, signature_version="s3v4")
        for service in ("s3", "sqs", "sns", "glacier", "secretsmanager", "ses"):
            setattr(self, service, session.client(service, endpoint_url=server.endpoint, config=config))
        self.dynamodb = session.resource("dynamodb", endpoint_url=server.endpoint)
        self.topics = {}

    # --- infrastructure ------------------------------------------------------------------------------
    def build(self):
        self.s3.create_bucket(Bucket=BUCKET)
        self.glacier.create_vault(vaultName=VAULT)
        self.users = self._table(USERS, "user_id")
        self.jobs = self._table(JOBS, "job_id", index="user_id")
        for name in ("requests", "results", "archive", "restore", "thaw"):
            self.topics[name] = self.sns.create_topic(Name=f"gas-{name}")["TopicArn"]
        self.secretsmanager.create_secret(Name=SECRET, SecretString=json.dumps({
            "annotated_url": "http://localhost/annotate/job", "mail_sender": SENDER}))
        self.ses.verify_email_identity(EmailAddress=SENDER)
        self._worker("annotate", "requests")
        self._worker("notify", "results")
        self._worker("archive", "archive", DelaySeconds=str(ARCHIVE_AFTER_SECONDS))
        self._worker("restore", "restore")
        self._worker("thaw", "thaw")

    def _table(self, name, key, index=None):
        attributes = [key] + ([index] if index else [])
        more = {"GlobalSecondaryIndexes": [{
            "IndexName": f"{index}_index", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": index, "KeyType": "HASH"}]}]} if index else {}
        return self.dynamodb.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes], **more)

    def _worker(self, name, topic, **attributes):
        """Topic -> queue (with its dead-letter queue) -> function."""
        dead = f"arn:aws:sqs:{REGION}:{ACCOUNT}:gas-{name}-dead"
        self.sqs.create_queue(QueueName=f"gas-{name}-dead")
        self.sqs.create_queue(QueueName=f"gas-{name}", Attributes={
            "VisibilityTimeout": "300", **attributes,
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3})})
        queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:gas-{name}"
        self.sns.subscribe(TopicArn=self.topics[topic], Protocol="sqs", Endpoint=queue)
        self.server.admin("POST", "/_cumulite/functions", {
            "name": name, "command": [sys.executable, str(WORKERS), name], "timeout_seconds": 50,
            "environment": {"BUCKET": BUCKET, "VAULT": VAULT, "JOBS": JOBS, "USERS": USERS, "SECRET": SECRET,
                            "RESULTS_TOPIC": self.topics["results"], "ARCHIVE_TOPIC": self.topics["archive"],
                            "THAW_TOPIC": self.topics["thaw"]}})
        self.server.admin("POST", "/_cumulite/event-sources", {
            "function": name, "event_source_arn": queue, "batch_size": 1})

    # --- the web application ---------------------------------------------------------------------------
    def start(self):
        """Without its settings the application does not start."""
        secret = self.secretsmanager.get_secret_value(SecretId=SECRET)
        self.settings = json.loads(secret["SecretString"])

    def register(self, user, role):
        self.users.put_item(Item={"user_id": user, "role": role, "email": f"{user}@example.com"})

    def upload_form(self, user):
        """What the page's form posts: where to, and its fields."""
        job_id = str(uuid.uuid4())
        return job_id, self.s3.generate_presigned_post(
            Bucket=BUCKET, Key=f"input/{user}/{job_id}~${{filename}}", ExpiresIn=60,
            Fields={"success_action_redirect": self.settings["annotated_url"], "acl": "private",
                    "x-amz-server-side-encryption": "AES256"},
            Conditions=[["starts-with", "$success_action_redirect", "http://localhost/"], {"acl": "private"},
                        {"x-amz-server-side-encryption": "AES256"}, ["content-length-range", 1, 10_000_000]])

    def request_annotation(self, user, job_id, key):
        """After the browser came back with bucket, key and etag in the query."""
        job = {"job_id": job_id, "user_id": user, "input_key": key, "job_status": "PENDING"}
        self.jobs.put_item(Item=job)
        self.sns.publish(TopicArn=self.topics["requests"], Message=json.dumps(job))

    def subscribe(self, user):
        self.users.update_item(Key={"user_id": user}, UpdateExpression="set #r = :premium",
                               ExpressionAttributeNames={"#r": "role"},
                               ExpressionAttributeValues={":premium": "premium_user"})
        self.sns.publish(TopicArn=self.topics["restore"], Message=json.dumps({"user_id": user}))

    def jobs_of(self, user):
        return self.jobs.query(IndexName="user_id_index", KeyConditionExpression=Key("user_id").eq(user))["Items"]

    def download_url(self, job):
        return self.s3.generate_presigned_url("get_object", ExpiresIn=300, Params={
            "Bucket": BUCKET, "Key": job["s3_key_result_file"]})
