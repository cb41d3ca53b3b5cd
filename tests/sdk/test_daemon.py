"""The daemon itself: its command line, its own paths, its start and its end."""

import json
import os
import signal
import socket
import time
import urllib.request

import pytest

from conftest import Admin


def test_health_is_answered_on_every_path_that_suites_know(admin):
    # Wait scripts of existing set-ups call LocalStack's and moto's paths.
    for path in ("/_cumulite/health", "/_localstack/health", "/health"):
        status, health = admin.call("GET", path)
        assert status == 200
        assert health["status"] == "running"
        assert health["version"]
        assert "now_ms" in health["clock"]
    assert admin.call("GET", "/_localstack/info")[0] == 200
    assert admin.call("GET", "/_cumulite/nothing")[0] == 404
    assert admin.call("POST", "/_cumulite/health", {})[0] == 405


def test_admin_paths_refuse_foreign_pages(admin):
    # A page in a developer's browser, or a name rebound to 127.0.0.1, must not reset his data.
    for headers in ({"Origin": "http://evil.example.com"}, {"Host": "evil.example.com"}):
        assert admin.call("POST", "/_cumulite/reset", {}, headers)[0] == 403
        assert admin.call("GET", "/_cumulite/health", None, headers)[0] == 403
    assert admin.call("GET", "/_cumulite/health", None, {"Origin": "http://localhost:3000"})[0] == 200


def test_clock_of_an_account_can_be_frozen_and_advanced(admin, account):
    admin.freeze(account)
    before = admin.now_ms(account)
    answer = admin.advance("5h", account)
    assert answer["now_ms"] == before + 5 * 3600 * 1000
    assert answer["frozen"]
    assert admin.advance(1500, account)["now_ms"] == before + 5 * 3600 * 1000 + 1500
    assert abs(admin.now_ms() - time.time() * 1000) < 60_000, "the common clock did not move"
    admin.reset_clock(account)
    assert not admin.call("GET", f"/_cumulite/clock?account={account}")[1]["frozen"]


def test_clock_can_be_set_and_scaled(admin, account):
    assert admin.post("/_cumulite/clock", action="freeze", account=account)
    answer = admin.post("/_cumulite/clock", action="set", time="2030-01-01T00:00:00Z", account=account)
    assert answer["now"] == "2030-01-01T00:00:00Z"
    assert admin.post("/_cumulite/clock", action="scale", factor=60, account=account)["scale"] == 60
    assert admin.post("/_cumulite/clock", action="resume", account=account)["scale"] == 1


def test_clock_refuses_what_it_does_not_understand(admin):
    for body in (
        {"action": "advance"},
        {"action": "advance", "duration": "5 parsecs"},
        {"action": "advance", "duration": -1},
        {"action": "scale", "factor": 0},
        {"action": "set", "time": "tomorrow"},
        {"action": "rewind"},
        {},
    ):
        status, answer = admin.call("POST", "/_cumulite/clock", body)
        assert status == 400, body
        assert answer["message"]


def test_settle_answers_when_nothing_is_pending(admin, account):
    assert admin.settle(account) == {"settled": True, "account": account, "pending": []}


def test_reset_by_every_path(start_daemon):
    admin = Admin(start_daemon().endpoint)
    for path in ("/_cumulite/reset", "/_localstack/state/reset", "/moto-api/reset"):
        assert admin.call("POST", path, {})[0] == 200


def test_sigterm_ends_in_order_and_removes_temporary_data(start_daemon):
    daemon = start_daemon()
    directory = daemon.errors().split("data in ")[1].split(" ")[0]
    assert os.path.isdir(directory)
    assert daemon.stop(signal.SIGTERM) == 0
    assert not os.path.exists(directory)


def test_the_clock_survives_a_restart_and_a_kill(start_daemon, tmp_path):
    # Otherwise everything that was stored in advanced time would lie in the future.
    first = start_daemon("--data", str(tmp_path))
    Admin(first.endpoint).freeze()
    now_ms = Admin(first.endpoint).advance("48h")["now_ms"]
    first.stop(signal.SIGKILL)
    second = start_daemon("--data", str(tmp_path))
    assert Admin(second.endpoint).now_ms() == now_ms


def test_a_second_daemon_on_the_same_data_says_so(start_daemon, run_cli, tmp_path):
    start_daemon("--data", str(tmp_path))
    second = run_cli("--listen", "127.0.0.1:0", "--data", str(tmp_path))
    assert second.returncode == 1
    assert "in use by another cumulite" in second.stderr


def test_a_second_daemon_on_the_same_port_says_so(start_daemon, run_cli):
    port = start_daemon().endpoint.rsplit(":", 1)[1]
    second = run_cli("--listen", f"127.0.0.1:{port}")
    assert second.returncode == 1
    assert port in second.stderr


