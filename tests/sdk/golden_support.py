"""Comparing answers with what AWS answered: its recordings are read at run time and may be absent."""

import json
import re
from datetime import datetime

from conftest import ROOT

FOLDERS = [folder / "shared/golden" for folder in (ROOT.parent, ROOT.parent.parent)]
GOLDEN = next((folder for folder in FOLDERS if folder.is_dir()), None)

# What stands for a value that differs from run to run: "<uuid:1>", "timestamp", "date".
PLACEHOLDER = re.compile(r"(<[a-z0-9_-]+(?::\d+)?>)")
WILD = ("timestamp", "date")
# Of the recorder, not of the service.
IGNORED = ("HTTPHeaders", "RequestId", "RetryAttempts", "MaxAttemptsReached", "HostId")


def recordings(name):
    return json.loads((GOLDEN / name).read_text(encoding="utf-8")) if GOLDEN else {}


def recorded(file, scenario, step):
    found = next(value for key, value in recordings(file).items() if key.split("::")[-1] == scenario)
    return found["responses"][step]


class Comparison:
    """Differences of answers from recorded ones; a placeholder is the same value wherever it stands."""

    def __init__(self, **known):
        self.values = {"<partition>": "aws", "<region>": "us-east-1", "111111111111": "000000000000", **known}

    def differences(self, recording, answer, path="$"):
        if isinstance(recording, dict):
            yield from self._objects(recording, answer, path)
        elif isinstance(recording, list):
            if not isinstance(answer, list) or len(answer) != len(recording):
                yield f"{path}: {recording} != {answer}"
                return
            for number, (wanted, given) in enumerate(zip(recording, answer)):
                yield from self.differences(wanted, given, f"{path}[{number}]")
        elif isinstance(recording, str):
            if not self._same_text(recording, answer):
                yield f"{path}: {recording!r} != {answer!r}"
        elif recording != answer:
            yield f"{path}: {recording!r} != {answer!r}"

    def _objects(self, recording, answer, path):
        if isinstance(answer, str):
            # The recorder parsed documents within texts.
            answer = json.loads(answer) if answer.startswith(("{", "[")) else answer
        if not isinstance(answer, dict):
            yield f"{path}: {recording} != {answer!r}"
            return
        answer = {key: value for key, value in answer.items() if key not in IGNORED}
        recording = {key: value for key, value in recording.items() if key not in IGNORED}
        if set(answer) != set(recording):
            yield f"{path}: missing {sorted(set(recording) - set(answer))}, more than recorded {sorted(set(answer) - set(recording))}"
        for key in sorted(set(answer) & set(recording)):
            yield from self.differences(recording[key], answer[key], f"{path}.{key}")

    def _same_text(self, recording, answer):
        if recording in WILD:
            return isinstance(answer, (str, int, float, datetime))
        if isinstance(answer, bytes):
            return str(answer) == recording
        if not isinstance(answer, str):
            return False
        names, pattern = [], ""
        for part in PLACEHOLDER.split(recording):
            known = self.values.get(part)
            if PLACEHOLDER.fullmatch(part) and known is None:
                names.append(part)
                pattern += "(.+)" if part != recording or ":" not in part else "(.*)"
            else:
                text = known if known is not None else part
                pattern += re.escape(text.replace("111111111111", self.values["111111111111"]))
        found = re.fullmatch(pattern, answer, re.DOTALL)
        if found is None:
            return False
        for name, value in zip(names, found.groups()):
            # One without a number is any value: "<signature>".
            if ":" in name:
                self.values.setdefault(name, value)
        return True

    def check(self, recording, answer):
        found = list(self.differences(recording, answer))
        assert not found, "\n".join(found)
