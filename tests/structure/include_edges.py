#!/usr/bin/env python3
"""Fails on an #include in src/ whose edge between folders is not listed.

The list is docs/architecture.md's way of the data: arrows run down it, never back.
"""

import pathlib
import re
import sys

# folder: the folders that it may include, besides itself
MAY_INCLUDE = {
    "base": set(),
    "sys": {"base"},
    "net": {"base", "sys"},
    "aws": {"base", "sys", "net"},
    "node": {"base", "sys"},
    "hcl": {"base"},
    "template": {"base", "hcl"},
    "goss": {"base", "hcl", "template"},
    "plan": {"base", "hcl", "template", "goss"},
    "lint": {"base", "hcl", "template"},
    "disk": {"base", "sys"},
    "publish": {"base", "sys", "net", "aws", "disk"},
    "contents": {"base", "sys", "disk"},
    "prove": {"base", "sys", "disk", "contents"},
    "artifact": {"base", "sys"},
    "execute": {
        "base", "sys", "net", "aws", "hcl", "template", "goss", "plan", "disk", "publish", "contents", "artifact",
    },
    "image": {"base", "sys", "aws", "hcl", "execute"},
    "report": {"base", "hcl", "template", "plan", "artifact", "execute", "image"},
    "cli": {
        "base", "sys", "net", "aws", "node", "hcl", "template", "goss", "plan", "lint", "disk", "publish",
        "contents", "prove", "artifact", "execute", "image", "report",
    },
}  # fmt: skip

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def bad_edges(source_root):
    for path in sorted(source_root.rglob("*.[ch]pp")):
        relative = path.relative_to(source_root)
        folder = relative.parts[0]
        if folder not in MAY_INCLUDE:
            yield f"src/{relative}: folder {folder} is not in the list of {sys.argv[0]}"
            continue
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            where = f"src/{relative}:{line}"
            target = match.group(1).split("/")
            if len(target) < 2 or target[0] not in MAY_INCLUDE:
                yield f'{where}: "{match.group(1)}" does not begin with a folder of src/'
            elif target[0] != folder and target[0] not in MAY_INCLUDE[folder]:
                yield f"{where}: {folder} may not include {target[0]} ({match.group(1)})"


def main():
    problems = list(bad_edges(pathlib.Path(sys.argv[1])))
    print("\n".join(problems) or "every include edge is listed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
