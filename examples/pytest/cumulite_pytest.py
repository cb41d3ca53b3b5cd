"""A pytest plugin: one Cumulite for the run, and for each test an AWS account of its own on it.

The daemon starts with the first test that asks for it (with pytest-xdist: once, for all workers) and ends with
the run. A test's account has its own clock, so tests in parallel never see each other's time or data.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config

REGION = "us-east-1"
START_SECONDS = 30


class CumuliteError(Exception):
    """The daemon refused a call, or did not start."""


class NotSettled(CumuliteError):
    """The time limit passed before everything was done; `pending` says what was not."""

    def __init__(self, pending):
        self.pending = pending
        super().__init__("still pending: " + ", ".join(f"{part['count']} {part['what']}" for part in pending))


class Daemon:
    """A daemon on a free port over temporary data, or one that runs already."""

    def __init__(self, binary=None, endpoint=None):
        self.endpoint, self.process = endpoint, None
        if endpoint is None:
            self._start(binary)
        else:
            self._find()

    def _start(self, binary):
        self.log = tempfile.TemporaryFile(mode="w+")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "CUMULITE_"))}
        self.process = subprocess.Popen([binary, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=self.log,
                                        text=True, env=clean)
        for line in self.process.stdout:
            if found := re.search(r" on (http://\S+)", line):
                self.endpoint = found.group(1)
            if line.strip() == "Ready.":
                return
        self.process.wait(START_SECONDS)
        self.log.seek(0)
        raise CumuliteError(f"{binary} did not start: {self.log.read()}")

    def _find(self):
        try:
            self.call("GET", "/_cumulite/health")
        except OSError as failure:
            raise CumuliteError(f"no cumulite answers at {self.endpoint}: {failure}") from failure

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        self.process.wait(START_SECONDS)
        self.process.stdout.close()
        self.log.close()

    def call(self, method, path, body=None, ok=(200, 201, 202, 204)):
        """Status and decoded answer of one of the daemon's own paths; raises unless the status is among `ok`."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.endpoint + path, data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=630) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        document = json.loads(text) if text else None
        if status not in ok:
            raise CumuliteError(f"{method} {path} was answered {status}: {document}")
        return status, document


class Clock:
    """The account's own clock. It runs with real time until the test changes it."""

    def __init__(self, daemon, account):
        self._daemon, self._account = daemon, account

    def _post(self, **order):
        return self._daemon.call("POST", "/_cumulite/clock", {**order, "account": self._account})[1]

    @property
    def now_ms(self):
        return self._daemon.call("GET", f"/_cumulite/clock?account={self._account}")[1]["now_ms"]

    def advance(self, duration, separate=False):
        """Moves it by "5h", "90s" or milliseconds; returns how many actions ran that fell due, in their order.

        `separate` ends it in a new second of real time, so that URLs presigned before and after are told apart.
        """
        return self._post(action="advance", duration=duration, separate=separate)["ran"]

    def set(self, time):
        """To "2030-01-01T00:00:00Z" or Unix milliseconds; forward as `advance` does it."""
        return self._post(action="set", time=time)["ran"]

    def freeze(self):
        self._post(action="freeze")

    def resume(self):
        self._post(action="resume")

    def scale(self, factor):
        self._post(action="scale", factor=factor)

    def reset(self):
        self._post(action="reset")


class Snapshot:
    """States of the account, kept for the length of the test."""

    def __init__(self, daemon, account):
        self._daemon, self._account, self._names = daemon, account, []

    def save(self, name="test"):
        own = f"{self._account}-{name}"
        self._daemon.call("POST", "/_cumulite/snapshots", {"name": own, "account": self._account, "replace": True})
        if own not in self._names:
            self._names.append(own)

    def restore(self, name="test"):
        """What the account was at `save`, its clock included."""
        self._daemon.call("POST", f"/_cumulite/snapshots/{self._account}-{name}/restore")

    def delete_all(self):
        while self._names:
            self._daemon.call("DELETE", f"/_cumulite/snapshots/{self._names.pop()}", ok=(204, 404))