def test_wrong_usage_is_exit_code_2_with_a_reason(run_cli, tmp_path):
    file = tmp_path / "config.json"
    file.write_text('{"colour": "blue"}')
    cases = {
        ("--colour", "blue"): "--colour",
        ("--listen", "127.0.0.1:99999"): "--listen",
        ("--durability", "maybe"): "none, process or fsync",
        ("--auth", "sometimes"): "off, warn or enforce",
        ("--tls-cert", "x.pem"): "--tls-key",
        ("--config", str(file)): "colour",
        ("--config", str(tmp_path / "absent.json")): "cannot be read",
        ("clock", "advance", "soon"): "5h",
        ("clock",): "subcommand",
    }
    for arguments, reason in cases.items():
        done = run_cli(*arguments)
        assert done.returncode == 2, arguments
        assert reason in done.stderr, (arguments, done.stderr)


def test_settings_come_from_flags_then_environment_then_file(start_daemon, run_cli, tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"log-level": "nonsense-level", "auth": "off"}))
    bad = run_cli("--config", str(file), "--listen", "127.0.0.1:0")
    assert bad.returncode == 2 and "log-level" in bad.stderr
    file.write_text(json.dumps({"data": str(tmp_path / "from-file"), "log-level": "info"}))
    env = {"CUMULITE_CONFIG": str(file), "CUMULITE_DATA": str(tmp_path / "from-env")}
    daemon = start_daemon(env=env)
    assert "from-env" in daemon.errors()
    flagged = start_daemon("--data", str(tmp_path / "from-flag"), env=env)
    assert "from-flag" in flagged.errors()


def test_help_names_every_setting_three_ways(run_cli):
    text = run_cli("--help").stdout
    for name in ("listen", "data", "durability", "auth", "credentials", "tls-cert", "log-level", "seed"):
        assert f"--{name}" in text
        assert "CUMULITE_" + name.upper().replace("-", "_") in text


def test_env_prints_what_a_shell_needs(run_cli):
    lines = run_cli("env", "--endpoint", "http://127.0.0.1:4999").stdout.splitlines()
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:4999" in lines
    assert "export AWS_ACCESS_KEY_ID=test" in lines
    # A key of twelve digits is an account.
    assert "export AWS_ACCESS_KEY_ID=111122223333" in run_cli("env", "--account", "111122223333").stdout.splitlines()


def test_client_commands_talk_to_the_daemon(endpoint, run_cli, account):
    options = ("--endpoint", endpoint, "--account", account)
    assert run_cli("clock", "freeze", *options).returncode == 0
    before = json.loads(run_cli("clock", "get", *options).stdout)["now_ms"]
    after = json.loads(run_cli("clock", "advance", "1d", *options).stdout)["now_ms"]
    assert after - before == 24 * 3600 * 1000
    assert json.loads(run_cli("settle", *options).stdout)["settled"]
    nobody = run_cli("settle", "--endpoint", "http://127.0.0.1:9")
    assert nobody.returncode == 1
    assert "Connection refused (is the daemon running?" in nobody.stderr
    assert run_cli("version").stdout.startswith("cumulite ")


def test_listening_to_everybody_without_auth_is_warned_about(start_daemon):
    assert "LISTENING" in start_daemon(listen="0.0.0.0:0").errors()
    assert "LISTENING" not in start_daemon().errors()


@pytest.mark.parametrize("target, status, kind, words", [
    ("AmazonSQS.NoSuchThing", 400, "com.amazon.coral.service#UnknownOperationException", ""),
    ("AmazonSSM.CreateActivation", 501, "NotImplemented", "CreateActivation"),
])
def test_an_operation_that_is_not_there_is_refused_by_name(endpoint, target, status, kind, words):
    # Never an empty success, never another operation: one that AWS does not know, and one that is not built.
    request = urllib.request.Request(endpoint + "/", data=b"{}", headers={"X-Amz-Target": target})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == status
    assert refused.value.headers["x-amzn-RequestId"]
    answer = json.loads(refused.value.read())
    assert answer["__type"].endswith(kind) and words in answer.get("message", "")


def test_garbage_does_not_hurt(endpoint, admin):
    host, port = endpoint.removeprefix("http://").split(":")
    for garbage in (b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
        with socket.create_connection((host, int(port)), timeout=10) as peer:
            peer.sendall(garbage)
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(4096):
                pass
    assert admin.call("GET", "/_cumulite/health")[0] == 200


def test_presigned_urls_age_in_virtual_time(start_daemon, client):
    # A URL signed before the clock was advanced expires; one signed afterwards is fresh.
    from conftest import make_client

    daemon = start_daemon()
    s3 = make_client("s3", daemon.endpoint)
    admin = Admin(daemon.endpoint)

    def status_of(url):
        try:
            with urllib.request.urlopen(url) as response:
                return response.status, b""
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    old = s3.generate_presigned_url("get_object", Params={"Bucket": "none", "Key": "x"}, ExpiresIn=60)
    assert status_of(old)[0] == 404
    admin.advance("2m")
    status, body = status_of(old)
    assert status == 403 and b"Request has expired" in body
