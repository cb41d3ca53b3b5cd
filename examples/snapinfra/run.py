#!/usr/bin/env python3
"""Snapinfra: an API and a worker in TypeScript on the AWS SDK v3: tables, queues, files by presigned links, notifications.

Starts a daemon, deploys the stack, starts the API and the worker, plays a user and his webhook, prints a timeline and
exits 0 only if all of it happened.
usage: run.py [--daemon build/release/cumulite]
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
import threading
import time
import urllib.request
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import requests

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pipeline")]

import daemon as daemons  # noqa: E402 - of examples/pipeline
import toolchain  # noqa: E402
from timeline import Timeline  # noqa: E402

REGION, USER, PROJECT = "us-east-1", "ada", "project-123"
EMAIL, PHONE = "ada@example.com", "+15550100"
VISIBILITY_SECONDS, MAX_RECEIVES, WAIT_SECONDS = 900, 3, 60


def check(condition, message):
    if not condition:
        raise SystemExit(f"FAILED: {message}")


class Webhook(BaseHTTPRequestHandler):
    """What a customer runs: confirms its subscription, keeps what it is told."""

    protocol_version = "HTTP/1.1"
    heard = []

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["x-amz-sns-message-type"] == "SubscriptionConfirmation":
            urllib.request.urlopen(message["SubscribeURL"], timeout=30).read()
        else:
            Webhook.heard.append(json.loads(message["Message"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def webhook():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/snapinfra"
    finally:
        server.shutdown()


@contextlib.contextmanager
def program(name, environment, ready):
    """A node program that runs until the end; yields what matched `ready` in its output."""
    with tempfile.TemporaryFile("w+") as log:
        started = subprocess.Popen(["node", f"dist/{name}.js", "0"], cwd=HERE, env=environment, stdout=log, stderr=log)

        def output():
            log.seek(0)
            return log.read()
        try:
            yield wait_until(f"the start of {name}", lambda: started.poll() is None and re.search(ready, output()), output)
        except BaseException:
            print(f"--- {name}:\n{output()}", file=sys.stderr)
            raise
        finally:
            started.kill()
            started.wait()


def wait_until(what, condition, details=str):
    """Until what runs outside of the daemon has done its part, which `settle` cannot know."""
    until = time.monotonic() + WAIT_SECONDS
    while not (found := condition()):
        check(time.monotonic() < until, f"{what} did not happen in {WAIT_SECONDS} s {details()}")
        time.sleep(0.02)
    return found


class Story:
    def __init__(self, server, timeline, stack, address):
        self.server, self.timeline, self.stack, self.address = server, timeline, stack, address
        self.http = requests.Session()
        self.http.headers["x-dev-user-id"] = USER
        self.s3 = boto3.client("s3", endpoint_url=server.endpoint, region_name=REGION,
                               aws_access_key_id="test", aws_secret_access_key="test")
        self.subscriptions = {}

    # --- the user ----------------------------------------------------------------------------------------
    def call(self, method, path, expected=200, **body):
        with self.timeline.step("api", f"{method} {re.sub(r'[0-9a-f-]{36}', 'ID', path)}", body.get("prompt", "")):
            answer = self.http.request(method, f"{self.address}/api/{path}", json=body or None)
        check(answer.status_code == expected, f"{method} {path} was answered {answer.status_code}: {answer.text}")
        return answer

    def job(self, kind, identity):
        return self.http.get(f"{self.address}/api/{kind}/{identity}").json()

    def wait_for(self, kind, identity, status):
        with self.timeline.step("worker", f"{kind} is {status}", ""):
            return wait_until(f"{kind} that is {status}", lambda: (job := self.job(kind, identity))["status"] == status and job,
                              lambda: self.job(kind, identity))

    def settle(self):
        with self.timeline.step("admin", "settle", "until all are told"):
            self.server.settle()

    def advance(self, duration):
        with self.timeline.step("admin", "advance", duration):
            self.server.admin("POST", "/_cumulite/clock", {"action": "advance", "duration": duration})

    # --- the story ---------------------------------------------------------------------------------------
    def subscribe(self, hook):
        wishes = {"email": {"email": EMAIL}, "sms": {"phone": PHONE, "statuses": ["failed"]},
                  "webhook": {"url": hook, "projectId": PROJECT}}
        for channel, wish in wishes.items():
            answer = self.call("POST", f"notifications/subscribe/{channel}", 201, **wish)
            self.subscriptions[channel] = answer.json()["subscription"]
        self.settle()
        mails = self.server.admin("GET", "/_cumulite/outbox?channel=email")["messages"]
        link = next(mail["body"].split()[-1] for mail in mails if "confirmation" in mail["subject"].lower())
        with self.timeline.step("sns", "confirmed by the link in the mail", EMAIL):
            check(requests.get(link).ok, f"the link {link} does not work")

    def upload_diagram(self):
        body = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
        link = self.call("POST", "uploads", name="network plan.svg", contentType="image/svg+xml").json()
        with self.timeline.step("s3", "presigned PUT", link["key"]):
            sent = requests.put(link["url"], data=body, headers={
                "Content-Type": "image/svg+xml", "Origin": "https://app.example.com"})
        check(sent.ok and sent.headers["Access-Control-Allow-Origin"] == "https://app.example.com", f"the upload: {sent.text}")
        kept = self.s3.get_object(Bucket=self.stack["bucket"], Key=link["key"])
        check(kept["Body"].read() == body and kept["ContentType"] == "image/svg+xml", f"S3 has {kept}")

    def generate_code(self):
        prompt = "Create a REST API for user management"
        asked = self.call("POST", "code-gen", 202, projectId=PROJECT, type="api", prompt=prompt).json()
        check(asked["status"] == "queued", f"it is {asked['status']}")
        done = self.wait_for("code-gen", asked["id"], "completed")
        link = self.call("GET", f"code-gen/{asked['id']}/download-url").json()["url"]
        with self.timeline.step("s3", "presigned GET", done["s3Key"]):
            archive = requests.get(link).content
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            check(prompt in files.read("src/index.ts").decode(), "the archive has other code")
        check(self.call("GET", f"code-gen/{asked['id']}/download").content == archive, "the two downloads differ")
        check([job["id"] for job in self.call("GET", "code-gen").json()] == [asked["id"]], "it is not in the list")
        others = requests.get(f"{self.address}/api/code-gen/{asked['id']}", headers={"x-dev-user-id": "eve"})
        check(others.status_code == 404, "others see it")
        return asked["id"]

    def deploy(self):
        asked = self.call("POST", "deployments", 202, projectId="another", environment="production").json()
        self.deployment = asked["id"]
        self.wait_for("deployments", self.deployment, "completed")

    def fail(self):
        """A job that fails is tried three times, told of, and given up on the fourth receive."""
        asked = self.call("POST", "code-gen", 202, projectId=PROJECT, type="schema").json()
        for attempt in range(1, MAX_RECEIVES + 1):
            with self.timeline.step("worker", "tries it", f"{attempt} of {MAX_RECEIVES}"):
                wait_until(f"try {attempt}", lambda: self.job("code-gen", asked["id"]).get("attempts") == attempt)
            if attempt == MAX_RECEIVES:
                self.wait_for("code-gen", asked["id"], "failed")
            check(self.dead() == 0, f"it was given up after try {attempt}")
            self.advance(f"{VISIBILITY_SECONDS + 1}s")
        wait_until("the dead letter", lambda: self.dead() == 1)
        check("no prompt" in self.job("code-gen", asked["id"])["error"], "the row does not say why")
        self.call("GET", "admin/queue-status")

    def dead(self):
        status = self.http.get(f"{self.address}/api/admin/queue-status").json()["dead"]
        return status["visible"] + status["inFlight"]

    def outbox(self, channel, recipient):
        messages = self.server.admin("GET", f"/_cumulite/outbox?channel={channel}")["messages"]
        told = [json.loads(message["body"]) for message in messages
                if message["recipient"] == recipient and message["body"].startswith("{")]
        self.timeline.add("outbox", f"{channel} read", f"{len(told)} to {recipient}", 0)
        return [(notice["kind"], notice["status"]) for notice in told]

    def check_notices(self):
        """Each subscriber was told what its filter lets through, and nothing else."""
        self.settle()
        done, failed = ("code-generations", "completed"), ("code-generations", "failed")
        check(sorted(self.outbox("email", EMAIL)) == [done, failed, ("deployments", "completed")], "the e-mails are others")
        check(self.outbox("sms", PHONE) == [failed], "the text messages are others")
        check(sorted((notice["projectId"], notice["status"]) for notice in Webhook.heard) == [
            (PROJECT, "completed"), (PROJECT, "failed")], f"the webhook heard {Webhook.heard}")

    def unsubscribe(self):
        self.call("DELETE", "notifications/unsubscribe", 204, subscription=self.subscriptions["email"])
        asked = self.call("POST", "code-gen", 202, projectId="another", type="api", prompt="Unheard").json()
        self.wait_for("code-gen", asked["id"], "completed")
        self.settle()
        check(len(self.outbox("email", EMAIL)) == 3, "e-mails come after unsubscribing")

    def erase(self, identity):
        self.call("DELETE", f"code-gen/{identity}", 204)
        self.call("GET", f"code-gen/{identity}", 404)
        self.call("GET", f"code-gen/{identity}/download", 404)

    def wait_a_month(self):
        """Logs expire by the table's TTL, temporary files by the bucket's rule, the dead letter by its queue's retention."""
        check(len(self.call("GET", f"deployments/{self.deployment}/logs").json()) == 4, "the deployment's logs are others")
        link = self.call("POST", "uploads", name="late.svg", contentType="image/svg+xml").json()["url"]
        self.advance("31d")
        self.settle()
        check(self.call("GET", f"deployments/{self.deployment}/logs").json() == [], "the logs did not expire")
        check(self.call("GET", f"deployments/{self.deployment}").json()["status"] == "completed", "the deployment is gone")
        late = requests.put(link, data=b"", headers={"Content-Type": "image/svg+xml"})
        check(late.status_code == 403 and "Request has expired" in late.text, f"the old link: {late.status_code} {late.text}")
        left = self.s3.list_objects_v2(Bucket=self.stack["bucket"], Prefix="temp/")
        check(left["KeyCount"] == 0 and self.dead() == 0, f"left are {left} and {self.dead()} dead letters")

    def run(self, hook):
        self.subscribe(hook)
        self.upload_diagram()
        code = self.generate_code()
        self.deploy()
        self.fail()
        self.check_notices()
        self.unsubscribe()
        self.erase(code)
        self.wait_a_month()


