#!/usr/bin/env python3
"""An image service: a dashboard, S3 calling a function for each upload, metadata in DynamoDB, e-mail by SNS.

Starts a daemon and the dashboard, plays its user, prints a timeline and exits 0 only if all of it happened.
usage: run.py [--daemon build/release/cumulite]
"""

import argparse
import io
import logging
import sys
import threading
import time
from pathlib import Path

import boto3
import requests
from botocore.config import Config
from PIL import Image
from werkzeug.serving import make_server

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pipeline")]

import daemon as daemons  # noqa: E402 - of examples/pipeline
from dashboard import add_user, make_app  # noqa: E402
from infrastructure import FUNCTION, READER, REGION, build  # noqa: E402
from timeline import Timeline  # noqa: E402

IMAGES = {"holiday photo.png": (640, 480), "2026/cat+dog.png": (120, 80), "ünï.jpeg": (64, 64)}


def check(condition, message):
    if not condition:
        raise SystemExit(f"FAILED: {message}")


def picture(name, size):
    out = io.BytesIO()
    Image.effect_noise(size, 60).save(out, "JPEG" if name.endswith("jpeg") else "PNG")
    return out.getvalue()


class Visit:
    """A user's browser."""

    def __init__(self, server, address, timeline):
        self.server, self.address, self.timeline = server, address, timeline
        self.browser = requests.Session()
        self.pictures = {name: picture(name, size) for name, size in IMAGES.items()}

    def log_in(self):
        with self.timeline.step("dashboard", "log in", "ada"):
            form = {"username": "ada", "password": "wrong"}
            check(self.browser.post(f"{self.address}/login", data=form).status_code == 401, "a wrong password got in")
            check(self.browser.get(f"{self.address}/images").status_code == 401, "images are shown to anyone")
            form["password"] = "enchantress"
            check(self.browser.post(f"{self.address}/login", data=form).json() == [], "the dashboard is not empty")

    def upload(self):
        for name, body in self.pictures.items():
            kind = "image/jpeg" if name.endswith("jpeg") else "image/png"
            with self.timeline.step("dashboard", "upload", f"{name} ({len(body)} bytes)"):
                answer = self.browser.post(f"{self.address}/images", files={"image": (name, body, kind)})
                check(answer.status_code == 201, f"the upload was answered {answer.status_code}")
        with self.timeline.step("admin", "settle", "until every upload is processed"):
            self.server.settle()

    def look(self):
        with self.timeline.step("dashboard", "list", f"{len(self.pictures)} images"):
            shown = {image["image"]: image for image in self.browser.get(f"{self.address}/images").json()}
        check(set(shown) == set(self.pictures), f"the dashboard shows {sorted(shown)}")
        for name, body in self.pictures.items():
            check(shown[name]["size"] == len(body) and shown[name]["type"].startswith("image/"), f"{name}: {shown[name]}")
            with self.timeline.step("dashboard", "download by a presigned link", name):
                answer = self.browser.get(f"{self.address}/images/{requests.utils.quote(name)}")
            check(answer.content == body, f"{name} came back different")

    def read_mail(self):
        mails = self.server.admin("GET", "/_cumulite/outbox?channel=email")["messages"]
        told = [mail for mail in mails if mail["subject"] == "Image processed"]
        check(len(told) == len(self.pictures), f"{len(told)} e-mails for {len(self.pictures)} images")
        for name in self.pictures:
            check(any(name in mail["body"] for mail in told), f"no e-mail tells of {name}")
        self.timeline.add("outbox", "e-mails read", READER, 0)


def read_logs(logs, timeline):
    with timeline.step("logs", "FilterLogEvents", f"/aws/lambda/{FUNCTION}"):
        found = logs.filter_log_events(logGroupName=f"/aws/lambda/{FUNCTION}", filterPattern='"bytes of image"')["events"]
    check(len(found) == len(IMAGES), f"the function's log has {len(found)} of {len(IMAGES)} lines")


def run(server):
    start, timeline = time.perf_counter(), Timeline()
    session = boto3.Session("test", "test", region_name=REGION)
    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    clients = {name: timeline.watch(session.client(name, endpoint_url=server.endpoint, config=config), name)
               for name in ("s3", "dynamodb", "sns", "lambda", "logs")}
    dynamodb = session.resource("dynamodb", endpoint_url=server.endpoint)
    build(clients)
    add_user(dynamodb, "ada", "enchantress")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # The timeline is the log.
    dashboard = make_server("127.0.0.1", 0, make_app(clients["s3"], dynamodb), threaded=True)
    threading.Thread(target=dashboard.serve_forever, daemon=True).start()
    try:
        visit = Visit(server, f"http://127.0.0.1:{dashboard.server_port}", timeline)
        visit.log_in()
        visit.upload()
        visit.look()
        visit.read_mail()
        read_logs(clients["logs"], timeline)
    finally:
        dashboard.shutdown()
    print(f"All of it happened: {timeline.count} steps in {time.perf_counter() - start:.1f} s.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--daemon", default=str(HERE.parents[1] / "build/release/cumulite"))
    # The function finds boto3 where this program does, as it finds it in Lambda.
    with daemons.running(parser.parse_args().daemon, "--lambda-python", sys.executable) as server:
        run(server)


if __name__ == "__main__":
    main()
