#!/usr/bin/env python3
"""Compares kiln's evaluation of expressions with that of Packer 1.6.6.

compare.py HCL_EVAL: exit code 0 when all agree, 77 when there is no Packer 1.6.6 to ask.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "share"))
from oracle import find_packer  # noqa: E402

ENVIRONMENT = {**os.environ, "CHECKPOINT_DISABLE": "1", "PACKER_LOG": ""}
TEMPLATE = HERE / "heredocs.pkr.hcl"


def run(command, expression):
    """(True, what was printed), or (False, the mistakes)."""
    done = subprocess.run(
        command,
        input=expression + "\n",
        cwd=HERE,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=60,
        check=False,
    )
    good = done.returncode == 0
    return good, done.stdout.rstrip("\n") if good else done.stdout + done.stderr


def read_table():
    """(expressions with a value, mistakes)."""
    values, mistakes = [], []
    for table in ["expressions.txt", "functions.txt"]:
        for line in (HERE / table).read_text(encoding="utf-8").splitlines():
            if line.startswith("! "):
                mistakes.append(line[2:])
            elif line and line[0] not in "#~":
                values.append(line)
    return values, mistakes


def main():
    packer = find_packer(ENVIRONMENT)
    if packer is None:
        return 77
    kiln = [os.path.abspath(sys.argv[1]), str(TEMPLATE)]
    oracle = [packer, "console", "--config-type=hcl2", str(TEMPLATE)]
    values, mistakes = read_table()

    def check(item):
        expression, is_mistake = item
        theirs = run(oracle, expression)
        ours = run(kiln, expression)
        if is_mistake:
            if theirs[0] or ours[0]:
                return f"{expression}\n  packer: {theirs}\n  kiln:   {ours}"
        elif not theirs[0] or theirs != ours:
            return f"{expression}\n  packer: {theirs}\n  kiln:   {ours}"
        return None

    items = [(e, False) for e in [*values, "local"]] + [(e, True) for e in mistakes]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [problem for problem in pool.map(check, items) if problem]
    print("\n".join(problems))
    print(f"{len(items) - len(problems)} of {len(items)} expressions agree with Packer 1.6.6")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
