#!/usr/bin/env python3
"""Compiles each header of src/ alone, with the flags of a source that stands in its folder.

headers_alone.py REPOSITORY BUILD: reads BUILD/compile_commands.json.
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys


def flags_by_folder(build):
    """The compiler and its -D, -I, -isystem, -std and -W flags, by folder of the source."""
    folders = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        words = shlex.split(entry["command"])
        kept = [words[0]]
        for i, word in enumerate(words):
            if word == "-isystem":
                kept += [word, words[i + 1]]
            elif word.startswith(("-D", "-I", "-std", "-W")):
                kept.append(word)
        folder = pathlib.Path(entry["file"]).parent
        if len(kept) > len(folders.get(folder, [])):
            folders[folder] = kept
    return folders


def compile_alone(header, flags):
    """The compiler's words about a source of one line that includes the header; "" when good."""
    run = subprocess.run(
        [*flags, "-fsyntax-only", "-x", "c++", "-"],
        input=f'#include "{header}"\n',
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if run.returncode == 0 else run.stderr


def main():
    repository, build = (pathlib.Path(argument) for argument in sys.argv[1:3])
    folders = flags_by_folder(build)

    def check(header):
        folder = header.parent
        while folder not in folders and folder != repository:
            folder = folder.parent
        return compile_alone(header, folders.get(folder, next(iter(folders.values()))))

    headers = sorted((repository / "src").rglob("*.hpp"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [text for text in pool.map(check, headers) if text]
    print("".join(problems) or f"each of {len(headers)} headers compiles alone")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
