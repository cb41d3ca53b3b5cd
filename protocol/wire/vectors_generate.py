#!/usr/bin/env python3
"""Writes the structs and tables of the SDKs' protocol test vectors, for vectors_test.cc.

usage: vectors_generate.py MODEL_FOLDER VECTORS_FOLDER OUT_FOLDER

Each suite of a vector file is a small model with cases; each becomes a namespace of its own. One
source a file is written, and the registry that finds an operation's tables by file and suite. A
vectors folder that is not there gives an empty registry.
"""

import json
import pathlib
import re
import sys

FILES = [f"{side}/{name}" for side in ("input", "output")
         for name in ("json", "json_1_0", "json_1_0-query-compatible", "query", "rest-json",
                      "rest-xml")]


def source_name(file):
    return "vectors_" + re.sub(r"\W", "_", file)


def suite_model(suite):
    operations = {}
    for case in suite["cases"]:
        given = case["given"]
        operations[given["name"]] = {key: given[key] for key in ("name", "http", "input", "output")
                                     if key in given}
    return {"metadata": suite["metadata"], "shapes": suite["shapes"], "operations": operations}


def write_file(generator_class, suites, file, out):
    name = source_name(file)
    lines = ["#include <cstddef>", '#include "protocol/wire/vectors_registry.h"',
             '#pragma GCC diagnostic ignored "-Winvalid-offsetof"',
             '#pragma GCC diagnostic ignored "-Wmissing-field-initializers"',
             '#pragma GCC diagnostic ignored "-Wunused-variable"']
    rows = []
    for number, suite in enumerate(suites):
        namespace = f"{name}_{number}"
        model = suite_model(suite)
        generator = generator_class(model, "vectors", namespace)
        lines += [text for text in (generator.header() + generator.source()).splitlines()
                  if not text.startswith(("#pragma", '#include "api/'))]
        for operation in model["operations"]:
            path = f"cumulite::api::{namespace}"
            rows.append(f'  list.push_back({{"{file}", {number}, &{path}::kModel, '
                        f"&{path}::op::{operation}::info(), make<{path}::op::{operation}::Input>, "
                        f"make<{path}::op::{operation}::Output>}});")
    lines += ["namespace cumulite::wire {", f"void add_{name}([[maybe_unused]] std::vector<VectorOperation>& list) {{"]
    lines += rows + ["}", "}  // namespace cumulite::wire"]
    (out / f"{name}.cc").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    models, vectors, out = (pathlib.Path(argument) for argument in sys.argv[1:4])
    sys.path.insert(0, str(models))
    from generate import Generator

    out.mkdir(parents=True, exist_ok=True)
    for file in FILES:
        path = vectors / f"{file}.json"
        suites = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        write_file(Generator, suites, file, out)
    names = [source_name(file) for file in FILES]
    lines = ['#include "protocol/wire/vectors_registry.h"', "namespace cumulite::wire {"]
    lines += [f"void add_{name}(std::vector<VectorOperation>& list);" for name in names]
    lines += ["std::vector<VectorOperation> vector_operations() {",
              "  std::vector<VectorOperation> list;"]
    lines += [f"  add_{name}(list);" for name in names]
    lines += ["  return list;", "}", "}  // namespace cumulite::wire"]
    (out / "vectors_registry.cc").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