class Account:
    """An account of the test's own: its clients, its clock, and what it caused."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.endpoint = daemon.endpoint
        self.id = str(secrets.randbelow(9 * 10**11) + 10**11)
        self.region = REGION
        self.session = boto3.Session(self.id, "test", region_name=REGION)
        self.clock = Clock(daemon, self.id)
        self.snapshot = Snapshot(daemon, self.id)

    def client(self, service, **options):
        return self.session.client(service, endpoint_url=self.endpoint, config=self._config(), **options)

    def resource(self, service, **options):
        return self.session.resource(service, endpoint_url=self.endpoint, config=self._config(), **options)

    @staticmethod
    def _config():
        return Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})

    def name(self, prefix="test"):
        """A name that no other test has: buckets are one namespace for all accounts."""
        return f"{prefix}-{self.id}-{secrets.token_hex(3)}"

    def settle(self, timeout_s=30):
        """Waits until everything that the account's calls caused is done; NotSettled says what is left."""
        status, answer = self.daemon.call("POST", "/_cumulite/settle",
                                          {"account": self.id, "timeout_ms": int(timeout_s * 1000)}, ok=(200, 408))
        if status != 200:
            raise NotSettled(answer["pending"])

    def outbox(self, channel=""):
        """E-mail, SMS and push messages that would have left the machine, oldest first."""
        return self.daemon.call("GET", f"/_cumulite/outbox?account={self.id}&channel={channel}")[1]["messages"]

    def reset(self):
        """Drops all that the account has."""
        self.daemon.call("POST", f"/_cumulite/reset?account={self.id}")

    def close(self):
        self.snapshot.delete_all()
        self.reset()
        self.clock.reset()


class Run:
    """What a pytest process knows of the run's daemon."""

    def __init__(self, config):
        self.config, self.daemon, self.is_owner = config, None, False

    def get(self):
        if self.daemon is None:
            given = getattr(self.config, "workerinput", {}).get("cumulite_endpoint")
            given = given or self.config.getoption("--cumulite-endpoint") or os.environ.get("CUMULITE_ENDPOINT")
            self.is_owner = not given
            self.daemon = Daemon(endpoint=given) if given else Daemon(binary=self.binary())
        return self.daemon

    def binary(self):
        named = self.config.getoption("--cumulite") or os.environ.get("CUMULITE_BINARY")
        found = shutil.which(named or "cumulite")
        if not found:
            missing = f"{named} is no program" if named else "there is no cumulite in PATH"
            raise CumuliteError(f"{missing}: name it by --cumulite PATH, or one that runs by --cumulite-endpoint URL")
        return found

    def close(self):
        if self.daemon is not None and self.is_owner:
            self.daemon.stop()
        self.daemon = None


def pytest_addoption(parser):
    group = parser.getgroup("cumulite")
    group.addoption("--cumulite", default=None, help="the program (or CUMULITE_BINARY, or one in PATH)")
    group.addoption("--cumulite-endpoint", default=None, help="a daemon that runs already (or CUMULITE_ENDPOINT)")


def pytest_configure(config):
    config.cumulite_run = Run(config)


def pytest_unconfigure(config):
    if hasattr(config, "cumulite_run"):
        config.cumulite_run.close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """pytest-xdist: the controller starts the daemon before its workers."""
    try:
        node.workerinput["cumulite_endpoint"] = node.config.cumulite_run.get().endpoint
    except CumuliteError as failure:
        raise pytest.UsageError(str(failure)) from failure


@pytest.fixture(scope="session")
def cumulite_daemon(pytestconfig):
    """The run's daemon."""
    try:
        return pytestconfig.cumulite_run.get()
    except CumuliteError as failure:
        reason = str(failure)
    # The reason is of interest, the way through the plugin is not.
    pytest.fail(reason, pytrace=False)


@pytest.fixture
def aws(cumulite_daemon):
    """An account of the test's own: `aws.client("sqs")`, `aws.resource("s3")`, `aws.name("bucket")`, ..."""
    account = Account(cumulite_daemon)
    yield account
    account.close()


@pytest.fixture
def aws_environment(aws, monkeypatch):
    """Lets code under test, and the commands that it runs, find the account by the environment alone."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", aws.region)
    return aws


@pytest.fixture
def clock(aws):
    """The account's clock."""
    return aws.clock


@pytest.fixture
def settle(aws):
    """`settle()` waits for everything that the account's calls caused."""
    return aws.settle


@pytest.fixture
def snapshot(aws):
    """`snapshot.save()`, and later `snapshot.restore()`."""
    return aws.snapshot


@pytest.fixture
def outbox(aws):
    """`outbox("email")`: the messages to people."""
    return aws.outbox
