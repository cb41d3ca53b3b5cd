#!/usr/bin/env python3
"""Upload -> queue -> process -> notify -> archive, on real files, against a daemon of its own.

Prints a timeline and exits 0 only if all of it happened.
usage: run.py [--daemon build/release/cumulite]
"""

import argparse
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import boto3
from botocore.config import Config

import daemon as daemons
from make_files import PAGES, make_files
from timeline import Timeline

HERE = pathlib.Path(__file__).parent
REGION = "us-east-1"
ACCOUNT = "000000000000"
UPLOADS, RESULTS, TABLE, VAULT, FUNCTION = "uploads", "results", "files", "originals", "process"
MAX_RECEIVES = 3
VISIBILITY_SECONDS = 60
PART_BYTES = 5 * 1024 * 1024


def check(condition, message):
    if not condition:
        raise SystemExit(f"FAILED: {message}")


class Receiver(http.server.BaseHTTPRequestHandler):
    """An HTTP subscriber: confirms its subscription, keeps what is delivered."""

    received = []

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if message["Type"] == "SubscriptionConfirmation":
            urllib.request.urlopen(message["SubscribeURL"], timeout=10).read()
        else:
            self.received.append(message)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """The timeline is the log."""


class Pipeline:
    def __init__(self, server, timeline, folder):
        self.server, self.timeline, self.folder = server, timeline, pathlib.Path(folder)
        self.environment = dict(os.environ, AWS_ENDPOINT_URL=server.endpoint, AWS_ACCESS_KEY_ID="test",
                                AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION=REGION)
        session = boto3.Session("test", "test", region_name=REGION)
        options = {"endpoint_url": server.endpoint,
                   "config": Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})}
        for service in ("s3", "sqs", "sns", "dynamodb", "glacier"):
            setattr(self, service, timeline.watch(session.client(service, **options), service))

    # --- infrastructure ------------------------------------------------------------------------------
    def make_queue(self, name, **attributes):
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    def build(self):
        self.dead_url, dead_arn = self.make_queue("uploads-dead")
        redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": MAX_RECEIVES})
        self.work_url, work_arn = self.make_queue("uploads", VisibilityTimeout=str(VISIBILITY_SECONDS),
                                                  RedrivePolicy=redrive)
        self.notice_url, notice_arn = self.make_queue("notices")
        for bucket in (UPLOADS, RESULTS):
            self.s3.create_bucket(Bucket=bucket)
        self.dynamodb.create_table(TableName=TABLE, BillingMode="PAY_PER_REQUEST",
                                   AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
                                   KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}])
        self.glacier.create_vault(vaultName=VAULT)
        self.build_topic(notice_arn)
        self.build_function(work_arn)
        self.s3.put_bucket_notification_configuration(Bucket=UPLOADS, NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": work_arn, "Events": ["s3:ObjectCreated:*"], "Filter": {
                "Key": {"FilterRules": [{"Name": "prefix", "Value": "incoming/"}]}}}]})

    def build_topic(self, notice_arn):
        self.topic = self.sns.create_topic(Name="processed")["TopicArn"]
        receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        hook = f"http://127.0.0.1:{receiver.server_address[1]}/hook"
        for protocol, endpoint in (("sqs", notice_arn), ("http", hook), ("email", "archivist@example.com")):
            self.sns.subscribe(TopicArn=self.topic, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn=True)

    def build_function(self, work_arn):
        with self.timeline.step("function", "create, event source", FUNCTION):
            self.server.admin("POST", "/_cumulite/functions", {
                "name": FUNCTION, "runtime": "exec", "command": [sys.executable, str(HERE / "process.py")],
                "timeout_seconds": 50, "concurrency": 2,
                "environment": {"RESULTS_BUCKET": RESULTS, "TABLE": TABLE, "TOPIC": self.topic}})
            self.server.admin("POST", "/_cumulite/event-sources", {
                "function": FUNCTION, "event_source_arn": work_arn, "batch_size": 1,
                "report_batch_item_failures": True})

    # --- upload in three ways -------------------------------------------------------------------------
    def upload(self, files):
        self.originals = {f"incoming/{path.name}": path.read_bytes() for path in files.values()}
        with self.timeline.step("s3", "aws s3 cp", files["text"].name):
            subprocess.run([str(pathlib.Path(sys.executable).parent / "aws"), "s3", "cp", "--quiet", str(files["text"]),
                            f"s3://{UPLOADS}/incoming/{files['text'].name}"], env=self.environment, check=True)
        url = self.s3.generate_presigned_url("put_object", Params={
            "Bucket": UPLOADS, "Key": f"incoming/{files['image'].name}", "ContentType": "image/png"})
        with self.timeline.step("s3", "presigned PUT", files["image"].name):
            request = urllib.request.Request(url, data=files["image"].read_bytes(), method="PUT",
                                             headers={"Content-Type": "image/png"})
            urllib.request.urlopen(request, timeout=30).read()
        self.upload_parts(f"incoming/{files['pdf'].name}", files["pdf"].read_bytes())

    def upload_parts(self, key, body):
        upload = self.s3.create_multipart_upload(Bucket=UPLOADS, Key=key, ContentType="application/pdf")["UploadId"]
        parts = []
        for number, start in enumerate(range(0, len(body), PART_BYTES), 1):
            part = self.s3.upload_part(Bucket=UPLOADS, Key=key, UploadId=upload, PartNumber=number,
                                       Body=body[start:start + PART_BYTES])
            parts.append({"PartNumber": number, "ETag": part["ETag"]})
        check(len(parts) > 1, "the PDF is to be large enough for more than one part")
        self.s3.complete_multipart_upload(Bucket=UPLOADS, Key=key, UploadId=upload, MultipartUpload={"Parts": parts})

    # --- what must have come of it ----------------------------------------------------------------------
    def settle(self):
        with self.timeline.step("clock", "settle", "everything that the calls caused"):
            self.server.settle()

    def check_results(self):
        keys = {entry["Key"] for entry in self.s3.list_objects_v2(Bucket=RESULTS).get("Contents", ())}
        expected = {"field-notes.pdf", "valley.json"} | {f"survey/page-{n}.pdf" for n in range(1, PAGES + 1)}
        check(keys == expected, f"results are {sorted(keys)}, not {sorted(expected)}")
        size = json.loads(self.s3.get_object(Bucket=RESULTS, Key="valley.json")["Body"].read())
        check(size == {"width": 640, "height": 427}, f"the image's size came out as {size}")
        check(self.s3.get_object(Bucket=RESULTS, Key="field-notes.pdf")["Body"].read(4) == b"%PDF", "no PDF was made")
        item = self.dynamodb.get_item(TableName=TABLE, Key={"name": {"S": "incoming/survey.pdf"}})["Item"]
        check(item["pages"] == {"N": str(PAGES)}, f"the item of the PDF is {item}")
        check(self.dynamodb.scan(TableName=TABLE, Select="COUNT")["Count"] == 3, "not every file has its item")

    def check_notices(self):
        queued = self.drain(self.notice_url)
        subjects = sorted(json.loads(message["Body"])["Subject"] for message in queued)
        expected = sorted(f"Processed {key}" for key in self.originals)
        check(subjects == expected, f"the notices in the queue are {subjects}")
        hooked = sorted(message["Subject"] for message in Receiver.received)
        check(hooked == expected, f"the HTTP receiver got {hooked}")
        with self.timeline.step("outbox", "read e-mail", "archivist@example.com"):
            mail = self.server.admin("GET", "/_cumulite/outbox?channel=email")["messages"]
        mailed = sorted(message["subject"] for message in mail if message["subject"] in expected)
        check(mailed == expected, f"the e-mails are {mailed}")

    def drain(self, url):
        messages = []
        while batch := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            messages += batch
        return messages

    # --- a file that cannot be processed ------------------------------------------------------------------
    def poison(self):
        self.s3.put_object(Bucket=UPLOADS, Key="incoming/poison.bin", Body=b"\0not a document")
        for _ in range(MAX_RECEIVES + 1):
            self.settle()
            with self.timeline.step("clock", f"advance {VISIBILITY_SECONDS + 1}s", ""):
                self.server.command("clock", "advance", f"{VISIBILITY_SECONDS + 1}s")
        self.settle()
        dead = self.drain(self.dead_url)
        check(len(dead) == 1 and "poison.bin" in dead[0]["Body"], f"the dead-letter queue holds {dead}")
        check(not self.drain(self.work_url), "the poisoned message is still in the work queue")

    # --- archive and restore --------------------------------------------------------------------------------
    def archive(self):
        archives = {}
        for key, body in self.originals.items():
            archives[key] = self.glacier.upload_archive(vaultName=VAULT, archiveDescription=key, body=body)["archiveId"]
            self.s3.delete_object(Bucket=UPLOADS, Key=key)
        jobs = {key: self.glacier.initiate_job(vaultName=VAULT, jobParameters={
            "Type": "archive-retrieval", "ArchiveId": archive, "Tier": "Standard", "SNSTopic": self.topic})["jobId"]
            for key, archive in archives.items()}
        for job in jobs.values():
            check(not self.glacier.describe_job(vaultName=VAULT, jobId=job)["Completed"], "a Standard job takes hours")
        with self.timeline.step("clock", "advance 5h", ""):
            self.server.command("clock", "advance", "5h")
        self.settle()
        done = {json.loads(json.loads(message["Body"])["Message"])["JobId"] for message in self.drain(self.notice_url)}
        check(done == set(jobs.values()), "not every job announced its completion")
        for key, job in jobs.items():
            body = self.glacier.get_job_output(vaultName=VAULT, jobId=job)["body"].read()
            check(body == self.originals[key], f"{key} came back changed")
            self.s3.put_object(Bucket=UPLOADS, Key=f"restored/{key}", Body=body)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--daemon", default="build/release/cumulite", help="the cumulite program")
    options = arguments.parse_args()
    start = time.perf_counter()
    with daemons.running(os.path.abspath(options.daemon)) as server, tempfile.TemporaryDirectory() as folder:
        timeline = Timeline()
        timeline.add("daemon", "ready", server.endpoint, (time.perf_counter() - start) * 1000)
        pipeline = Pipeline(server, timeline, folder)
        pipeline.build()
        pipeline.upload(make_files(folder))
        pipeline.settle()
        pipeline.check_results()
        pipeline.check_notices()
        pipeline.poison()
        pipeline.archive()
    print(f"All of it happened: {timeline.count} steps in {time.perf_counter() - start:.1f} s.")


if __name__ == "__main__":
    main()
