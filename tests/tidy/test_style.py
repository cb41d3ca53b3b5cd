"""The house style that a program can check: layering, sizes, banned includes and calls."""

import re

import pytest

from source import (ROOT, TOP_FOLDERS, functions, includes, sources, strip_literals, text_of, tracked,
                    unnamed_names)

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
HEAVY = re.compile(r"^(boost/|rocksdb/|openssl/|nlohmann/|pugixml|simdjson)")
# Adapters: the only headers that may show a third party to those that include them, and why.
HEAVY_HEADERS = {
    "protocol/codec/json_document.h": "what it declares would be compiled again by each file that includes the library",
}


# Folders whose parent's README says it all.
UNDESCRIBED = {"examples/pytest/tests"}


def test_top_level_has_no_other_folder():
    found = {path.split("/")[0] for path in tracked() if "/" in path}
    assert {name for name in found if not name.startswith(".")} <= TOP_FOLDERS


def test_layers_do_not_reach_up():
    """protocol and storage never include each other; nobody below includes emulator."""
    for path in sources():
        layer = path.split("/")[0]
        for name in includes(path):
            top = name.split("/")[0]
            if layer == "protocol":
                assert top not in ("storage", "emulator"), f"{path} includes {name}"
            if layer == "storage":
                assert top not in ("protocol", "emulator", "api"), f"{path} includes {name}"


def test_services_do_not_reach_into_each_other():
    """A service offers others its service.h and what its README names; keys and rows stay its own."""
    for path in sources():
        match = re.match(r"emulator/services/(\w+)/", path)
        for name in includes(path) if match else ():
            other = re.match(r"emulator/services/(\w+)/(.*)", name)
            if other and other.group(1) != match.group(1):
                assert not re.match(r"(keys|rows)", other.group(2)), f"{path} includes {name}"


def test_third_parties_stay_out_of_headers():
    for path in sources():
        if path.endswith(".h") and path not in HEAVY_HEADERS:
            heavy = [name for name in includes(path) if HEAVY.match(name)]
            own = path.startswith(("protocol/http/", "storage/kv/rocksdb/")) and path.endswith("_internal.h")
            assert not heavy or own, f"{path} includes {heavy}"


def test_beast_and_asio_stay_in_http():
    for path in sources():
        if any(name.startswith(("boost/asio", "boost/beast")) for name in includes(path)):
            assert path.startswith("protocol/http/"), path


def test_coroutines_stay_in_http():
    for path in sources():
        if "co_await" in strip_literals(text_of(path)):
            assert path.startswith("protocol/http/"), path


def test_only_the_clock_reads_time():
    """Every delay reads the one clock. HTTP keeps real time for sockets; tests and benches measure."""
    allowed = ("emulator/clock/", "protocol/http/", "bench/", "storage/")
    for path in sources():
        if path.startswith(allowed) or path.endswith(("_test.cc", "_fuzz.cc")):
            continue
        for match in re.finditer(r"system_clock::now|\btime\(nullptr\)|gettimeofday|clock_gettime", strip_literals(text_of(path))):
            raise AssertionError(f"{path} reads {match.group(0)}")


@pytest.mark.parametrize("suffix", [".cc", ".h", ".py"])
def test_no_file_is_too_long(suffix):
    long = {path: text_of(path).count("\n") for path in tracked(suffix)}
    assert not {path: lines for path, lines in long.items() if lines > FILE_LINES_MAX}


def test_no_function_is_too_long():
    long = [f"{path}:{first} has {lines} lines" for path in sources() for first, lines, _ in functions(path)
            if lines > FUNCTION_LINES_MAX]
    assert not long, "\n".join(long)


def library_of(path):
    folders = path.split("/")
    if folders[0] == "storage" or folders[:2] == ["emulator", "services"]:
        return tuple(folders[:3] if folders[0] == "emulator" else folders[:1])
    return ("core",) if folders[1] in ("clock", "core", "events") else tuple(folders[:2])


def test_unnamed_namespaces_of_a_library_share_no_name():
    # The release build compiles a library's files together (CUMULITE_UNITY); a name defined twice breaks it.
    seen, twice = {}, []
    for path in tracked(".cc"):
        kind = "test" if path.endswith("_test.cc") else "source"
        if path.endswith(("_fuzz.cc", "_bench.cc")):
            continue
        for name in unnamed_names(path):
            alias, is_alias, target = name.partition(" = ")
            first, meant = seen.setdefault((library_of(path), kind, alias), (path, target))
            if first != path and not (is_alias and meant == target):  # One alias may be said by many.
                twice.append(f"{path}: {alias} is in {first} too")
    assert not twice, "give one of them another name, or both one home:\n" + "\n".join(sorted(twice))


def test_headers_are_guarded_and_have_no_using_namespace():
    for path in sources():
        text = text_of(path)
        if path.endswith(".h"):
            assert "#pragma once" in text, path
        assert not re.search(r"^\s*using namespace", text, re.MULTILINE), path


def test_nothing_unfinished_is_left():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    for path in tracked(".cc", ".h", ".py", ".md", ".txt"):
        if not path.startswith("tests/tidy/"):
            assert not marks.search(text_of(path)), path


def test_no_path_of_a_machine():
    for path in tracked(".cc", ".h", ".py", ".md", ".json", ".txt", "run", "setup"):
        if not path.startswith("tests/tidy/"):
            assert not re.search(r"/(home|root|work)/\w", text_of(path)), path


def test_every_folder_with_sources_has_a_readme():
    folders = {path.rpartition("/")[0] for path in (*sources(), *tracked(".py")) if "/" in path} - UNDESCRIBED
    missing = sorted(folder for folder in folders if not (ROOT / folder / "README.md").is_file())
    assert not missing
