#!/usr/bin/env python3
"""Batch conversion: uploads -> queue -> function -> choice by `processor-type` -> text to PDF -> check -> delete.

Starts a daemon, converts texts by both processors, has one that is no text go to the dead-letter queue on
its fourth receive, prints a timeline and exits 0 only if all of it happened.
usage: run.py [--daemon build/release/cumulite]
"""

import argparse
import io
import json
import sys
import time
from pathlib import Path

import boto3
from botocore.config import Config
from pypdf import PdfReader

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pipeline")]

import daemon as daemons  # noqa: E402 - of examples/pipeline
from infrastructure import INPUT, MAX_RECEIVES, OUTPUT, REGION, VISIBILITY_SECONDS, build  # noqa: E402
from timeline import Timeline  # noqa: E402

TEXTS = {"reports/january 2026.txt": ("pool", 120), "notes.txt": ("task", 3)}
POISON = "no text.txt"


def check(condition, message):
    if not condition:
        raise SystemExit(f"FAILED: {message}")


def text_of(name, lines):
    return "\n".join(f"{name}, line {number}" for number in range(1, lines + 1))


class Batch:
    def __init__(self, server, timeline):
        session = boto3.Session("test", "test", region_name=REGION)
        config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
        self.server, self.timeline = server, timeline
        self.clients = {name: timeline.watch(session.client(name, endpoint_url=server.endpoint, config=config), name)
                        for name in ("s3", "sqs", "lambda")}
        self.queue, self.dead = build(self.clients)

    def upload(self, name, kind, lines):
        self.put(name, text_of(name, lines).encode(), kind)

    def put(self, name, body, kind):
        self.clients["s3"].put_object(Bucket=INPUT, Key=name, Body=body, Metadata={"processor-type": kind})

    def settle(self, why):
        with self.timeline.step("admin", "settle", why):
            self.server.settle()

    def messages_in(self, url):
        counts = self.clients["sqs"].get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return sum(int(value) for name, value in counts.items() if name.startswith("ApproximateNumberOfMessages"))

    def convert(self):
        for name, (kind, lines) in TEXTS.items():
            self.upload(name, kind, lines)
        self.settle("until both texts are converted")
        for name, (kind, lines) in TEXTS.items():
            pdf = self.clients["s3"].get_object(Bucket=OUTPUT, Key=name.replace(".txt", ".pdf"))
            check(pdf["Metadata"]["processor"] == f"{kind}-processor", f"{name} went to {pdf['Metadata']}")
            pages = PdfReader(io.BytesIO(pdf["Body"].read())).pages
            written = "\n".join(page.extract_text() for page in pages).split("\n")
            check([line.strip() for line in written if line.strip()] == text_of(name, lines).split("\n"),
                  f"the PDF of {name} says something else")
        check(self.messages_in(self.queue) == 0, "messages are left in the queue")

    def poison(self):
        self.put(POISON, b"\xff\xfe\xfd", "pool")
        for receive in range(1, MAX_RECEIVES + 1):
            self.settle(f"after receive {receive} of what is no text")
            check(self.messages_in(self.dead) == 0, f"it was given up on receive {receive}")
            with self.timeline.step("admin", "advance", f"{VISIBILITY_SECONDS} s"):
                self.server.admin("POST", "/_cumulite/clock", {"action": "advance", "duration": f"{VISIBILITY_SECONDS}s"})
        self.settle("after the fourth receive")
        check(self.messages_in(self.queue) == 0 and self.messages_in(self.dead) == 1, "it is not in the dead-letter queue")
        message = self.clients["sqs"].receive_message(QueueUrl=self.dead)["Messages"][0]
        check(json.loads(message["Body"])["Records"][0]["s3"]["object"]["key"] == POISON.replace(" ", "+"),
              "another message was given up")

    def run(self):
        start = time.perf_counter()
        self.convert()
        self.poison()
        print(f"All of it happened: {self.timeline.count} steps in {time.perf_counter() - start:.1f} s.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--daemon", default=str(HERE.parents[1] / "build/release/cumulite"))
    # The functions find boto3 and reportlab where this program does; in Lambda a layer would bring them.
    with daemons.running(parser.parse_args().daemon, "--lambda-python", sys.executable) as server:
        Batch(server, Timeline()).run()


if __name__ == "__main__":
    main()
