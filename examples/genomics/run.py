#!/usr/bin/env python3
"""A genomics annotation service: three days of it in seconds, against a daemon of its own.

Upload by a form, annotation by a function, a free user's results archived after five minutes, the archive
retrieved when the user subscribes (Expedited, falling back to Standard), thawed on the notification, downloaded.
Prints a timeline in the service's own time and exits 0 only if all of it happened.

usage: run.py [--daemon build/release/cumulite]
"""

import argparse
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pipeline")]

import daemon as daemons  # noqa: E402 - of examples/pipeline
from system import BUCKET, VAULT, System  # noqa: E402
from workers_check import expected_result, make_variants  # noqa: E402


def check(condition, message):
    if not condition:
        raise SystemExit(f"FAILED: {message}")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def post_form(form, name, body):
    """What a browser sends; returns the query of the page to which it is sent on."""
    boundary = uuid.uuid4().hex
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
             for field, value in form["fields"].items()]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                 f"Content-Type: text/plain\r\n\r\n".encode() + body + f"\r\n--{boundary}--\r\n".encode())
    request = urllib.request.Request(form["url"], data=b"".join(parts), headers={
        "Content-Type": f"multipart/form-data; boundary={boundary}"})
    try:
        urllib.request.build_opener(NoRedirect).open(request, timeout=30)
    except urllib.error.HTTPError as answer:
        check(answer.code == 303, f"the upload was answered {answer.code}: {answer.read()[:300]}")
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["Location"]).query))
    raise SystemExit("FAILED: the upload was not answered by a redirect")


