"""Reads of a table of millions of small items, as a share of the same reads of one of ten thousand.

Both tables are in one daemon, which is started again once they are filled, and are read in turn; requests are signed
and verified. The tables have a hundred items in each partition; keys are drawn from the whole of a table, so that
neither the daemon's cache nor a processor's holds them.
"""

import http.client
import json
import multiprocessing
import multiprocessing.connection
import os
import statistics
import sys
import time

from servers import cumulite, load, memory_mib

SMALL = 10_000
PARTITION_ITEMS, BATCH_ITEMS = 100, 25
READS = {"items_get": ("GetItem", 0.80), "items_query": ("Query of 100", 0.80)}
# Measured in turn, after a while in which the engine ends its merging of what was filled in and the system reads the
# files into memory.
ROUNDS, WARM_S = 6, 10
MEMORY_MIB, RESTART_MS = 150, 1000
PROGRESS_S = 5


class Table:
    def __init__(self, port, name):
        self.connection, self.name = http.client.HTTPConnection("127.0.0.1", port), name

    def call(self, operation, **body):
        self.connection.request("POST", "/", json.dumps(body), {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{operation}: {answer.status} {text.decode()}")
        return json.loads(text)

    def create(self):
        self.call("CreateTable", TableName=self.name, BillingMode="PAY_PER_REQUEST",
                  KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                  AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")])

    def put(self, partition):
        for start in range(0, PARTITION_ITEMS, BATCH_ITEMS):
            puts = [{"PutRequest": {"Item": {"pk": {"S": f"customer-{partition}"}, "sk": {"S": f"order-{sort:05}"},
                                             "total": {"N": str(sort * 7)}}}}
                    for sort in range(start, start + BATCH_ITEMS)]
            left = self.call("BatchWriteItem", RequestItems={self.name: puts})["UnprocessedItems"]
            if left:
                raise SystemExit(f"BatchWriteItem left items of {self.name}")


def fill_share(port, name, partitions, done):
    table = Table(port, name)
    for partition in partitions:
        table.put(partition)
        with done.get_lock():
            done.value += PARTITION_ITEMS


def fill(port, items):
    """Seconds that it took, with as many clients as there are cores and one more."""
    start, name = time.monotonic(), f"items-{items}"
    Table(port, name).create()
    clients, done = (os.cpu_count() or 1) + 1, multiprocessing.Value("q", 0)
    workers = [multiprocessing.Process(target=fill_share, daemon=True,
                                       args=(port, name, range(n, items // PARTITION_ITEMS, clients), done))
               for n in range(clients)]
    for worker in workers:
        worker.start()
    while running := [worker.sentinel for worker in workers if worker.is_alive()]:
        if not multiprocessing.connection.wait(running, PROGRESS_S):
            print(f"  filled {done.value:,} of {items:,} items", file=sys.stderr, flush=True)
    if done.value != items:
        raise SystemExit(f"filling stopped at {done.value:,} of {items:,} items")
    return time.monotonic() - start


def read_rows(bench, port, items):
    """Each read of both tables in turn."""
    for scenario, (title, target) in READS.items():
        load(port, scenario, WARM_S, items=items)
        pairs = [[load(port, scenario, bench.options.seconds, items=count, seed=number) for count in (SMALL, items)]
                 for number in range(2, 2 + ROUNDS)]
        large = sorted((pair[1] for pair in pairs), key=lambda result: result["per_second"])[ROUNDS // 2]
        share = statistics.median(pair[1]["per_second"] / pair[0]["per_second"] for pair in pairs)
        bench.add({"row": f"  {title}, of {SMALL:,}'s", "per_second": large["per_second"], "p50_us": large["p50_us"],
                   "p99_us": large["p99_us"], "share": share, "target": target,
                   "errors": sum(result["errors"] for pair in pairs for result in pair)})


def rows(bench, binary, folder, items):
    """Fills both tables and adds their rows to `bench`. A million items take some fifteen seconds and 75 MB of disk."""
    with cumulite(binary, folder) as (port, process, _):
        fill(port, SMALL)
        seconds = fill(port, items)
        bench.add({"row": f"fill a table of {items:,}", "value": items / seconds, "unit": "/s", "at_most": None})
        bench.value_row("  memory at most", memory_mib(process, "VmHWM"), "MiB", MEMORY_MIB)
    with cumulite(binary, folder, "--auth", "enforce") as (port, process, ready_ms):
        bench.value_row("  start again", ready_ms, "ms", RESTART_MS)
        read_rows(bench, port, items)
        bench.value_row("  memory of reads", memory_mib(process, "VmHWM"), "MiB", MEMORY_MIB)
