"""Runs a Python handler through the Lambda Runtime API, with the interface that Lambda gives to it."""

import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback

API = os.environ["AWS_LAMBDA_RUNTIME_API"]
TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
NEXT = "/2018-06-01/runtime/invocation/next"
INVOCATION = "/2018-06-01/runtime/invocation/"
INIT_ERROR = "/2018-06-01/runtime/init/error"


class Fault(Exception):
    """Why there is no handler, in Lambda's words."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = kind
        self.trace = list(trace)


class Attributes:
    """A JSON object whose members are attributes: client context and identity."""

    def __init__(self, **members):
        self.__dict__.update(members)

    def __repr__(self):
        return f"{type(self).__name__}({self.__dict__})"


class LambdaContext:
    """What a handler gets as its second argument."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.tenant_id = None
        self.identity = Attributes(cognito_identity_id=None, cognito_identity_pool_id=None)
        self.client_context = client_context(headers.get("Lambda-Runtime-Client-Context"))

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        members = ",".join(f"{k}={v}" for k, v in self.__dict__.items() if not k.startswith("_"))
        return f"LambdaContext([{members}])"


def client_context(text):
    if not text:
        return None
    members = json.loads(text)
    return Attributes(custom=members.get("custom"), env=members.get("env"),
                      client=Attributes(**(members.get("client") or {})))


class LogHandler(logging.Handler):
    """Lambda's format: level, time, request, message; to stdout, which is the function's log."""

    request_id = ""

    def emit(self, record):
        record.aws_request_id = LogHandler.request_id
        print(self.format(record), flush=True)


def prepare_logging():
    logging.Formatter.converter = time.gmtime
    handler = LogHandler()
    handler.setFormatter(logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"))
    logging.getLogger().addHandler(handler)


def find_handler(name):
    """The function that `module.function` names; the module may be a path below the task root."""
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from None
    except SyntaxError as error:
        place = f'  File "{error.filename}" Line {error.lineno}\n    {(error.text or "").strip()}'
        raise Fault("Runtime.UserCodeSyntaxError",
                    f"Syntax error in module '{module_name}': {error}", [place]) from None
    function = getattr(module, function_name, None)
    if function is None:
        raise Fault("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return function


def error_of(kind, message, trace, request_id=""):
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}


def error_of_exception(exception, request_id=""):
    """Without this file's own frames at the top."""
    frames = traceback.extract_tb(exception.__traceback__)
    while frames and frames[0].filename == __file__:
        frames.pop(0)
    return error_of(type(exception).__name__, str(exception), traceback.format_list(frames), request_id)


def indented(line):
    """Lambda logs tracebacks with spaces that no viewer of logs takes away."""
    text = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(text)) + text


def log_error(error):
    lines = [f"[ERROR] {error['errorType']}: {error['errorMessage']}", "Traceback (most recent call last):"]
    lines += [indented(line) for entry in error["stackTrace"] for line in entry.rstrip("\n").split("\n")]
    print("\n".join(lines), flush=True)


class Api:
    """One connection, kept: an event costs one answer and one request."""

    def __init__(self):
        self.connection = http.client.HTTPConnection(API)

    def next_event(self):
        self.connection.request("GET", NEXT)
        answer = self.connection.getresponse()
        return answer.headers, answer.read()

    def post(self, path, body, headers=None):
        self.connection.request("POST", path, body, {"Content-Type": "application/json", **(headers or {})})
        self.connection.getresponse().read()

    def fail(self, path, error):
        self.post(path, json.dumps(error).encode(), {"Lambda-Runtime-Function-Error-Type": error["errorType"]})


def encode_default(value):
    if type(value).__name__ == "Decimal":
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def serve(api, handler):
    while True:
        headers, body = api.next_event()
        request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        LogHandler.request_id = request_id
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        try:
            result = handler(json.loads(body), LambdaContext(headers))
            try:
                answer = json.dumps(result, default=encode_default, ensure_ascii=False).encode()
            except (TypeError, ValueError) as error:
                raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None
        except Fault as fault:
            error = error_of(fault.kind, str(fault), fault.trace, request_id)
        except Exception as exception:
            error = error_of_exception(exception, request_id)
        else:
            sys.stdout.flush()
            api.post(f"{INVOCATION}{request_id}/response", answer)
            continue
        log_error(error)
        api.fail(f"{INVOCATION}{request_id}/error", error)


def main():
    sys.path[0] = TASK_ROOT
    sys.stdout.reconfigure(line_buffering=True)
    prepare_logging()
    api = Api()
    try:
        handler = find_handler(os.environ["_HANDLER"])
    except Fault as fault:
        error = error_of(fault.kind, str(fault), fault.trace)
    except Exception as exception:
        error = error_of_exception(exception)
    else:
        serve(api, handler)
    log_error(error)
    api.fail(INIT_ERROR, error)
    sys.exit(1)


main()
