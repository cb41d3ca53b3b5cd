"""A function "bench" of each runtime, its event its result: what an invocation costs without the function."""

import base64
import http.client
import io
import json
import pathlib
import shutil
import subprocess
import time
import zipfile

FOLDER = pathlib.Path(__file__).parent
ROOT = FOLDER.parents[1]
ROLE = "arn:aws:iam::000000000000:role/bench"
PYTHON = "def handler(event, context):\n    return event\n"
NODE = "export const handler = async (event) => event;\n"
COLD_STARTS = 20
# Runtimes with processes that stay; the others have none between two events.
RUNTIMES = ("python3.12", "nodejs20.x", "provided.al2023", "plugin", "exec", "http")
WARM = RUNTIMES[:4]


class Api:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call(self, method, path, body=None):
        scope = "Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0"
        self.connection.request(method, path, json.dumps(body), {"Authorization": f"AWS4-HMAC-SHA256 {scope}"})
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status < 300 and not answer.headers.get("X-Amz-Function-Error"), (path, answer.status, text)
        return json.loads(text or b"{}")

    def invoke(self):
        return self.call("POST", "/2015-03-31/functions/bench/invocations", {"n": 1})


def compiled(source, output, *options):
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", *options, str(source), "-o", str(output)], check=True)
    return output.read_bytes()


def package_of(runtime, folder):
    """Handler and archive."""
    files = {
        "python3.12": lambda: ("app.handler", "app.py", PYTHON.encode()),
        "nodejs20.x": lambda: ("index.handler", "index.mjs", NODE.encode()),
        "provided.al2023": lambda: ("any", "bootstrap", compiled(FOLDER / "bootstrap.c", folder / "bootstrap")),
        "plugin": lambda: ("echo.so", "echo.so", compiled(FOLDER / "echo_plugin.c", folder / "echo.so", "-shared", "-fPIC",
                                                         f"-I{ROOT}/emulator/functions/plugin")),
    }
    handler, name, content = files[runtime]()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, content)
    return handler, base64.b64encode(buffer.getvalue()).decode()


def make_function(api, runtime, folder, json_url):
    if runtime in WARM:
        handler, archive = package_of(runtime, folder)
        api.call("POST", "/2015-03-31/functions", {
            "FunctionName": "bench", "Runtime": runtime, "Handler": handler, "Role": ROLE, "Code": {"ZipFile": archive},
            "Timeout": 30, "MemorySize": 256})
    else:
        api.call("POST", "/_cumulite/functions", {"name": "bench", "runtime": runtime, "concurrency": 16,
                                                  **({"command": ["cat"]} if runtime == "exec" else {"url": json_url})})


def cold_starts_ms(api):
    """A change of the configuration ends the warm process: the next invocation starts one."""
    times = []
    for number in range(COLD_STARTS):
        api.call("PUT", "/2015-03-31/functions/bench/configuration", {"Environment": {"Variables": {"TURN": str(number)}}})
        start = time.perf_counter()
        api.invoke()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)


def is_there(runtime):
    return runtime != "nodejs20.x" or shutil.which("node") is not None
