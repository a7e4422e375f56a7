#!/usr/bin/env python3
"""clang-tidy with the checks of .clang-tidy, on the sources that changed_files.py names.

tidy.py REPOSITORY COMMANDS: COMMANDS/compile_commands.json tells how each source is compiled.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys

from changed_files import changed_files


def tidy(commands, file):
    """What clang-tidy says about the file; "" when good."""
    run = subprocess.run(
        # The build is GCC's, with warnings that clang does not know.
        ["clang-tidy-14", "--quiet", "-p", commands, "--extra-arg=-Wno-unknown-warning-option", file],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if run.returncode == 0 else run.stdout + run.stderr


def main():
    repository, commands = (pathlib.Path(argument) for argument in sys.argv[1:3])
    files = [file for file in changed_files(repository, {".cpp"}) if not file.stem.endswith("_test")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [text for text in pool.map(lambda file: tidy(commands, file), files) if text]
    print("".join(problems) or f"clang-tidy has nothing to say about {len(files)} sources")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
