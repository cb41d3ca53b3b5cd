"""Processing functions: event sources, retries and dead letters, S3 triggers, and what a function sees."""

import http.server
import json
import threading
import urllib.request

from event_source_support import FUNCTION_ARN, QUEUE_ARN, make_function  # noqa: F401 (a fixture)


def listen_to(admin, function, queue, **settings):
    return admin.post("/_cumulite/event-sources", function=function, event_source_arn=QUEUE_ARN + queue, **settings)


def logs(admin, function):
    return admin.call("GET", f"/_cumulite/functions/{function}/logs")[1]["invocations"]


def make_queue(client, name, **attributes):
    return client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def counts(client, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return [int(attributes[name]) for name in names]


def test_a_processed_message_is_deleted(admin, client, unique, make_function):
    queue = unique("queue")
    url = make_queue(client, queue)
    function = make_function("cat >&2")
    listen_to(admin, function, queue, batch_size=1)
    client("sqs").send_message(QueueUrl=url, MessageBody="hello", MessageAttributes={
        "colour": {"DataType": "String", "StringValue": "red"}})
    admin.settle()
    assert counts(client, url) == [0, 0]
    (invocation,) = logs(admin, function)
    assert invocation["ok"]
    record = json.loads(invocation["log"])["Records"][0]
    assert record["body"] == "hello" and record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == QUEUE_ARN + queue
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["colour"]["stringValue"] == "red"


def test_a_poisoned_message_reaches_the_dead_letter_queue(admin, client, unique, make_function, account):
    """Three receives, each ended by the visibility time-out of virtual time; then it is moved, not received."""
    queue, dead = unique("queue"), unique("dead")
    dead_url = make_queue(client, dead)
    policy = json.dumps({"deadLetterTargetArn": QUEUE_ARN + dead, "maxReceiveCount": 3})
    url = make_queue(client, queue, VisibilityTimeout="60", RedrivePolicy=policy)
    function = make_function("exit 1")
    listen_to(admin, function, queue)
    client("sqs").send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(4):
        admin.settle()
        admin.advance("61s")
    admin.settle()
    assert len(logs(admin, function)) == 3
    assert counts(client, url) == [0, 0]
    assert client("sqs").receive_message(QueueUrl=dead_url)["Messages"][0]["Body"] == "poison"


def test_partial_failures_keep_only_what_failed(admin, client, unique, make_function):
    queue = unique("queue")
    url = make_queue(client, queue)
    function = make_function("""cat >/dev/null; echo '{"batchItemFailures":[]}'""")
    listen_to(admin, function, queue, report_batch_item_failures=True)
    client("sqs").send_message(QueueUrl=url, MessageBody="good")
    admin.settle()
    assert counts(client, url) == [0, 0]
    failing = make_function("""echo '{"batchItemFailures":[{"itemIdentifier":"not-in-the-batch"}]}'""")
    other = unique("queue")
    other_url = make_queue(client, other)
    listen_to(admin, failing, other, report_batch_item_failures=True)
    client("sqs").send_message(QueueUrl=other_url, MessageBody="x")
    admin.settle()
    assert counts(client, other_url) == [0, 1], "a report that makes no sense fails the whole batch"


def test_s3_invokes_a_function_by_its_arn(admin, client, unique, make_function):
    bucket = unique("bucket")
    client("s3").create_bucket(Bucket=bucket)
    function = make_function("cat >&2")
    client("s3").put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": FUNCTION_ARN + function, "Events": ["s3:ObjectCreated:*"]}]})
    client("s3").put_object(Bucket=bucket, Key="a b.txt", Body=b"text")
    admin.settle()
    events = [json.loads(entry["log"]) for entry in logs(admin, function)]
    records = [record for event in events for record in event.get("Records", [])]
    assert [record["s3"]["object"]["key"] for record in records] == ["a+b.txt"]
    assert records[0]["eventName"] == "ObjectCreated:Put"


def test_a_function_has_endpoint_and_credentials(admin, endpoint, unique, make_function):
    function = make_function('printf "[\\"%s\\",\\"%s\\",\\"%s\\"]" "$AWS_ENDPOINT_URL" "$AWS_ACCESS_KEY_ID" "$MINE"',
                             environment={"MINE": "own"})
    answer = admin.post(f"/_cumulite/functions/{function}/invoke", some="event")
    assert answer["ok"] and answer["payload"] == [endpoint.replace("localhost", "127.0.0.1"), "test", "own"]


def test_a_function_that_hangs_is_ended_with_all_its_children(admin, make_function):
    function = make_function("sleep 60 & sleep 60", timeout_seconds=1)
    answer = admin.post(f"/_cumulite/functions/{function}/invoke")
    assert not answer["ok"] and answer["payload"]["errorType"] == "Sandbox.Timedout"
    assert "1.00 seconds" in answer["payload"]["errorMessage"]


def test_http_functions_are_posted_the_event(admin, unique):
    class Function(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps({"seen": event["n"]}).encode()
            self.send_response(200 if event["n"] else 500)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Function)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    name = unique("function")
    admin.post("/_cumulite/functions", name=name, runtime="http", url=f"http://127.0.0.1:{server.server_address[1]}/")
    assert admin.post(f"/_cumulite/functions/{name}/invoke", n=5)["payload"] == {"seen": 5}
    failed = admin.post(f"/_cumulite/functions/{name}/invoke", n=0)
    assert not failed["ok"] and failed["payload"]["errorType"] == "Runtime.HttpStatus"
    admin.call("DELETE", f"/_cumulite/functions/{name}")
    server.shutdown()


def test_bad_configuration_is_refused_by_member(admin, unique):
    for document, member in (({"name": "a b", "command": ["x"]}, "name"), ({"name": "f"}, "command"),
                             ({"name": "f", "command": ["x"], "timeout": 3}, "timeout"),
                             ({"name": "f", "runtime": "http", "url": "ftp://x"}, "url")):
        status, answer = admin.call("POST", "/_cumulite/functions", document)
        assert status == 400 and f"'{member}'" in answer["message"], answer
    status, answer = admin.call("POST", "/_cumulite/event-sources", {
        "function": unique("no-such"), "event_source_arn": QUEUE_ARN + "q"})
    assert status == 404, answer
    assert admin.call("GET", "/_cumulite/functions/no-such")[0] == 404


def test_a_functions_file_is_read_at_start_and_kept_by_reset(start_daemon, tmp_path):
    path = tmp_path / "functions.json"
    path.write_text(json.dumps({"functions": [{"name": "from-file", "command": ["true"]}]}), encoding="utf-8")
    daemon = start_daemon("--functions", str(path))

    def names():
        with urllib.request.urlopen(daemon.endpoint + "/_cumulite/functions") as answer:
            return [function["name"] for function in json.load(answer)["functions"]]

    assert names() == ["from-file"]
    urllib.request.urlopen(urllib.request.Request(daemon.endpoint + "/_cumulite/reset", method="POST")).close()
    assert names() == ["from-file"]


def test_a_bad_functions_file_ends_the_start_with_its_name(run_cli, tmp_path):
    path = tmp_path / "functions.json"
    path.write_text('{"functions": [{"name": "f"}]}', encoding="utf-8")
    ended = run_cli("--listen", "127.0.0.1:0", "--functions", str(path))
    assert ended.returncode != 0
    assert "functions.json" in ended.stderr and "command" in ended.stderr
