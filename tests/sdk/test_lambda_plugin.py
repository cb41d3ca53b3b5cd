"""Runtime plugin: shared objects behind the C ABI, each in a process of its own that may crash."""

import base64
import io
import json
import os
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from conftest import make_client
from plugin_support import build
from test_lambda_functions import ROLE, invoke

# What it does is a word in the event.
SOURCE = r"""
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cumulite_plugin.h"

static int calls, inits;
static char* copy;
uint32_t cumulite_plugin_abi(void) { return CUMULITE_PLUGIN_ABI; }
int cumulite_plugin_init(const cumulite_context* context) {
  printf("init of %s, request '%s'\n", context->function_name, context->request_id);
  ++inits;
  return 0;
}
void cumulite_plugin_shutdown(void) {
  FILE* file = fopen(getenv("GOODBYE") ? getenv("GOODBYE") : "/dev/null", "w");
  fprintf(file, "after %d", calls);
  fclose(file);
}
static int s3(const cumulite_context* context, const char* method, const char* target, const char* body, cumulite_response* response) {
  const char* headers[] = {"Content-Type", "text/x-plugin", NULL};
  cumulite_request request = {"s3", method, target, headers, {body, body ? strlen(body) : 0}};
  return context->call(context, &request, response);
}
int cumulite_plugin_handle(const cumulite_context* context, const char* event, size_t size) {
  char text[2000];
  free(copy);
  copy = strndup(event, size);
  ++calls;
  if (strstr(copy, "segfault")) *(volatile int*)0 = 1;
  if (strstr(copy, "abort")) abort();
  if (strstr(copy, "exit")) exit(7);
  if (strstr(copy, "return")) return 5;
  if (strstr(copy, "error")) { context->error(context, "My.Error", "a \"quoted\" reason"); return 0; }
  if (strstr(copy, "no json")) { context->result(context, "{", 1); return 0; }
  if (strstr(copy, "nothing")) return 0;
  if (strstr(copy, "memory")) {
    char* block = malloc(500u << 20);
    context->result(context, block ? "\"got it\"" : "\"refused\"", block ? 8 : 9);
    return 0;
  }
  if (strstr(copy, "sleep")) {
    if (fork() == 0) pause();
    char own[20]; sprintf(own, "%d", (int)getpgrp());
    context->log(context, own, strlen(own));
    pause();
  }
  if (strstr(copy, "object")) {
    const char* target = getenv("TARGET");
    cumulite_response put = {0}, got = {0}, absent = {0};
    s3(context, "PUT", target, "of a plugin", &put);
    s3(context, "GET", target, NULL, &got);
    s3(context, "GET", "/no-such-bucket-at-all/key", NULL, &absent);
    const char* type = "?";
    for (const char* const* header = got.headers; *header; header += 2)
      if (!strcasecmp(header[0], "Content-Type")) type = header[1];
    int length = sprintf(text, "[%d, %d, \"%.*s\", \"%s\", %d]", put.status, got.status, (int)got.body.size, got.body.data, type, absent.status);
    context->result(context, text, length);
    return 0;
  }
  printf("printed first\n");
  context->log(context, "logged second", 13);
  int length = sprintf(text, "{\"calls\": %d, \"inits\": %d, \"event\": %s, \"id\": \"%s\", \"arn\": \"%s\", \"version\": \"%s\", \"memory\": %u, "
    "\"mine\": \"%s\", \"deadline\": %lld, \"client\": %s}", calls, inits, copy, context->request_id, context->invoked_function_arn,
    context->function_version, context->memory_mb, getenv("MINE"), (long long)context->deadline_ms,
    *context->client_context ? context->client_context : "null");
  context->result(context, text, length);
  return 0;
}
"""


def is_sanitized(binary):
    return Path(binary).parent.name in ("asan", "tsan")


