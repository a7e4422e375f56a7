#!/usr/bin/env python3
"""Fails on a .cpp file in src/ or tests/ that no CMakeLists.txt names: it would never be built."""

import pathlib
import re
import sys


def unlisted(root):
    for source in sorted([*root.glob("src/**/*.cpp"), *root.glob("tests/**/*.cpp")]):
        for folder in source.parents:
            listing = folder / "CMakeLists.txt"
            if listing.exists() and folder != root:
                name = source.relative_to(folder)
                words = re.findall(r"[\w./-]+", listing.read_text(encoding="utf-8"))
                # A function of the listing may add the ".cpp" itself.
                if str(name) not in words and str(name.with_suffix("")) not in words:
                    yield f"{source.relative_to(root)} is not in {listing.relative_to(root)}"
                break


def main():
    problems = list(unlisted(pathlib.Path(sys.argv[1])))
    print("\n".join(problems) or "every source is listed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
