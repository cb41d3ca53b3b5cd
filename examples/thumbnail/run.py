#!/usr/bin/env python3
"""Thumbnails by a plugin: uploads become messages, a C++ function makes JPEGs of them, what is no picture ends as a dead letter.

Starts a daemon, prints a timeline and exits 0 only if all of it happened.
usage: run.py [--daemon build/release/cumulite]     (the plugin lies beside it: examples/thumbnail.so)
"""

import argparse
import io
import json
import sys
import time
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config
from PIL import Image

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "pipeline")]

import daemon as daemons  # noqa: E402 - of examples/pipeline
from timeline import Timeline  # noqa: E402

REGION, ACCOUNT = "us-east-1", "000000000000"
UPLOADS, THUMBNAILS, QUEUE, DEAD, FUNCTION = "uploads", "thumbnails", "uploaded", "unreadable", "thumbnail"
SIDE = 128
PICTURES = {"wide.png": (640, 480, 128, 96), "2026/tall photo.jpeg": (300, 1200, 32, 128), "small+ünï.png": (64, 48, 64, 48)}


def check(condition, message):
    if not condition:
        raise SystemExit(f"FAILED: {message}")


def arn(service, name):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def picture(name, width, height):
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).save(out, "JPEG" if name.endswith("jpeg") else "PNG")
    return out.getvalue()


def build(s3, sqs, functions, plugin):
    for bucket in (UPLOADS, THUMBNAILS):
        s3.create_bucket(Bucket=bucket)
    sqs.create_queue(QueueName=DEAD)
    redrive = json.dumps({"deadLetterTargetArn": arn("sqs", DEAD), "maxReceiveCount": 2})
    sqs.create_queue(QueueName=QUEUE, Attributes={"VisibilityTimeout": "60", "RedrivePolicy": redrive})
    s3.put_bucket_notification_configuration(Bucket=UPLOADS, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": arn("sqs", QUEUE), "Events": ["s3:ObjectCreated:*"]}]})
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plugin, plugin.name)
    functions.create_function(
        FunctionName=FUNCTION, Runtime="plugin", Handler=plugin.name, Role=f"arn:aws:iam::{ACCOUNT}:role/{FUNCTION}", Timeout=20,
        Code={"ZipFile": package.getvalue()}, Environment={"Variables": {"THUMBNAIL_BUCKET": THUMBNAILS, "THUMBNAIL_PIXELS": str(SIDE)}})
    functions.create_event_source_mapping(FunctionName=FUNCTION, EventSourceArn=arn("sqs", QUEUE), BatchSize=1)


def run(server, plugin):
    start, timeline = time.perf_counter(), Timeline()
    session = boto3.Session("test", "test", region_name=REGION)
    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    s3, sqs, functions, logs = (timeline.watch(session.client(name, endpoint_url=server.endpoint, config=config), name)
                                for name in ("s3", "sqs", "lambda", "logs"))
    build(s3, sqs, functions, plugin)
    for name, (width, height, *_) in PICTURES.items():
        s3.put_object(Bucket=UPLOADS, Key=name, Body=picture(name, width, height))
    s3.put_object(Bucket=UPLOADS, Key="notes.png", Body=b"no picture at all")
    with timeline.step("admin", "settle", "until every upload is processed"):
        server.settle()
    for name, (*_, width, height) in PICTURES.items():
        thumbnail = s3.get_object(Bucket=THUMBNAILS, Key=name)
        made = Image.open(io.BytesIO(thumbnail["Body"].read()))
        check(thumbnail["ContentType"] == "image/jpeg" and made.format == "JPEG", f"{name} became {made.format}")
        check(made.size == (width, height), f"{name} became {made.size}, not {(width, height)}")
    for _ in range(2):
        with timeline.step("clock", "advance", "61s: the unreadable one comes again"):
            server.command("clock", "advance", "61s")
            server.settle()
    letters = sqs.receive_message(QueueUrl=f"{server.endpoint}/{ACCOUNT}/{DEAD}").get("Messages", [])
    check([json.loads(letter["Body"])["Records"][0]["s3"]["object"]["key"] for letter in letters] == ["notes.png"],
          f"{len(letters)} dead letters")
    lines = [event["message"] for event in logs.filter_log_events(logGroupName=f"/aws/lambda/{FUNCTION}")["events"]]
    check(sum(" became " in line for line in lines) == len(PICTURES), "the log does not tell of every picture")
    print(f"All of it happened: {timeline.count} steps in {time.perf_counter() - start:.1f} s.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--daemon", default=str(HERE.parents[1] / "build/release/cumulite"))
    binary = Path(parser.parse_args().daemon)
    plugin = binary.parent / "examples" / "thumbnail.so"
    check(plugin.exists(), f"{plugin} is not there: build the target `thumbnail`, which needs libpng and libjpeg-turbo")
    with daemons.running(str(binary)) as server:
        run(server, plugin)


if __name__ == "__main__":
    main()
