#!/usr/bin/env python3
"""PDF processing: an API takes PDFs, a queue calls a function that splits them, Celery writes records to Postgres.

Starts a daemon, a Postgres, the API and its worker, makes the stack by Terraform (by boto3 where there is none),
plays a user, takes the stack down, prints a timeline and exits 0 only if all of it happened.
"""

import argparse
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
import requests
from botocore.config import Config
from pypdf import PdfReader
from reportlab.pdfgen import canvas

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pipeline")]

import daemon as daemons  # noqa: E402 - of examples/pipeline
import postgres  # noqa: E402
from infrastructure import BUCKET, FUNCTION, Boto3, Terraform  # noqa: E402
from timeline import Timeline  # noqa: E402

REGION, TOKEN = "us-east-1", "callback-token"
FILE_MAP = [{"pages": [0, 1]}, {"pages": [2]}, {"pages": [4, 3]}]
WAIT_SECONDS = 60


def check(condition, message):
    if not condition:
        raise SystemExit(f"FAILED: {message}")


def make_pdf(pages):
    out = io.BytesIO()
    page = canvas.Canvas(out)
    for number in range(pages):
        page.drawString(72, 720, f"This is page {number}")
        page.showPage()
    page.save()
    return out.getvalue()


def page_numbers(body):
    return [int(re.search(r"This is page (\d+)", page.extract_text())[1]) for page in PdfReader(io.BytesIO(body)).pages]


def wait_until(what, condition):
    """Until what runs outside of the daemon has done its part, which `settle` cannot know."""
    until = time.monotonic() + WAIT_SECONDS
    while not (found := condition()):
        check(time.monotonic() < until, f"{what} did not happen in {WAIT_SECONDS} s")
        time.sleep(0.05)
    return found


class User:
    """Calls the API as its users do."""

    def __init__(self, server, address, timeline):
        self.server, self.address, self.timeline = server, address, timeline
        self.http = requests.Session()

    def read_documentation(self):
        with self.timeline.step("api", "GET /apidocs/", "Swagger, from the API alone"):
            page = self.http.get(f"{self.address}/apidocs/").text
        assets = re.findall(r'(?:src|href)="([^"]+)"', page)
        check(len(assets) >= 5 and not any(asset.startswith(("http", "//")) for asset in assets), f"assets: {assets}")
        for asset in assets:
            check(self.http.get(f"{self.address}/apidocs/{asset}").status_code == 200, f"the page's {asset} is missing")
        described = self.http.get(f"{self.address}/openapi.json").json()["paths"]
        check("multipart/form-data" in described["/api/files/"]["post"]["requestBody"]["content"], "no upload is described")

    def upload(self, name, body, expected=202, **metadata):
        form = {"metadata": json.dumps({"file_name": name, "folder_name": "uploads", "tags": ["example"], **metadata})}
        with self.timeline.step("api", "POST /api/files/", f"{name} ({len(body)} bytes)"):
            answer = self.http.post(f"{self.address}/api/files/", data=form, files={"file": (name, body, "application/pdf")})
        check(answer.status_code == expected, f"the upload of {name} was answered {answer.status_code}: {answer.text}")
        return answer.json()["id"] if expected == 202 else None

    def process(self, name, body, file_map):
        return self.upload(name, body, process=True, process_params={
            "split_params": {"file_map": file_map}, "prefix": "split", "suffix": "2024"})

    def record(self, identity):
        answer = self.http.get(f"{self.address}/api/records/{identity}")
        return answer.json() if answer.ok else None

    def parts(self, parent):
        return self.http.get(f"{self.address}/api/records/", params={"parent": parent}).json()

    def wait_for(self, identity, status):
        with self.timeline.step("postgres", "record written by the worker", status):
            return wait_until(f"a record that is {status}", lambda: (self.record(identity) or {}).get("status") == status)

    def download(self, identity):
        answer = self.http.get(f"{self.address}/api/files/{identity}")
        check(answer.ok and answer.history[0].status_code == 302, f"the download was answered {answer.status_code}")
        return answer.content


def split_a_file(user):
    body = make_pdf(5)
    parent = user.process("sample.pdf", body, FILE_MAP)
    with user.timeline.step("admin", "settle", "until the function has called back"):
        user.server.settle()
    user.wait_for(parent, "processed")
    parts = wait_until("a record for every part", lambda: len(found := user.parts(parent)) == len(FILE_MAP) and found)
    for number, (part, wanted) in enumerate(zip(parts, FILE_MAP), 1):
        check(part["file_name"] == f"split_sample_{number}_2024.pdf" and part["tags"] == ["example"], f"a part is {part}")
        with user.timeline.step("api", "GET /api/files/ID", part["file_name"]):
            split = user.download(part["id"])
        check(page_numbers(split) == wanted["pages"] == part["pages"], f"{part['file_name']} has {page_numbers(split)}")
    check(user.download(parent) == body, "the original came back different")
    return parent


def call_back_again(user, parent):
    """A queue may deliver twice: nothing is written twice. And whoever has no token is not heard."""
    before = user.parts(parent)
    told = {"parent": parent, "parts": [{key: part[key] for key in (
        "file_name", "folder_name", "description", "tags", "s3_key", "size", "pages")} for part in before]}
    address = f"{user.address}/api/records/"
    check(requests.post(address, json=told, headers={"X-Callback-Token": "guess"}).status_code == 401, "anyone may call back")
    with user.timeline.step("api", "POST /api/records/", "the same callback again"):
        check(requests.post(address, json=told, headers={"X-Callback-Token": TOKEN}).status_code == 202, "it was refused")
    later = user.upload("after.pdf", make_pdf(1))  # The worker takes it after what was queued before.
    user.wait_for(later, "stored")
    check(user.parts(parent) == before, "the second callback changed the records")


