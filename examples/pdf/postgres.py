"""A Postgres of the example's own: a temporary cluster on a free port of loopback, gone at the end."""

import contextlib
import glob
import os
import shutil
import socket
import subprocess
import tempfile


def find(program):
    """In the PATH, or where Debian's package has the newest; None where there is no Postgres."""
    return shutil.which(program) or max(glob.glob(f"/usr/lib/postgresql/*/bin/{program}"), default=None)


def available():
    return all(find(program) for program in ("initdb", "pg_ctl", "postgres"))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def as_user(command):
    """Postgres refuses to run as root; Debian's package brings a user for it."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command] if os.geteuid() == 0 else command


def call(*command):
    # To files, not pipes: the server would hold a pipe open.
    with tempfile.TemporaryFile("w+") as output:
        ended = subprocess.run(as_user(command), stdout=output, stderr=subprocess.STDOUT, cwd="/")
        output.seek(0)
        if ended.returncode:
            raise SystemExit(f"FAILED: {os.path.basename(command[0])}: {output.read()}")


@contextlib.contextmanager
def running():
    """Yields the URL of a database."""
    folder = tempfile.mkdtemp(prefix="cumulite-postgres-")
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data, port = os.path.join(folder, "data"), free_port()
        call(find("initdb"), "--pgdata", data, "--username", "api", "--auth", "trust", "--no-sync", "--encoding", "UTF8")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        call(find("pg_ctl"), "start", "--wait", "--pgdata", data, "--log", os.path.join(folder, "log"), "--options", options)
        try:
            yield f"postgresql://api@127.0.0.1:{port}/postgres"
        finally:
            call(find("pg_ctl"), "stop", "--wait", "--mode", "immediate", "--pgdata", data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
