#!/usr/bin/env python3
"""Compares the verdicts of `kiln validate` and `packer validate` 1.6.6 over options and their rules.

compare.py KILN: exit code 0 when all verdicts agree, 77 when there is no Packer 1.6.6 to ask.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "templates"))
import compare as verdicts  # noqa: E402


def without(frame, option):
    """`frame` less the line that sets `option`."""
    return "".join(
        line for line in frame.splitlines(keepends=True) if not re.match(rf"\s*{option}\s*=", line)
    )


def read_cases():
    """Cases of cases.txt as verdicts.check wants them: name, no arguments, files."""
    cases = []
    frame, files, path, body = "", {}, None, None

    def finish():
        if body is not None:
            name, removed, lines = body
            text = frame
            for option in removed:
                text = without(text, option)
            text = text.replace("BODY\n", lines)
            cases.append((name, [], {**files, "main.pkr.hcl": text}))

    for line in (HERE / "cases.txt").read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("@@ "):
            finish()
            frame, files, path, body = "", {}, "main", None
        elif line.startswith("== "):
            finish()
            body = (line[3:].strip(), [], "")
        elif body is not None and line.startswith("- "):
            body[1].append(line[2:].strip())
        elif body is not None:
            body = (body[0], body[1], body[2] + line)
        elif line.startswith("-- "):
            path = line[3:].strip()
            files[path] = ""
        elif path == "main":
            frame += line
        elif path is not None:
            files[path] += line
    finish()
    return cases


if __name__ == "__main__":
    sys.exit(verdicts.compare(sys.argv[1], read_cases()))
