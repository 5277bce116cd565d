# SPDX-License-Identifier: Apache-2.0
"""What the checks of this folder share: which files there are, and C text without what misleads."""

import os
import re
import sys


def root():
    return sys.argv[1] if len(sys.argv) > 1 else "."


def files(top, *endings):
    """Files of the tree (paths from its top) with one of these endings; nothing that was built."""
    found = []
    for folder, dirs, names in os.walk(top):
        dirs[:] = sorted(d for d in dirs if d not in (".git", "__pycache__") and
                         not d.startswith("build"))
        found += [os.path.relpath(os.path.join(folder, n), top) for n in sorted(names)
                  if not endings or n.endswith(endings)]
    return found


def read(top, path):
    with open(os.path.join(top, path), encoding="utf-8", errors="replace") as f:
        return f.read()


TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)


def blank(text, strings=True):
    """Comments, and strings and characters too, become blanks; lines and columns stay."""
    def keep_shape(match):
        found = match.group(0)
        if found[0] in "\"'":
            if not strings:
                return found
            return found[0] + "_" * (len(found) - 2) + found[-1]
        return re.sub(r"[^\n]", " ", found)
    return TOKEN.sub(keep_shape, text)


def functions(text):
    """(name, first line, last line, body without comments, static?) of each function of a C file."""
    code = blank(text)
    raw = blank(text, strings=False)
    lines = code.split("\n")
    raw_lines = raw.split("\n")
    start = None
    for i, line in enumerate(lines):
        if line.startswith("{") and start is None:
            start = i
        elif line.startswith("}") and start is not None:
            head = start
            while head > 0 and lines[head - 1].strip() and not lines[head - 1].startswith(("}", "#")) \
                    and not lines[head - 1].rstrip().endswith(";"):
                head -= 1
            signature = " ".join(lines[head:start])
            m = re.search(r"(\w+)\s*\(", signature)
            if m and not re.match(r"\s*(struct|enum|union)\s+\w+\s*$", signature) and "=" not in signature:
                yield (m.group(1), head + 1, i + 1, "\n".join(raw_lines[start:i + 1]),
                       signature.startswith("static"))
            start = None


def allowed(top, name):
    """Rows of tests/lint/NAME.allow: {key: number}. Lines: number, key; # begins a comment."""
    path = os.path.join(top, "tests/lint", name + ".allow")
    rows = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            for line in f:
                line = line.split("#")[0].strip()
                if line:
                    number, key = line.split(None, 1)
                    rows[key] = int(number)
    return rows


def finish(findings):
    for f in findings:
        print(f)
    sys.exit(1 if findings else 0)
