"""Starts a daemon of the example's own: a free port, a temporary directory, stopped at the end."""

import contextlib
import json
import os
import re
import subprocess
import tempfile
import time
import urllib.request

START_SECONDS = 20


class Daemon:
    def __init__(self, binary, process, endpoint):
        self.binary, self.process, self.endpoint = binary, process, endpoint

    def admin(self, method, path, document=None):
        """Calls the admin API; returns the decoded JSON answer."""
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(self.endpoint + path, data=body, method=method,
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=240) as answer:
            text = answer.read()
        return json.loads(text) if text else {}

    def settle(self, timeout_ms=180_000):
        return self.admin("POST", "/_cumulite/settle", {"timeout_ms": timeout_ms})

    def command(self, *words):
        """Runs `cumulite WORDS` against this daemon, as a user does in a shell."""
        environment = dict(os.environ, AWS_ENDPOINT_URL=self.endpoint)
        subprocess.run([self.binary, *words], env=environment, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def running(binary, *options):
    with tempfile.TemporaryDirectory(prefix="cumulite-pipeline-") as folder:
        log = open(os.path.join(folder, "daemon.log"), "w+", encoding="utf-8")
        process = subprocess.Popen([binary, "--listen", "127.0.0.1:0", "--data", os.path.join(folder, "data"),
                                    *options],
                                   stdout=log, stderr=subprocess.STDOUT)
        try:
            yield Daemon(binary, process, wait_ready(process, log))
        finally:
            process.terminate()
            process.wait(timeout=30)
            log.close()


def wait_ready(process, log):
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        log.flush()
        with open(log.name, encoding="utf-8") as text:
            output = text.read()
        address = re.search(r"https?://[\d.]+:\d+", output)
        if "Ready." in output and address:
            return address.group(0)
        if process.poll() is not None:
            raise SystemExit(f"the daemon ended at once:\n{output}")
        time.sleep(0.005)
    raise SystemExit("the daemon was not ready in time")
