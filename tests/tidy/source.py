"""The project's own sources, as text, for the checks."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).parents[2]
TOP_FOLDERS = {"emulator", "protocol", "storage", "tests", "bench", "examples"}


def tracked(*suffixes):
    """Tracked and new files with one of the suffixes, as paths relative to the root."""
    listing = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                             capture_output=True, text=True, check=True).stdout.split("\n")
    return [path for path in listing if path and path.endswith(suffixes or ("",)) and (ROOT / path).is_file()]


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def sources():
    return tracked(".cc", ".h")


def includes(path):
    return re.findall(r'^\s*#include\s+[<"]([^>"]+)[>"]', text_of(path), re.MULTILINE)


def strip_literals(text):
    """Comments, strings and character literals replaced by blanks of the same number of lines."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
                         re.DOTALL)
    return pattern.sub(lambda match: "\n" * match.group(0).count("\n") + " ", text)


def functions(path):
    """(first line, lines, parameters) of each function body: a brace after a ')' outside of any other body."""
    text = re.sub(r"^[ \t]*#[^\n]*", "", strip_literals(text_of(path)), flags=re.MULTILINE)
    depth_of_function, found, stack = None, [], []
    for match in re.finditer(r"[{}]", text):
        position = match.start()
        if match.group(0) == "{":
            head = text[max(text.rfind(mark, 0, position) for mark in ";{}") + 1:position]
            is_function = (depth_of_function is None and ")" in head and not re.search(
                r"^\s*(namespace|struct|class|enum|union)\b|=\s*$", head.strip()))
            stack.append((position, is_function, head))
            if is_function:
                depth_of_function = len(stack)
        elif stack:
            start, is_function, head = stack.pop()
            if is_function and depth_of_function == len(stack) + 1:
                depth_of_function = None
                first = text.count("\n", 0, start) + 1
                found.append((first, text.count("\n", start, position) + 1, head))
    return found


def unnamed_names(path):
    """What a file defines in its unnamed namespaces: a type or constant by its name, a function with its parameters, an alias with its target."""
    text = re.sub(r"^[ \t]*#[^\n]*", "", strip_literals(text_of(path)), flags=re.MULTILINE)
    depths, depth, kept = [], 0, []
    for piece in re.split(r"([{}])", text):
        if piece == "{":
            opens_unnamed = re.search(r"\bnamespace\s*$", before) is not None
            inside = bool(depths) and depth == depths[-1]
            depth += 1
            if opens_unnamed:
                depths.append(depth)
            elif inside:
                kept.append("{};")
        elif piece == "}":
            if depths and depth == depths[-1]:
                depths.pop()
            depth -= 1
        elif depths and depth == depths[-1]:
            kept.append(piece)
        before = piece
    names = set()
    for declaration in "".join(kept).split(";"):
        declaration = re.sub(r"^using ([\w:]+::(\w+))$", r"using \2 = \1", " ".join(declaration.split()))
        found = (re.match(r"(?:template <.*?> )?(?:class|struct|enum(?: class| struct)?) (\w+)", declaration)
                 or re.match(r"using (\w+ = .*)", declaration)
                 or re.match(r"(?:inline )?(?:constexpr|const) [^(]*?\b(k[A-Z]\w*)", declaration)
                 or re.match(r"(?:template <.*?> )?[\w:<>,*&\s]+?\b(\w+ ?\([^{]*\)) ?(?:const )?\{\}$", declaration))
        if found:  # Parameters by their types: their names do not tell two functions apart.
            names.add(re.sub(r"(?<=[\w>&*]) ?\b\w+(?=[,)])", "", re.sub(r" = [^,)]*", "", found.group(1))
                             if "(" in found.group(1) else found.group(1)))
    # The values of an unscoped enumeration are names of the namespace around it; of a nested one they are indented.
    for enumeration in re.findall(r"^enum (?!class|struct)[^{;]*\{([^}]*)\}", text, re.MULTILINE):
        names.update(re.findall(r"\bk[A-Z]\w*", enumeration))
    return names
