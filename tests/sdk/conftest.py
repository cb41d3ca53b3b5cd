"""Fixtures of the black-box tests: a daemon of one's own, or --endpoint URL of another one."""

import json
import os
import re
import signal
import subprocess
import tempfile
import urllib.request
import uuid
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
READY_TIMEOUT_S = 30
ALICE, BOB = "111111111111", "222222222222"


def pytest_addoption(parser):
    parser.addoption("--daemon", default=str(ROOT / "build" / "dev" / "cumulite"), help="the binary to test")
    parser.addoption("--endpoint", default=None, help="test a daemon (or service) that runs already")


class Daemon:
    """A daemon on a free port over temporary data. Output goes to a file, so that it never blocks."""

    def __init__(self, binary, *arguments, listen="127.0.0.1:0", env=None):
        self.log = tempfile.TemporaryFile(mode="w+")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("CUMULITE_", "AWS_", "GATEWAY_"))}
        self.process = subprocess.Popen(
            [str(binary), "--listen", listen, *arguments],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env={**clean, **(env or {})},
        )
        self.endpoint = None
        for line in self.process.stdout:
            if found := re.search(r" on (http://\S+)", line):
                self.endpoint = found.group(1)
            if line.strip() == "Ready.":
                return
        self.process.wait(READY_TIMEOUT_S)
        raise RuntimeError(f"the daemon did not start: {self.errors()}")

    def errors(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(30)
        self.process.stdout.close()
        return code


class Admin:
    """The daemon's own paths. `account` narrows a call to one account's clock and work."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    def call(self, method, path, body=None, headers=None):
        """Status and parsed answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.endpoint + path, data=data, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                text = response.read()
                return response.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            text = error.read()
            return error.code, json.loads(text) if text else None

    def post(self, path, **body):
        status, answer = self.call("POST", path, body)
        assert status == 200, (status, answer)
        return answer

    def freeze(self, account=""):
        return self.post("/_cumulite/clock", action="freeze", account=account)

    def resume(self, account=""):
        return self.post("/_cumulite/clock", action="resume", account=account)

    def reset_clock(self, account=""):
        return self.post("/_cumulite/clock", action="reset", account=account)

    def advance(self, duration, account=""):
        """Moves the clock ("5h", "90s", or milliseconds) and runs everything that falls due."""
        return self.post("/_cumulite/clock", action="advance", duration=duration, account=account)

    def now_ms(self, account=""):
        return self.call("GET", f"/_cumulite/clock?account={account}")[1]["now_ms"]

    def settle(self, account="", timeout_ms=30_000):
        """Waits until everything that calls caused is done."""
        return self.post("/_cumulite/settle", account=account, timeout_ms=timeout_ms)

    def captured(self, channel=""):
        return self.call("GET", f"/_cumulite/outbox?channel={channel}")[1]["messages"]

    def reset(self):
        return self.post("/_cumulite/reset")


def make_client(service, endpoint, access_key="test", secret_key="test", region="us-east-1", **config):
    settings = {"retries": {"max_attempts": 0}, "s3": {"addressing_style": "path"}, "read_timeout": 60, **config}
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(**settings),
    )


@pytest.fixture(scope="session")
def binary(request):
    return request.config.getoption("--daemon")


@pytest.fixture(scope="session")
def endpoint(request, binary):
    """URL of the daemon that all tests of the session share: they use unique names."""
    given = request.config.getoption("--endpoint")
    if given:
        yield given
        return
    daemon = Daemon(binary)
    yield daemon.endpoint
    daemon.stop()


@pytest.fixture(scope="module")
def enforcing(binary, tmp_path_factory):
    """Endpoint of a daemon that knows a key of each of two accounts."""
    path = tmp_path_factory.mktemp("credentials") / "credentials.json"
    path.write_text(json.dumps([{"access_key_id": f"AKIA{name}", "secret_access_key": "secret", "account_id": account}
                                for name, account in (("ALICE", ALICE), ("BOB", BOB))]), encoding="utf-8")
    daemon = Daemon(binary, "--auth", "enforce", "--credentials", str(path))
    yield daemon.endpoint
    daemon.stop()


@pytest.fixture
def admin(endpoint):
    return Admin(endpoint)


@pytest.fixture(scope="session")
def client(endpoint):
    """`client("sqs")`, made once for each service and set of options."""
    made = {}

    def get(service, **options):
        key = (service, repr(sorted(options.items())))
        if key not in made:
            made[key] = make_client(service, endpoint, **options)
        return made[key]

    return get


@pytest.fixture
def unique():
    """`unique("queue")` is a name that no other test uses, of letters, digits and hyphens."""
    return lambda prefix="test": f"{prefix}-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def account():
    """Twelve digits that no other test uses: as an access key it has a clock and rows of its own."""
    return str(uuid.uuid4().int)[:12].rjust(12, "1")


@pytest.fixture
def advance(admin, account):
    """`advance("5h")` moves the clock of `account` alone, and waits for what that caused."""

    def move(duration):
        admin.advance(duration, account)
        admin.settle(account)

    return move


@pytest.fixture
def start_daemon(binary):
    """`start_daemon("--data", path)` starts further daemons, which end with the test."""
    started = []

    def start(*arguments, **options):
        daemon = Daemon(binary, *arguments, **options)
        started.append(daemon)
        return daemon

    yield start
    for daemon in started:
        daemon.stop(signal.SIGKILL)


@pytest.fixture
def run_cli(binary):
    """Runs the binary to its end; returns the completed process."""

    def run(*arguments, env=None):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("CUMULITE_", "AWS_", "GATEWAY_"))}
        return subprocess.run(
            [binary, *arguments], capture_output=True, text=True, timeout=60, env={**clean, **(env or {})}
        )

    return run
