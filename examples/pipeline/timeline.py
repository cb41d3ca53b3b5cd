"""A readable record of what happened: one line a step, as it happens."""

import sys
import time


class Timeline:
    def __init__(self, out=sys.stdout):
        self.out = out
        self.count = 0
        self.colour = out.isatty()
        print(f"{'step':>4}  {'service':<9} {'operation':<34} {'resource':<42} {'ms':>8}", file=out)

    def add(self, service, operation, resource, milliseconds):
        self.count += 1
        line = f"{self.count:>4}  {service:<9} {operation:<34} {str(resource)[:42]:<42} {milliseconds:>8.1f}"
        print(f"\033[2m{line[:6]}\033[0m{line[6:]}" if self.colour else line, file=self.out, flush=True)

    def step(self, service, operation, resource):
        return _Step(self, service, operation, resource)

    def watch(self, client, service):
        """Adds a line for every call of a boto3 client."""
        started = {}

        def before(params, model, context, **_):
            context["cumulite_start"] = time.perf_counter()
            started[model.name] = resource_of(params)

        def after(parsed, model, context, **_):
            elapsed = (time.perf_counter() - context.get("cumulite_start", time.perf_counter())) * 1000
            self.add(service, model.name, started.get(model.name, ""), elapsed)

        client.meta.events.register("before-call", before)
        client.meta.events.register("after-call", after)
        return client


def resource_of(params):
    """The last part of the path, or the name inside a JSON or form body."""
    path = params.get("url_path", "/").strip("/")
    body = params.get("body")
    if path and path != "/":
        return path
    if isinstance(body, dict):
        for name in ("TableName", "Name", "QueueName", "TopicArn", "QueueUrl"):
            if name in body:
                return str(body[name]).rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    if isinstance(body, bytes):
        import json
        try:
            return resource_of({"url_path": "/", "body": json.loads(body)})
        except ValueError:
            pass
    return ""


class _Step:
    def __init__(self, timeline, service, operation, resource):
        self.timeline, self.service, self.operation, self.resource = timeline, service, operation, resource

    def __enter__(self):
        self.start = time.perf_counter()
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.timeline.add(self.service, self.operation, self.resource, (time.perf_counter() - self.start) * 1000)
