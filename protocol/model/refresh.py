#!/usr/bin/env python3
"""Refreshes models/<service>.json from an installed botocore: facts only, no documentation text.

usage: refresh.py [SERVICE ...]     (default: every service already in models/)
"""

import gzip
import json
import pathlib
import sys

from shaped_operations import SHAPED

SHAPE_KEYS = ("type", "required", "members", "member", "key", "value", "payload", "flattened",
              "locationName", "xmlNamespace", "enum", "min", "max", "pattern", "sensitive", "box",
              "union", "event", "eventstream", "exception", "fault", "error", "timestampFormat",
              "streaming", "retryable", "jsonvalue")
MEMBER_KEYS = ("shape", "location", "locationName", "flattened", "xmlAttribute", "xmlNamespace",
               "streaming", "idempotencyToken", "timestampFormat", "jsonvalue", "eventpayload",
               "hostLabel")
OPERATION_KEYS = ("name", "http", "input", "output", "errors", "httpChecksum", "unsignedPayload",
                  "authtype")
# Values of our own in an enumeration of AWS's: what this endpoint takes beyond the service.
ADDED_VALUES = {"lambda": {"Runtime": ["plugin"]}}
# Patterns that the service itself cannot mean: this one leaves out the ARN of any bucket.
WRONG_PATTERNS = {"s3control": ("S3ResourceArn",)}


def pick(source, keys):
    return {key: source[key] for key in keys if key in source}


def referred(shape):
    refs = list(shape.get("members", {}).values())
    return [ref["shape"] for ref in refs + [shape[key] for key in ("member", "key", "value") if key in shape]]


def cut(model, shaped):
    """Leaves the shapes of these operations only; of the others what names and routes them."""
    unknown = shaped - set(model["operations"])
    if unknown:
        sys.exit(f"not in the model: {', '.join(sorted(unknown))}")
    todo = []
    for name, operation in model["operations"].items():
        if name in shaped:
            todo += [operation[side]["shape"] for side in ("input", "output") if side in operation]
            todo += operation["errors"]
        else:
            model["operations"][name] = {**pick(operation, ("name", "http")), "shapes": False}
    kept = set()
    while todo:
        shape = todo.pop()
        if shape not in kept:
            kept.add(shape)
            todo += referred(model["shapes"][shape])
    model["shapes"] = {name: shape for name, shape in model["shapes"].items() if name in kept}
    return model


def compact(model):
    shapes = {}
    for name, shape in model["shapes"].items():
        slim = pick(shape, SHAPE_KEYS)
        if "members" in slim:
            slim["members"] = {member: pick(ref, MEMBER_KEYS)
                               for member, ref in slim["members"].items()}
        for ref in ("member", "key", "value"):
            if ref in slim:
                slim[ref] = pick(slim[ref], MEMBER_KEYS)
        shapes[name] = slim
    operations = {}
    for name, operation in model["operations"].items():
        slim = pick(operation, OPERATION_KEYS)
        for ref in ("input", "output"):
            if ref in slim:
                slim[ref] = pick(slim[ref], MEMBER_KEYS)
        slim["errors"] = [error["shape"] for error in slim.get("errors", ())]
        operations[name] = slim
    return {"metadata": model["metadata"], "operations": operations, "shapes": shapes}


def write(model, path):
    """One line a shape and operation: small diffs when a model is refreshed."""
    with open(path, "w", encoding="utf-8") as out:
        out.write('{"metadata":%s,\n"operations":{\n' % json.dumps(model["metadata"]))
        for part, tail in (("operations", '\n},\n"shapes":{\n'), ("shapes", "\n}}\n")):
            out.write(",\n".join("%s:%s" % (json.dumps(name), json.dumps(value, separators=(",", ":")))
                                 for name, value in model[part].items()))
            out.write(tail)


def main():
    import botocore  # Only here: generating from the compact models needs no SDK.

    data = pathlib.Path(botocore.__file__).parent / "data"
    models = pathlib.Path(__file__).parent / "models"
    names = sys.argv[1:] or sorted(path.stem for path in models.glob("*.json"))
    for name in names:
        source = sorted(data.glob(f"{name}/*/service-2.json.gz"))[-1]
        with gzip.open(source, "rt", encoding="utf-8") as text:
            model = compact(json.load(text))
        if name in SHAPED:
            model = cut(model, SHAPED[name])
        for shape, values in ADDED_VALUES.get(name, {}).items():
            model["shapes"][shape]["enum"] += values
        for shape in WRONG_PATTERNS.get(name, ()):
            del model["shapes"][shape]["pattern"]
        write(model, models / f"{name}.json")
        print(f"{name}: {len(model['operations'])} operations, {len(model['shapes'])} shapes")


if __name__ == "__main__":
    main()
