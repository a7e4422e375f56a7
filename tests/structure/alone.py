#!/usr/bin/env python3
"""Compiles headers and sources of src/ alone, so that each is seen to include what it needs.

alone.py REPOSITORY COMMANDS: takes the flags of a source of the same folder from
COMMANDS/compile_commands.json. Which files: changed_files.py.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys

from changed_files import changed_files
from compile_flags import CompileFlags


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
    flags = CompileFlags(commands)
    files = changed_files(repository, {".hpp", ".cpp"})
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        words = pool.map(lambda file: compile_alone(file, flags.of(file)), files)
        problems = [text for text in words if text]
    print("".join(problems) or f"each of {len(files)} files compiles alone")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
