#!/usr/bin/env python3
"""Measures operations, start-up and memory of the release build, each as a share of `nginx return 200`.

nginx is measured right before and after every row, by the same client on the same cores, because shared machines
drift: trust the ratios. The daemon verifies real Signature V4 (--auth=enforce) and writes its log
without fsync. Prints a table and writes build/bench.json.
"""

import argparse
import http.client
import json
import pathlib
import queue
import socket
import statistics
import sys
import tempfile
import textwrap
import threading
import time
import urllib.request

import large_table
from functions import runtimes
from servers import ROOT, cumulite, load, memory_mib, moto, nginx

# Scenario: share of nginx that the design asks for, or a floor in MB/s for large bodies.
ROWS = {
    "send_message": ("SendMessage", 0.45), "receive_delete": ("Receive+Delete pairs", 0.20),
    "send_batch": ("SendMessageBatch of 10", None), "fifo": ("FIFO send+receive+delete", None),
    "sns_fan_out": ("SNS publish to 10 queues", None), "put_item": ("PutItem 1 KB", 0.33), "get_item": ("GetItem 1 KB", 0.60),
    "query_100": ("Query of 100 items", 0.06), "scan_1m": ("Scan of 1 MB", None),
    "update_counter": ("UpdateItem counter", None), "batch_write_25": ("BatchWriteItem of 25", None),
    "transact_write_4": ("TransactWriteItems of 4", None), "s3_put_1k": ("S3 PUT 1 KiB", 0.30),
    "s3_get_1k": ("S3 GET 1 KiB", 0.55), "s3_list_1000": ("S3 list 1,000 keys", None),
    "s3_multipart_16": ("S3 multipart of 16 x 5 MiB", None), "s3_delete_1000": ("S3 delete of 1,000 keys", None),
}
# Rows whose requests are signed for policies, or that moto takes minutes for.
NOT_OF_MOTO = ("receive_delete", "fifo", "sns_fan_out", "s3_multipart_16", "s3_delete_1000")
BULK = {"s3_put_64m": ("S3 PUT 64 MiB", 350), "s3_get_64m": ("S3 GET 64 MiB", 1500)}
BULK_BYTES = 64 << 20
FAN_OUT_QUEUES = 10
# Invocations: one client for the time of one, sixteen for how many there can be.
INVOKERS = (1, 16)
# Long polls: how many wakes are measured, and how long a poll is parked before its message is sent.
POLL_WAKES, POLL_PARKED_S, POLL_WAKE_MS = 300, 0.004, 5
READY_MS, IDLE_MIB, STREAMING_MIB = 30, 20, 60


def settle(port, timeout_s=120):
    """Seconds until everything that calls caused is done."""
    start = time.perf_counter()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/_cumulite/settle", method="POST",
                                     data=json.dumps({"timeout_ms": timeout_s * 1000}).encode())
    with urllib.request.urlopen(request, timeout=timeout_s + 10):
        return time.perf_counter() - start