def call_node(name, environment):
    """Runs a node program to its end; returns the documents that it prints, one a line."""
    done = subprocess.run(["node", f"dist/{name}.js"], cwd=HERE, env=environment, capture_output=True, text=True)
    check(done.returncode == 0, f"{name}: {done.stdout}{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def run(server):
    start, timeline = time.perf_counter(), Timeline()
    environment = {**os.environ, "AWS_ENDPOINT_URL": server.endpoint, "AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": "test",
                   "AWS_SECRET_ACCESS_KEY": "test"}
    with timeline.step("deploy", "12 tables, bucket, queues, topic", ""):
        stack, = call_node("deploy", environment)
    environment["SNAPINFRA_STACK"] = json.dumps(stack)
    for found in call_node("check", environment):
        timeline.add(found["service"], found["what"], found["found"], found["ms"])
    with (webhook() as hook, program("worker", environment, "polls"),
          program("server", environment, r"serves on (\d+)") as served):
        address = f"http://127.0.0.1:{served[1]}"
        timeline.add("api", "ready, with its worker", address, 0)
        Story(server, timeline, stack, address).run(hook)
    print(f"All of it happened: {timeline.count} steps in {time.perf_counter() - start:.1f} s.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--daemon", default=str(HERE.parents[1] / "build/release/cumulite"))
    options = parser.parse_args()
    reason = toolchain.why_not()
    check(not reason, reason)
    toolchain.prepare()
    with daemons.running(options.daemon) as server:
        run(server)


if __name__ == "__main__":
    main()