def package(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    return build(tmp_path_factory.mktemp("plugin"), SOURCE)


@pytest.fixture
def make_plugin(client, unique, library):
    """Makes functions of the plugin above, or of another archive; they are gone after the test."""
    made = []

    def make(files=None, **settings):
        name = unique("plugin")
        parameters = {"Runtime": "plugin", "Handler": "plugin.so", "Role": ROLE, "Timeout": 20,
                      "Code": {"ZipFile": package(**(files or {"plugin_so": library.read_bytes()}))}, **settings}
        client("lambda").create_function(FunctionName=name, **parameters)
        made.append(name)
        return name

    yield make
    for name in made:
        try:
            client("lambda").delete_function(FunctionName=name)
        except ClientError:
            pass


def test_a_plugin_is_told_and_tells(client, make_plugin):
    name = make_plugin(Environment={"Variables": {"MINE": "own"}}, MemorySize=256)
    answer, result = invoke(client, name, {"n": 1}, LogType="Tail", ClientContext="eyJhIjoxfQ==")
    log = base64.b64decode(answer["LogResult"]).decode()
    assert "FunctionError" not in answer, result
    deadline = result.pop("deadline")
    assert time.time() * 1000 < deadline < (time.time() + 21) * 1000
    assert result == {"calls": 1, "inits": 1, "event": {"n": 1}, "id": answer["ResponseMetadata"]["RequestId"], "version": "$LATEST",
                      "arn": f"arn:aws:lambda:us-east-1:000000000000:function:{name}", "memory": 256, "mine": "own", "client": {"a": 1}}
    lines = log.splitlines()
    assert lines[0].startswith("START RequestId: ") and lines[-1].startswith("REPORT RequestId: ")
    assert lines[1:4] == [f"init of {name}, request ''", "printed first", "logged second"]
    assert "Memory Size: 256 MB" in lines[-1] and "Init Duration: " in lines[-1]


def test_its_process_stays_warm_until_the_code_changes(client, make_plugin, library):
    name = make_plugin()
    assert [invoke(client, name, {})[1]["calls"] for _ in range(3)] == [1, 2, 3]
    client("lambda").update_function_code(FunctionName=name, ZipFile=package(plugin_so=library.read_bytes(), new_txt="x"))
    assert invoke(client, name, {})[1]["calls"] == 1


@pytest.mark.parametrize("how, message", [("segfault", "signal: segmentation fault"), ("abort", "signal: aborted"), ("exit", "exit status 7")])
def test_a_crash_is_a_failed_invocation(client, make_plugin, how, message, binary):
    """The daemon lives, and so does the function: its next event gets a new process."""
    if how == "segfault" and is_sanitized(binary):
        pytest.skip("a sanitizer makes an exit of the signal")
    name = make_plugin()
    answer, failure = invoke(client, name, how)
    assert answer["FunctionError"] == "Unhandled" and failure["errorType"] == "Runtime.ExitError"
    assert failure["errorMessage"].endswith(f"Error: Runtime exited with error: {message}")
    assert invoke(client, name, {})[1]["calls"] == 1


def test_what_fails_in_order_keeps_the_process(client, make_plugin):
    name = make_plugin()
    for word, failure in {"error": ("My.Error", 'a "quoted" reason'), "return": ("Runtime.PluginError", "The plugin returned 5"),
                          "no json": ("Runtime.InvalidResult", "The plugin's result is no JSON document")}.items():
        answer, result = invoke(client, name, word)
        assert (answer["FunctionError"], result["errorType"], result["errorMessage"]) == ("Unhandled", *failure)
    assert invoke(client, name, "nothing")[1] is None
    assert invoke(client, name, {})[1]["calls"] == 5


def test_a_cpp_exception_is_a_failed_invocation(client, make_plugin, tmp_path):
    throws = build(tmp_path, """
#include <stdexcept>
#include "cumulite_plugin.h"
uint32_t cumulite_plugin_abi(void) { return CUMULITE_PLUGIN_ABI; }
int cumulite_plugin_handle(const cumulite_context*, const char*, size_t) { throw std::runtime_error("thrown"); }
""", "plugin.so", "-xc++", "-lstdc++")
    name = make_plugin({"plugin_so": throws.read_bytes()})
    for _ in range(2):
        answer, failure = invoke(client, name, {})
        assert answer["FunctionError"] == "Unhandled" and failure == {"errorType": "Runtime.PluginException", "errorMessage": "thrown"}


def test_a_time_out_kills_the_group(client, make_plugin):
    name = make_plugin(Timeout=1)
    answer, failure = invoke(client, name, "sleep", LogType="Tail")
    assert failure["errorType"] == "Sandbox.Timedout" and failure["errorMessage"].endswith("Task timed out after 1.00 seconds")
    log = base64.b64decode(answer["LogResult"]).decode()
    group = next(int(line) for line in log.splitlines() if line.isdigit())
    with pytest.raises(ProcessLookupError):
        for _ in range(100):  # What was killed is still to be reaped by init.
            os.killpg(group, 0)
            time.sleep(0.02)
    assert invoke(client, name, "nothing")[1] is None


def test_its_memory_is_bounded(client, make_plugin, binary):
    if is_sanitized(binary):
        pytest.skip("a sanitizer's allocator needs more addresses than any limit")
    assert invoke(client, make_plugin(), "memory")[1] == "refused"
    assert invoke(client, make_plugin(MemorySize=1024), "memory")[1] == "got it"


def test_what_cannot_be_loaded_is_a_clear_error(client, make_plugin, tmp_path):
    def failure(files, handler="plugin.so"):
        answer, result = invoke(client, make_plugin(files, Handler=handler), {})
        assert answer["FunctionError"] == "Unhandled"
        return result["errorType"], result["errorMessage"]

    kind, message = failure({"plugin_so": b"x"}, "other.so")
    assert kind == "Runtime.InvalidEntrypoint" and message.endswith("There is no other.so in the package")
    kind, message = failure({"plugin_so": b"x"}, "../../../etc/passwd")
    assert kind == "Runtime.InvalidEntrypoint" and message.endswith("is no path in the package")
    kind, message = failure({"plugin_so": b"this is no ELF"})
    assert kind == "Runtime.PluginNotLoaded" and "file too short" in message or "invalid ELF header" in message
    nothing = build(tmp_path, "int x;")
    kind, message = failure({"plugin_so": nothing.read_bytes()})
    assert kind == "Runtime.PluginInvalid" and message.endswith("does not export cumulite_plugin_abi")
    old = build(tmp_path, "int cumulite_plugin_abi(void) { return 99; }")
    kind, message = failure({"plugin_so": old.read_bytes()})
    assert kind == "Runtime.PluginInvalid" and "version 99 of the plugin ABI" in message
    refuses = build(tmp_path, """
#include "cumulite_plugin.h"
uint32_t cumulite_plugin_abi(void) { return CUMULITE_PLUGIN_ABI; }
int cumulite_plugin_init(const cumulite_context* context) { context->error(context, "No.Config", "nothing to do"); return 1; }
int cumulite_plugin_handle(const cumulite_context* context, const char* event, size_t size) { return 0; }
""")
    assert failure({"plugin_so": refuses.read_bytes()}) == ("No.Config", "nothing to do")


def test_it_reaches_services_by_signed_calls(start_daemon, library, unique):
    """With --auth=enforce the daemon believes no other."""
    endpoint = start_daemon("--auth", "enforce").endpoint
    bucket = unique("bucket")
    make_client("s3", endpoint).create_bucket(Bucket=bucket)
    client = make_client("lambda", endpoint)
    client.create_function(FunctionName="f", Runtime="plugin", Handler="plugin.so", Role=ROLE, Timeout=20,
                           Code={"ZipFile": package(plugin_so=library.read_bytes())},
                           Environment={"Variables": {"TARGET": f"/{bucket}/a%20key%2B"}})
    result = json.loads(client.invoke(FunctionName="f", Payload=b'"object"')["Payload"].read())
    assert result == [200, 200, "of a plugin", "text/x-plugin", 404]
    assert make_client("s3", endpoint).get_object(Bucket=bucket, Key="a key+")["Body"].read() == b"of a plugin"


def test_it_is_shut_down_when_it_is_no_longer_needed(client, make_plugin, tmp_path):
    goodbye = tmp_path / "goodbye"
    name = make_plugin(Environment={"Variables": {"GOODBYE": str(goodbye)}})
    for _ in range(3):
        invoke(client, name, {})
    client("lambda").delete_function(FunctionName=name)
    assert goodbye.read_text() == "after 3"


def test_a_configured_plugin_is_loaded_anew_when_it_was_built_anew(admin, client, unique, tmp_path):
    name, source = unique("plugin"), """
#include "cumulite_plugin.h"
uint32_t cumulite_plugin_abi(void) { return CUMULITE_PLUGIN_ABI; }
int cumulite_plugin_handle(const cumulite_context* context, const char* event, size_t size) { context->result(context, "1", 1); return 0; }
"""
    path = build(tmp_path, source)
    made = admin.post("/_cumulite/functions", name=name, runtime="plugin", library=str(path), memory_mb=256)
    assert made["library"] == str(path) and made["memory_mb"] == 256
    assert invoke(client, name, {})[1] == 1
    build(tmp_path, source.replace('"1"', '"2"'))
    os.utime(path, (time.time() + 5, time.time() + 5))
    assert admin.post(f"/_cumulite/functions/{name}/invoke")["payload"] == 2
    shown = client("lambda").get_function_configuration(FunctionName=name)
    assert (shown["Runtime"], shown["Handler"], shown["MemorySize"]) == ("plugin", str(path), 256)
    admin.call("DELETE", f"/_cumulite/functions/{name}")
    for wrong in ({"library": "relative.so"}, {}, {"library": str(path), "memory_mb": 1}):
        status, refusal = admin.call("POST", "/_cumulite/functions", {"name": name, "runtime": "plugin", **wrong})
        assert status == 400 and refusal["code"] == "ValidationException"


def png(width, height):
    """A picture whose left half is red and whose right half is blue."""
    row = b"\0" + b"\xff\0\0" * (width // 2) + b"\0\0\xff" * (width - width // 2)

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b"")


def jpeg_size(data):
    """Width and height, from the frame header."""
    position = 2
    while data[position + 1] not in (0xC0, 0xC2):
        position += 2 + struct.unpack(">H", data[position + 2:position + 4])[0]
    return struct.unpack(">HH", data[position + 5:position + 9])[::-1]


def test_uploads_become_thumbnails(client, admin, make_plugin, unique, binary):
    """The example: upload -> S3 event -> queue -> plugin -> JPEG in another bucket; what is no picture -> dead letters."""
    plugin = Path(binary).parent / "examples" / "thumbnail.so"
    if not plugin.exists():
        pytest.fail(f"{plugin} was not built: it needs libpng and libjpeg-turbo (tests/setup)")
    s3, sqs, uploads, thumbnails = client("s3"), client("sqs"), unique("uploads"), unique("thumbnails")
    dead = sqs.create_queue(QueueName=unique("dead"))["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:000000000000:"
    queue = sqs.create_queue(QueueName=unique("queue"), Attributes={"VisibilityTimeout": "30", "RedrivePolicy": json.dumps(
        {"deadLetterTargetArn": arn + dead.rpartition("/")[2], "maxReceiveCount": 1})})["QueueUrl"]
    for bucket in (uploads, thumbnails):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=uploads, NotificationConfiguration={"QueueConfigurations": [
        {"QueueArn": arn + queue.rpartition("/")[2], "Events": ["s3:ObjectCreated:*"]}]})
    name = make_plugin({"thumbnail_so": plugin.read_bytes()}, Handler="thumbnail.so",
                       Environment={"Variables": {"THUMBNAIL_BUCKET": thumbnails, "THUMBNAIL_PIXELS": "100"}})
    mapping = client("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=arn + queue.rpartition("/")[2], BatchSize=1)
    s3.put_object(Bucket=uploads, Key="wide picture+ä.png", Body=png(640, 320))
    s3.put_object(Bucket=uploads, Key="no/picture.png", Body=b"text")
    admin.settle()
    small = s3.get_object(Bucket=thumbnails, Key="wide picture+ä.png")
    data = small["Body"].read()
    assert small["ContentType"] == "image/jpeg" and jpeg_size(data) == (100, 50)
    s3.put_object(Bucket=uploads, Key="again.jpg", Body=data)  # A JPEG that is small enough already.
    admin.settle()
    assert jpeg_size(s3.get_object(Bucket=thumbnails, Key="again.jpg")["Body"].read()) == (100, 50)
    for _ in range(2):
        admin.advance("31s")
        admin.settle()
    (letter,) = sqs.receive_message(QueueUrl=dead)["Messages"]
    assert json.loads(letter["Body"])["Records"][0]["s3"]["object"]["key"] == "no/picture.png"
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=thumbnails)["Contents"]] == ["again.jpg", "wide picture+ä.png"]
    client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])
