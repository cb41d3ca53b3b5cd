"""Other clients of S3, unmodified: aws CLI, rclone and s3cmd over trees of files, SDKs of other languages."""

import sys
from pathlib import Path

import pytest
from client_support import go_clients, install, program, run

FILES = 2_000


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """2,000 files of a few bytes in folders of 50, with names that need care."""
    folder = tmp_path_factory.mktemp("tree")
    for i in range(FILES):
        path = folder / f"folder {i // 50:02}" / f"file-{i:04}+ü&.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"content {i}", encoding="utf-8")
    return folder


def same(left, right):
    files = sorted(path.relative_to(left) for path in left.rglob("*") if path.is_file())
    found = sorted(path.relative_to(right) for path in right.rglob("*") if path.is_file())
    return files == found and all((left / f).read_bytes() == (right / f).read_bytes() for f in files)


@pytest.fixture
def aws(endpoint, tmp_path):
    def call(*words):
        return run(Path(sys.executable).parent / "aws", "--endpoint-url", endpoint, *words, HOME=str(tmp_path),
                   AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1",
                   AWS_MAX_ATTEMPTS="1")

    return call


def test_aws_cli_syncs_a_tree(aws, tree, unique, tmp_path, client):
    # sync decides by listings alone: a second run over the same tree must have nothing to do.
    bucket = unique("cli")
    aws("s3", "mb", f"s3://{bucket}")
    aws("s3", "sync", "--quiet", tree, f"s3://{bucket}/t")
    assert aws("s3", "sync", "--dryrun", tree, f"s3://{bucket}/t") == ""
    assert f"Total Objects: {FILES}" in aws("s3", "ls", "--recursive", "--summarize", f"s3://{bucket}")
    aws("s3", "cp", "--quiet", "--recursive", f"s3://{bucket}/t/folder 07", tmp_path / "back")
    assert same(tree / "folder 07", tmp_path / "back")
    aws("s3", "mv", "--quiet", "--recursive", f"s3://{bucket}/t/folder 00", f"s3://{bucket}/moved")
    aws("s3", "rm", "--quiet", "--recursive", f"s3://{bucket}/t/folder 01")
    assert f"Total Objects: {FILES - 50}" in aws("s3", "ls", "--recursive", "--summarize", f"s3://{bucket}")
    aws("s3", "website", f"s3://{bucket}", "--index-document", "index.html")
    assert client("s3").get_bucket_website(Bucket=bucket)["IndexDocument"] == {"Suffix": "index.html"}


def test_aws_cli_presigns(aws, unique, client, endpoint):
    bucket = unique("cli")
    client("s3").create_bucket(Bucket=bucket)
    client("s3").put_object(Bucket=bucket, Key="k", Body=b"shared")
    url = aws("s3", "presign", f"s3://{bucket}/k", "--expires-in", "60").strip()
    assert run(program("curl"), "-sf", url) == "shared"


def test_rclone_syncs_and_checks_a_tree(endpoint, tree, unique, tmp_path):
    # check compares sizes and MD5 sums, which are the ETags.
    environment = {"HOME": str(tmp_path), "RCLONE_CONFIG_C_TYPE": "s3", "RCLONE_CONFIG_C_PROVIDER": "Other",
                   "RCLONE_CONFIG_C_ENDPOINT": endpoint, "RCLONE_CONFIG_C_ACCESS_KEY_ID": "test",
                   "RCLONE_CONFIG_C_SECRET_ACCESS_KEY": "test", "RCLONE_CONFIG_C_REGION": "us-east-1"}
    rclone, remote = program("rclone"), f"c:{unique('rclone')}"
    run(rclone, "mkdir", remote, **environment)
    run(rclone, "sync", tree, remote, "--transfers", "8", **environment)
    run(rclone, "check", tree, remote, **environment)
    run(rclone, "sync", f"{remote}/folder 03", tmp_path / "back", **environment)
    assert same(tree / "folder 03", tmp_path / "back")
    run(rclone, "delete", f"{remote}/folder 03", **environment)
    run(rclone, "check", tree, remote, fails=True, **environment)
    run(rclone, "purge", remote, **environment)


def test_s3cmd_syncs_a_tree(endpoint, tree, unique, tmp_path):
    host = endpoint.removeprefix("http://")
    options = ["--access_key=test", "--secret_key=test", f"--host={host}", f"--host-bucket={host}", "--no-ssl",
               "--no-progress", "--config=/dev/null"]
    s3cmd, remote = program("s3cmd"), f"s3://{unique('s3cmd')}"

    def call(*words):
        return run(s3cmd, *options, *words, HOME=str(tmp_path), LC_ALL="C.UTF-8")

    call("mb", remote)
    call("sync", f"{tree}/", f"{remote}/t/")
    assert "upload" not in call("sync", "--dry-run", f"{tree}/", f"{remote}/t/")
    assert len(call("ls", "--recursive", remote).splitlines()) == FILES
    (tmp_path / "back").mkdir()
    call("sync", f"{remote}/t/", f"{tmp_path}/back/")
    assert same(tree, tmp_path / "back")
    call("setacl", "--acl-public", "--recursive", f"{remote}/t/folder 05/")
    call("rb", "--recursive", "--force", remote)


def test_sdk_for_javascript(endpoint, unique):
    node, npm = program("node"), program("npm")
    folder = install("js", npm, "install", "--no-audit", "--no-fund", "--no-package-lock", made="node_modules/@aws-sdk")
    run(node, folder / "s3.mjs", endpoint, unique("js"))


def test_sdk_for_go(endpoint, unique):
    run(go_clients() / "s3", endpoint, unique("go"))