class Caller:
    """SQS over one kept connection, not signed."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, operation, **body):
        self.connection.request("POST", "/", json.dumps(body), {
            "X-Amz-Target": f"AmazonSQS.{operation}", "Content-Type": "application/x-amz-json-1.0"})
        return json.loads(self.connection.getresponse().read() or b"{}")


def wake_latencies_ms(port):
    """From the sending of a message to its arrival at a parked long poll."""
    sender, receiver = Caller(port), Caller(port)
    url = sender.call("CreateQueue", QueueName="polled")["QueueUrl"]
    latencies, arrived = [], queue.SimpleQueue()

    def poll():
        for _ in range(POLL_WAKES):
            receiver.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20)
            arrived.put(time.perf_counter())

    thread = threading.Thread(target=poll)
    thread.start()
    for _ in range(POLL_WAKES):
        time.sleep(POLL_PARKED_S)
        start = time.perf_counter()
        sender.call("SendMessage", QueueUrl=url, MessageBody="m" * 200)
        latencies.append((arrived.get(timeout=30) - start) * 1000)
    thread.join()
    return sorted(latencies)


class Bench:
    def __init__(self, options, nginx_port):
        self.options, self.nginx_port, self.rows = options, nginx_port, []

    def baseline(self):
        return load(self.nginx_port, "plain", self.options.seconds / 2)["per_second"]

    def ratio_row(self, port, moto_port, scenario):
        title, target = ROWS[scenario]
        before = self.baseline()
        result = load(port, scenario, self.options.seconds)
        settling_s = settle(port) if scenario == "sns_fan_out" else 0
        base = statistics.mean((before, self.baseline()))
        row = {"row": title, "per_second": result["per_second"], "p50_us": result["p50_us"], "p99_us": result["p99_us"],
               "nginx_per_second": base, "share": result["per_second"] / base, "target": target, "errors": result["errors"]}
        if moto_port and scenario not in NOT_OF_MOTO:
            row["moto_per_second"] = load(moto_port, scenario, 1)["per_second"]
        self.add(row)
        if scenario == "sns_fan_out":
            # What was published is delivered behind the answers: the whole of it counts.
            seconds = self.options.seconds + settling_s
            delivered = result["per_second"] * self.options.seconds * FAN_OUT_QUEUES
            self.add({"row": "  deliveries, until settled", "per_second": delivered / seconds,
                      "p50_us": 0, "p99_us": 0, "share": delivered / seconds / base, "target": None})

    def poll_rows(self, port):
        latencies = wake_latencies_ms(port)
        self.value_row("long-poll wake p50", statistics.median(latencies), "ms", POLL_WAKE_MS)
        self.value_row("long-poll wake p99", latencies[int(len(latencies) * 0.99)], "ms", POLL_WAKE_MS)

    def function_rows(self, runtime, folder):
        binary = str(ROOT / "build/release/cumulite")
        with cumulite(binary, f"{folder}/{runtime}") as (port, _, _):
            api = runtimes.Api(port)
            runtimes.make_function(api, runtime, pathlib.Path(folder), f"http://127.0.0.1:{self.nginx_port}/json")
            if runtime in runtimes.WARM:
                times = runtimes.cold_starts_ms(api)
                self.value_row(f"{runtime} cold p50", statistics.median(times), "ms", None)
                self.value_row(f"{runtime} cold, slowest", times[-1], "ms", None)
            for connections in INVOKERS:
                load(port, "invoke", 0.5, connections)  # Starts the processes.
                before = self.baseline()
                result = load(port, "invoke", self.options.seconds, connections)
                base = statistics.mean((before, self.baseline()))
                self.add({"row": f"{runtime} warm, {connections} at once", "per_second": result["per_second"],
                          "p50_us": result["p50_us"], "p99_us": result["p99_us"], "nginx_per_second": base,
                          "share": result["per_second"] / base, "target": None, "errors": result["errors"]})

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
            figures = f"{row['value']:>9.1f} {row['unit']:<4} {'at most ' + str(row['at_most']) if row['at_most'] else '':>12}"
        else:
            figures = f"{row['megabytes_per_second']:>8,.0f} MB/s {'':>5} {row['target_mb_s']:>7,}"
        print(f"{row['row']:<26} {figures}{'   ERRORS: %d' % row['errors'] if row.get('errors') else ''}", flush=True)


def main():
    known = [*ROWS, *BULK, "long_poll", "functions", *runtimes.RUNTIMES, "large_table"]
    arguments = argparse.ArgumentParser("bench/run", description=__doc__, epilog=textwrap.fill("rows: " + ", ".join(known), 110),
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=3, help="for each row (default 3)")
    arguments.add_argument("--only", help="rows by name, comma-separated (default: all but large_table)")
    arguments.add_argument("--items", type=int, default=10_000_000,
                           help="of large_table, which takes minutes and runs only when named (default 10,000,000)")
    arguments.add_argument("--output", default=str(ROOT / "build/bench.json"), help="the figures as JSON (default build/bench.json)")
    options = arguments.parse_args()
    chosen = options.only.split(",") if options.only else [*ROWS, *BULK]
    if unknown := sorted(set(chosen) - set(known)):
        arguments.error(f"no row {', '.join(unknown)}: --help names them")
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
        if "long_poll" in chosen or not options.only:
            with cumulite(binary, f"{folder}/long_poll") as (port, _, _):
                bench.poll_rows(port)
        for runtime in runtimes.RUNTIMES:
            if (runtime in chosen or "functions" in chosen or not options.only) and runtimes.is_there(runtime):
                bench.function_rows(runtime, folder)
        for scenario in chosen:
            if scenario not in ROWS and scenario not in BULK:
                continue
            with cumulite(binary, f"{folder}/{scenario}", "--auth", "enforce") as (port, process, _):
                if scenario in BULK:
                    bench.bulk_row(port, scenario)
                    bench.value_row("  memory while streaming", memory_mib(process, "VmHWM"), "MiB", STREAMING_MIB)
                else:
                    bench.ratio_row(port, moto_port, scenario)
        if "large_table" in chosen:
            large_table.rows(bench, binary, f"{folder}/large_table", options.items)
    pathlib.Path(options.output).write_text(json.dumps(bench.rows, indent=1), encoding="utf-8")
    sys.exit(1 if any(row.get("errors") for row in bench.rows) else 0)


if __name__ == "__main__":
    main()
