#!/usr/bin/env python3
"""Measures operations, start-up and memory of the release build, each as a share of `nginx return 200`.

nginx is measured right before and after every row, by the same client on the same cores, because shared machines
drift: trust the ratios. The daemon verifies real Signature V4 (--auth=enforce) and writes its log
without fsync. Prints a table and writes build/bench.json.
"""

import argparse
import contextlib
import json

import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[1]
# Scenario: share of nginx that the design asks for, or a floor in MB/s for large bodies.
ROWS = {
    "send_message": ("SendMessage", 0.45), "receive_delete": ("Receive+Delete pairs", 0.20),
    "put_item": ("PutItem 1 KB", 0.33), "get_item": ("GetItem 1 KB", 0.60),
    "query_100": ("Query of 100 items", 0.06), "s3_put_1k": ("S3 PUT 1 KiB", 0.30),
    "s3_get_1k": ("S3 GET 1 KiB", 0.55), "s3_list_1000": ("S3 list 1,000 keys", None),
}
BULK = {"s3_put_64m": ("S3 PUT 64 MiB", 350), "s3_get_64m": ("S3 GET 64 MiB", 1500)}
BULK_BYTES = 64 << 20
READY_MS, IDLE_MIB, STREAMING_MIB = 30, 20, 60

NGINX = """
worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 1000000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "{body}"; }} }} }}
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
def nginx(folder):
    port = free_port()
    path = pathlib.Path(folder) / "nginx.conf"
    path.write_text(NGINX.format(folder=folder, port=port, body="x" * 100), encoding="utf-8")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([program, "-c", str(path), "-g", "daemon off;"])
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


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
    process = subprocess.Popen([program, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def memory_mib(process, field="VmRSS"):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(rf"{field}:\s+(\d+)", status).group(1)) / 1024


def load(port, scenario, seconds, connections=16):
    run = subprocess.run([ROOT / "build/release/cumulite_load", "--port", str(port), "--scenario", scenario,
                          "--seconds", str(seconds), "--connections", str(connections)],
                         capture_output=True, text=True, check=False)
    if not run.stdout:
        raise SystemExit(f"{scenario}: {run.stderr}")
    return json.loads(run.stdout)


class Bench:
    def __init__(self, options, nginx_port):
        self.options, self.nginx_port, self.rows = options, nginx_port, []

    def baseline(self):
        return load(self.nginx_port, "plain", self.options.seconds / 2)["per_second"]

    def ratio_row(self, port, moto_port, scenario):
        title, target = ROWS[scenario]
        before = self.baseline()
        result = load(port, scenario, self.options.seconds)
        base = statistics.mean((before, self.baseline()))
        row = {"row": title, "per_second": result["per_second"], "p50_us": result["p50_us"], "p99_us": result["p99_us"],
               "nginx_per_second": base, "share": result["per_second"] / base, "target": target, "errors": result["errors"]}
        if moto_port and scenario != "receive_delete":
            row["moto_per_second"] = load(moto_port, scenario, 1)["per_second"]
        self.add(row)

    def bulk_row(self, port, scenario):
        title, target = BULK[scenario]
        result = load(port, scenario, self.options.seconds, connections=1)
        speed = result["per_second"] * BULK_BYTES / 1e6
        self.add({"row": title, "megabytes_per_second": speed, "target_mb_s": target, "errors": result["errors"]})

    def value_row(self, title, value, unit, target):
        self.add({"row": title, "value": value, "unit": unit, "at_most": target})

    def add(self, row):
        self.rows.append(row)
        if "share" in row:
            target = f"{row['target']:.2f}" if row["target"] else "-"
            figures = f"{row['per_second']:>10,.0f}/s {row['share']:>6.2f} {target:>7} {row['p50_us']:>8.0f} {row['p99_us']:>8.0f}"
            if "moto_per_second" in row:
                figures += f" {row['moto_per_second']:>8,.0f}/s"
        elif "value" in row:
            figures = f"{row['value']:>9.1f} {row['unit']:<4} {'at most':>12} {row['at_most']}"
        else:
            figures = f"{row['megabytes_per_second']:>8,.0f} MB/s {'':>5} {row['target_mb_s']:>7,}"
        print(f"{row['row']:<26} {figures}{'   ERRORS: %d' % row['errors'] if row.get('errors') else ''}", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=float, default=3, help="for each row (default 3)")
    arguments.add_argument("--only", help="comma-separated scenarios")
    arguments.add_argument("--output", default=str(ROOT / "build/bench.json"))
    options = arguments.parse_args()
    chosen = options.only.split(",") if options.only else [*ROWS, *BULK]
    binary = str(ROOT / "build/release/cumulite")
    with tempfile.TemporaryDirectory() as folder, nginx(folder) as nginx_port, moto() as moto_port:
        bench = Bench(options, nginx_port)
        print(f"{'row':<26} {'rate':>12} {'share':>6} {'target':>7} {'p50 us':>8} {'p99 us':>8} {'moto':>10}")
        starts = []
        for number in range(5):
            with cumulite(binary, f"{folder}/start{number}") as (_, process, ready_ms):
                starts.append(ready_ms)
                idle = memory_mib(process)
        bench.value_row("ready", min(starts), "ms", READY_MS)
        bench.value_row("memory idle", idle, "MiB", IDLE_MIB)
        for scenario in chosen:
            with cumulite(binary, f"{folder}/{scenario}", "--auth", "enforce") as (port, process, _):
                if scenario in BULK:
                    bench.bulk_row(port, scenario)
                    bench.value_row("  memory while streaming", memory_mib(process, "VmHWM"), "MiB", STREAMING_MIB)
                else:
                    bench.ratio_row(port, moto_port, scenario)
    pathlib.Path(options.output).write_text(json.dumps(bench.rows, indent=1), encoding="utf-8")
    sys.exit(1 if any(row.get("errors") for row in bench.rows) else 0)


if __name__ == "__main__":
    main()
