"""Which files of src/ a check looks at that takes seconds a file.

By default those that differ from the commit before; KILN_CHECK_BASE=COMMIT: from COMMIT;
KILN_CHECK_ALL=1: all of them.
"""

import os
import pathlib
import subprocess


def git(repository, *words):
    """What git prints; None when it fails. A checkout may belong to another user than root, who tests."""
    run = subprocess.run(
        ["git", "-C", repository, "-c", "safe.directory=*", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout.strip() if run.returncode == 0 else None


def changed_files(repository, suffixes):
    """The files of src/ with one of the suffixes, sorted; all of them where there is nothing to compare with."""
    every = sorted(path for path in (repository / "src").rglob("*") if path.suffix in suffixes)
    if os.environ.get("KILN_CHECK_ALL"):
        return every
    base = os.environ.get("KILN_CHECK_BASE") or git(repository, "rev-parse", "-q", "--verify", "HEAD~1")
    names = base and git(repository, "diff", "--name-only", "--diff-filter=d", base, "--", "src")
    if names is None:
        return every
    changed = {repository / pathlib.PurePath(name) for name in names.split("\n")}
    return [path for path in every if path in changed]