class Story:
    def __init__(self, server):
        self.server, self.system = server, System(server)
        # Time passes by `advance` alone: on a slow machine no minute goes by while the workers are busy.
        server.admin("POST", "/_cumulite/clock", {"action": "freeze"})
        self.begun, self.begun_ms = time.monotonic(), self.now_ms()
        self.inputs, self.steps = {}, 0

    def now_ms(self):
        return self.server.admin("GET", "/_cumulite/clock")["now_ms"]

    def tell(self, text):
        passed = (self.now_ms() - self.begun_ms) // 1000
        days, hours, minutes, seconds = passed // 86400, passed // 3600 % 24, passed // 60 % 60, passed % 60
        print(f"day {days} {hours:02}:{minutes:02}:{seconds:02}  (real {time.monotonic() - self.begun:5.1f} s)  {text}")
        self.steps += 1

    def advance(self, duration):
        answer = self.server.admin("POST", "/_cumulite/clock", {
            "action": "advance", "duration": duration, "separate": True})
        self.server.settle()
        self.tell(f"... {duration} later ({answer['ran']} actions fell due)")

    def upload(self, user, name, variants):
        body = make_variants(name, variants)
        job_id, form = self.system.upload_form(user)
        found = post_form(form, name, body)
        check(found["bucket"] == BUCKET and found["etag"], f"the redirect says {found}")
        self.inputs[job_id] = body
        self.system.request_annotation(user, job_id, found["key"])
        self.tell(f"{user} uploads {name} ({len(body)} bytes) and asks for its annotation")

    def download(self, job):
        with urllib.request.urlopen(self.system.download_url(job), timeout=30) as answer:
            return answer.read()

    def check_annotated(self, user, count):
        self.server.settle()
        jobs = self.system.jobs_of(user)
        check(len(jobs) == count and all(job["job_status"] == "COMPLETED" for job in jobs), f"jobs of {user}: {jobs}")
        for job in jobs:
            check(self.download(job) == expected_result(self.inputs[job["job_id"]]), "a result is not what it should be")
        self.tell(f"{user}: {count} annotated, downloaded and checked")

    def check_archived(self, user):
        jobs = self.system.jobs_of(user)
        for job in jobs:
            check("results_file_archive_id" in job, f"{job['job_id']} has no archive")
            try:
                self.download(job)
                check(False, "an archived result can be downloaded")
            except urllib.error.HTTPError as refused:
                check(refused.code == 404, f"an archived result is answered {refused.code}")
        count = self.system.glacier.describe_vault(vaultName=VAULT)["NumberOfArchives"]
        check(count == len(jobs), f"the vault holds {count} archives")
        self.tell(f"{user}: {len(jobs)} results are in the archive, none in S3")

    def jobs_by_tier(self):
        listed = self.system.glacier.list_jobs(vaultName=VAULT)["JobList"]
        return sorted((job["Tier"], job["Completed"]) for job in listed)

    def check_needs_settings(self):
        try:
            self.system.start()
            check(False, "the web application starts without its settings")
        except self.system.secretsmanager.exceptions.ResourceNotFoundException:
            self.tell("the web application does not start without its secret")

    def read_mail(self, expected):
        """SES told each user of each result, and nobody else."""
        mails = self.server.admin("GET", "/_cumulite/outbox?channel=email")["messages"]
        check(all(mail["subject"].endswith("is ready") and "results/" in mail["body"] for mail in mails), f"mails: {mails}")
        told = Counter(mail["recipient"].removesuffix("@example.com") for mail in mails)
        check(told == expected, f"e-mails: {told}")
        self.tell(f"{len(mails)} e-mails by SES: {', '.join(f'{user} {count}' for user, count in sorted(told.items()))}")

    def run(self):
        self.check_needs_settings()
        self.system.build()
        self.system.start()
        self.system.register("ada", "free_user")
        self.system.register("grace", "premium_user")
        self.tell("the service is deployed: bucket, vault, tables, topics, queues, secret, sender, five workers")
        for name in ("chr1.vcf", "chr2.vcf", "chr7.vcf"):
            self.upload("ada", name, 400)
        self.upload("grace", "exome.vcf", 2_000)
        self.check_annotated("ada", 3)
        self.check_annotated("grace", 1)
        self.read_mail({"ada": 3, "grace": 1})
        self.advance("4m")
        check(not any("results_file_archive_id" in job for job in self.system.jobs_of("ada")), "archived too early")
        self.advance("2m")
        self.check_archived("ada")
        self.advance("2d")
        self.thaw()
        self.check_annotated("grace", 1)
        self.finish()

    def thaw(self):
        self.server.admin("POST", "/_cumulite/glacier/expedited-capacity", {"capacity": 1})
        self.system.subscribe("ada")
        self.server.settle()
        check(self.jobs_by_tier() == [("Expedited", False), ("Standard", False), ("Standard", False)],
              f"retrievals: {self.jobs_by_tier()}")
        self.tell("ada subscribes: one Expedited retrieval, two fall back to Standard for want of capacity")
        self.advance("5m")
        thawed = [job for job in self.system.jobs_of("ada") if "results_file_archive_id" not in job]
        check(len(thawed) == 1, f"{len(thawed)} results came back within five minutes")
        self.tell("the first result is back, thawed on the notification")
        self.advance("5h")
        self.check_annotated("ada", 3)
        left = self.system.glacier.describe_vault(vaultName=VAULT)["NumberOfArchives"]
        check(left == 0, f"{left} archives were not deleted")

    def finish(self):
        for queue in self.system.sqs.list_queues()["QueueUrls"]:
            counts = self.system.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
            left = sum(int(counts[name]) for name in counts if name.startswith("ApproximateNumberOfMessages"))
            check(left == 0, f"{queue} still has {left} message(s)")
        days = (self.now_ms() - self.begun_ms) / 86_400_000
        print(f"All of it happened: {days:.1f} days in {time.monotonic() - self.begun:.1f} s, {self.steps} steps.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--daemon", default=str(HERE.parents[1] / "build/release/cumulite"))
    with daemons.running(parser.parse_args().daemon) as server:
        Story(server).run()


if __name__ == "__main__":
    main()