def send_bad_files(user):
    user.upload("no-pages.pdf", b"%PDF-1.4", expected=400, process=True)
    for name, body, file_map, why in (("broken.pdf", b"no PDF at all", [{"pages": [0]}], "no PDF"),
                                      ("short.pdf", make_pdf(2), [{"pages": [0]}, {"pages": [7]}], "no page 7")):
        record = user.process(name, body, file_map)
        user.wait_for(record, "failed")
        check(why in user.record(record)["error"] and not user.parts(record), f"{name}: {user.record(record)}")


def messages_in(sqs, queue):
    counts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return sum(int(value) for name, value in counts.items() if name.startswith("ApproximateNumber"))


def check_leftovers(clients):
    """Messages are gone, and the function's log tells of each file."""
    for queue in clients["sqs"].list_queues()["QueueUrls"]:
        wait_until(f"an empty {queue}", lambda: messages_in(clients["sqs"], queue) == 0)
    found = clients["logs"].filter_log_events(logGroupName=f"/aws/lambda/{FUNCTION}", filterPattern='"called back"')
    check(len(found["events"]) == 3, f"the log tells of {len(found['events'])} callbacks")


def check_gone(clients):
    left = (clients["s3"].list_buckets()["Buckets"] + clients["sqs"].list_queues().get("QueueUrls", [])
            + clients["secretsmanager"].list_secrets()["SecretList"] + clients["lambda"].list_functions()["Functions"]
            + clients["lambda"].list_event_source_mappings()["EventSourceMappings"] + clients["iam"].list_roles()["Roles"])
    check(not left, f"the stack left {left}")


@contextlib.contextmanager
def process(environment, *command):
    started = subprocess.Popen([sys.executable, *command], cwd=HERE / "api", env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield started
    except BaseException:
        started.terminate()
        print(started.communicate()[0], file=sys.stderr)
        raise
    finally:
        started.terminate()
        started.communicate(timeout=30)


@contextlib.contextmanager
def application(environment, port, timeline):
    """The API and its worker, as processes."""
    start = time.perf_counter()
    celery = ("-m", "celery", "-A", "tasks", "worker", "--pool=solo", "--loglevel=warning",
              "--without-gossip", "--without-mingle", "--without-heartbeat")
    with process(environment, *celery) as worker, process(environment, "serve.py", str(port)) as api:
        address = f"http://127.0.0.1:{port}"

        def ready():
            check(worker.poll() is None and api.poll() is None, "the application ended")
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(f"{address}/openapi.json").ok
        wait_until("the API's start", ready)
        timeline.add("api", "ready, with its Celery worker", address, (time.perf_counter() - start) * 1000)
        yield address


def choose_stack(by, folder, environment, clients, callback):
    if by != "boto3":
        stack = Terraform(folder, environment, *callback)
        if stack.init():
            return stack, "terraform"
        check(by == "auto", "there is no Terraform with its aws provider here")
        print("There is no Terraform with its aws provider here: the same stack is made by boto3.")
    return Boto3(clients, *callback), "boto3"


def run(server, database, by, folder):
    start, timeline = time.perf_counter(), Timeline()
    environment = {**os.environ, "AWS_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": "test", "DATABASE_URL": database,
                   "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    session = boto3.Session("test", "test", region_name=REGION)
    clients = {name: session.client(name, endpoint_url=server.endpoint, config=Config(s3={"addressing_style": "path"}))
               for name in ("s3", "sqs", "secretsmanager", "lambda", "iam", "logs")}
    port = postgres.free_port()
    stack, tool = choose_stack(by, folder, environment, clients, (f"http://127.0.0.1:{port}/api/records/", TOKEN))
    with timeline.step(tool, "create", f"{BUCKET} and the rest of the stack"):
        outputs = stack.create()
    if tool == "terraform":
        with timeline.step(tool, "plan", "nothing is to be changed"):
            stack.check_unchanged()
    environment |= {"RECORDS_QUEUE_URL": outputs["records_queue_url"], "SECRET_NAME": outputs["secret_name"]}
    with application(environment, port, timeline) as address:
        user = User(server, address, timeline)
        user.read_documentation()
        parent = split_a_file(user)
        call_back_again(user, parent)
        send_bad_files(user)
        check_leftovers(clients)
    with timeline.step(tool, "destroy", ""):
        stack.destroy()
    check_gone(clients)
    print(f"All of it happened: {timeline.count} steps in {time.perf_counter() - start:.1f} s.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--daemon", default=str(HERE.parents[1] / "build/release/cumulite"))
    parser.add_argument("--infrastructure", choices=("auto", "terraform", "boto3"), default="auto")
    options = parser.parse_args()
    check(postgres.available(), "there is no Postgres here (Debian's package postgresql)")
    # The function finds boto3 where this program does, as it finds it in Lambda.
    with (daemons.running(options.daemon, "--lambda-python", sys.executable) as server, postgres.running() as database,
          tempfile.TemporaryDirectory() as folder):
        run(server, database, options.infrastructure, folder)


if __name__ == "__main__":
    main()
