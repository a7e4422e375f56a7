#!/usr/bin/env python3
"""clang-tidy with the checks of .clang-tidy, on the sources that changed_files.py names.

tidy.py REPOSITORY COMMANDS: COMMANDS/compile_commands.json tells how each source is compiled.
Sources of one folder are read several at a time, as a build with KILN_UNITY compiles them: most of
what clang-tidy reads is headers, and so it reads them once.
"""

import concurrent.futures
import itertools
import os
import pathlib
import subprocess
import sys
import tempfile

from changed_files import changed_files
from compile_flags import CompileFlags

AT_A_TIME = 8

FLAGS = [
    # The build is GCC's, with warnings that clang does not know.
    "--extra-arg=-Wno-unknown-warning-option",
    # In a piece, sources are what headers are elsewhere.
    r"--header-filter=/src/.*\.[ch]pp$",
    "--checks=-bugprone-suspicious-include",
]


def pieces(files):
    """The files of each folder, up to AT_A_TIME in a list."""
    for _, group in itertools.groupby(files, lambda file: file.parent):
        of_folder = list(group)
        for start in range(0, len(of_folder), AT_A_TIME):
            yield of_folder[start : start + AT_A_TIME]


def tidy(repository, files, compiler_words):
    """What clang-tidy says about the files of one folder; "" when good."""
    with tempfile.TemporaryDirectory() as folder:
        piece = pathlib.Path(folder) / "piece.cpp"
        piece.write_text("".join(f'#include "{file}"\n' for file in files), encoding="utf-8")
        config = f"--config-file={repository}/.clang-tidy"
        run = subprocess.run(
            ["clang-tidy-14", "--quiet", config, *FLAGS, piece, "--", *compiler_words[1:]],
            capture_output=True,
            text=True,
            check=False,
        )
    return "" if run.returncode == 0 else run.stdout + run.stderr


def main():
    repository, commands = (pathlib.Path(argument) for argument in sys.argv[1:3])
    flags = CompileFlags(commands)
    files = [file for file in changed_files(repository, {".cpp"}) if not file.stem.endswith("_test")]
    files.sort(key=lambda file: (file.parent, file))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        words = pool.map(lambda piece: tidy(repository, piece, flags.of(piece[0])), pieces(files))
        problems = [text for text in words if text]
    print("".join(problems) or f"clang-tidy has nothing to say about {len(files)} sources")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
