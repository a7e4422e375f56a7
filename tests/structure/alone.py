#!/usr/bin/env python3
"""Compiles headers and sources of src/ alone, so that each is seen to include what it needs.

alone.py REPOSITORY COMMANDS: takes the flags of a source of the same folder from
COMMANDS/compile_commands.json. Which files: changed_files.py.
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

from changed_files import changed_files


def flags_by_folder(commands):
    """The compiler and its -D, -I, -isystem, -std and -W flags, by folder of the source."""
    folders = {}
    for entry in json.loads((commands / "compile_commands.json").read_text(encoding="utf-8")):
        words = shlex.split(entry["command"])
        if pathlib.Path(words[0]).name == "ccache":
            del words[0]
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


def compile_alone(file, flags):
    """The compiler's words about a source of one line that includes the file; "" when good."""
    run = subprocess.run(
        [*flags, "-fsyntax-only", "-x", "c++", "-"],
        input=f'#include "{file}"\n',
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if run.returncode == 0 else run.stderr


def main():
    repository, commands = (pathlib.Path(argument) for argument in sys.argv[1:3])
    folders = flags_by_folder(commands)

    def check(file):
        folder = file.parent
        while folder not in folders and folder != repository:
            folder = folder.parent
        return compile_alone(file, folders.get(folder, next(iter(folders.values()))))

    files = changed_files(repository, {".hpp", ".cpp"})
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [text for text in pool.map(check, files) if text]
    print("".join(problems) or f"each of {len(files)} files compiles alone")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
