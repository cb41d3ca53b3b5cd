"""What bench/run measures: nginx, moto and the daemon, each on a free port of loopback, and the client that loads them."""

import contextlib
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).parents[1]

NGINX = """
worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 1000000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "{body}"; }} location /json {{ return 200 "{{}}"; }} }} }}
"""


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise SystemExit(f"nothing listens on port {port}")


@contextlib.contextmanager
def serving(process, port):
    """From when the process listens; it is ended with the block."""
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def nginx(folder):
    port = free_port()
    path = pathlib.Path(folder) / "nginx.conf"
    path.write_text(NGINX.format(folder=folder, port=port, body="x" * 100), encoding="utf-8")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with serving(subprocess.Popen([program, "-c", str(path), "-g", "daemon off;"]), port):
        yield port


@contextlib.contextmanager
def cumulite(binary, folder, *flags):
    port = free_port()
    start = time.perf_counter()
    process = subprocess.Popen([binary, "--listen", f"127.0.0.1:{port}", "--data", folder, *flags],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        for line in process.stdout:
            if "Ready." in line:
                break
        ready_ms = (time.perf_counter() - start) * 1000
        yield port, process, ready_ms
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


@contextlib.contextmanager
def moto():
    program = ROOT / "build/venv/bin/moto_server"
    if not program.exists():
        yield None
        return
    port = free_port()
    with serving(subprocess.Popen([program, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL), port):
        yield port


def memory_mib(process, field="VmRSS"):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(rf"{field}:\s+(\d+)", status).group(1)) / 1024


def load(port, scenario, seconds, connections=16, **options):
    """The figures of one scenario; `options` are further ones of the load generator, without their dashes."""
    more = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    run = subprocess.run([ROOT / "build/release/cumulite_load", "--port", str(port), "--scenario", scenario,
                          "--seconds", str(seconds), "--connections", str(connections), *more],
                         capture_output=True, text=True, check=False)
    if not run.stdout:
        raise SystemExit(f"{scenario}: {run.stderr}")
    return json.loads(run.stdout)
