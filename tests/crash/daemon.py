"""A daemon on a directory that outlives it, to be killed and started again."""

import re
import subprocess
import time

START_SECONDS = 30


class Daemon:
    """Keeps one address over all its lives, so that clients need not be told."""

    def __init__(self, binary, folder, durability):
        self.binary, self.folder, self.durability = binary, folder, durability
        self.port = 0
        self.process = None

    def start(self):
        log = open(self.folder / "daemon.log", "a+", encoding="utf-8")
        offset = log.seek(0, 2)
        self.process = subprocess.Popen(
            [self.binary, "--listen", f"127.0.0.1:{self.port}", "--data", str(self.folder / "data"),
             "--durability", self.durability], stdout=log, stderr=subprocess.STDOUT)
        log.close()
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with open(self.folder / "daemon.log", encoding="utf-8") as text:
                text.seek(offset)
                output = text.read()
            address = re.search(r"https?://127\.0\.0\.1:(\d+)", output)
            if address and "Ready." in output:
                self.port = int(address.group(1))
                return
            assert self.process.poll() is None, f"the daemon did not start:\n{output}"
            time.sleep(0.005)
        raise AssertionError(f"the daemon was not ready in {START_SECONDS} s:\n{output}")

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=30) == 0, "SIGTERM is to end it cleanly"
