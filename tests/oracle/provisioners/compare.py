#!/usr/bin/env python3
"""Runs builds with Packer 1.6.6 and with kiln and compares what they print, leave and return.

compare.py KILN: exits with 77 where Packer is not installed. The builds are of the null builder:
what happens around a machine is compared, not a machine.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

NULL = 'source "null" "base" { communicator = "none" }\n'


def build(body, head=NULL, name=""):
    named = f'  name = "{name}"\n' if name else ""
    return f'{head}build {{\n{named}  sources = ["source.null.base"]\n{body}\n}}\n'


def local(lines, more=""):
    quoted = ", ".join('"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"' for line in lines)
    return f'  provisioner "shell-local" {{\n    inline = [{quoted}]\n    {more}\n  }}\n'


def post(kind, more="", label=""):
    named = f'    name = "{label}"\n' if label else ""
    return f'  post-processor "{kind}" {{\n{named}    {more}\n  }}\n'


# name: (template, flags)
CASES = {
    "lines of output": (
        build(local(["printf 'one\\ntwo  \\n\\n'", "printf 'a\\rb\\rc \\n'", "printf 'no newline'"])),
        [],
    ),
    "standard error": (build(local(["echo bad >&2", "printf 'x\\ty\\n' >&2"])), []),
    "variables of scripts": (
        build(
            local(
                ["echo $A $B", "echo $PACKER_BUILD_NAME $PACKER_BUILDER_TYPE"],
                "environment_vars = [\"A=it's\", \"B=c=d\", \"B=e f\"]",
            ),
            name="k8s",
        ),
        [],
    ),
    "a command of the user": (
        build(
            local(
                ["true"],
                'execute_command = ["/bin/echo", "[{{.Vars}}]"]\n    environment_vars = ["Z=1"]',
            )
        ),
        [],
    ),
    "a script, and scripts": (
        build(
            '  provisioner "shell-local" { script = "hello.sh" }\n'
            '  provisioner "shell-local" { scripts = ["hello.sh", "hello.sh"] }\n'
        ),
        [],
    ),
    "text templates inside commands": (
        build(local(["echo {{.Foo}} {{build_name}} {{build_type}}"])),
        [],
    ),
    "a failure": (build(local(["echo before", "exit 3"]) + local(["echo never"])), []),
    "a failure, nothing cleaned up": (build(local(["exit 3"])), ["-on-error=abort"]),
    "exit codes that are fine": (
        build(
            local(["exit 2"], "valid_exit_codes = [0, 2]")
            + local(["exit 1"], "valid_exit_codes = [0, 2]")
        ),
        [],
    ),
    "retries with a pause": (
        build(local(["exit 3"], 'max_retries = 2\n    pause_before = "10ms"')),
        [],
    ),
    "a timeout that is not needed": (build(local(["true"], 'timeout = "90s"')), []),
    "other systems": (build(local(["exit 3"], 'only_on = ["windows"]')), []),
    "only and except": (
        build(
            local(["echo here"], 'only = ["null.base"]')
            + local(["echo not here"], 'except = ["null.base"]')
            + local(["echo nor here"], 'only = ["null.other"]')
        ),
        [],
    ),
    "post-processors": (
        build(
            post("manifest", 'output = "m.json"')
            + post("shell-local", 'inline = ["echo $PACKER_BUILD_NAME"]', "mine")
            + "  post-processors {\n"
            + post("shell-local", 'inline = ["echo first"]')
            + post("checksum")
            + post("manifest", 'output = "m.json"\n    custom_data = { a = "<x>", b = "y&z" }')
            + "  }\n",
            name="k8s",
        ),
        [],
    ),
    "post-processors that fail": (
        build(
            post("shell-local", 'inline = ["exit 5"]')
            + post("shell-local", 'inline = ["echo still"]')
            + post("shell-local", 'inline = ["exit 6"]')
        ),
        [],
    ),
    "time stamps": (build(local(["echo hello"])), ["-timestamp-ui"]),
    "for scripts": (
        build(local(["echo 'a, b'", "echo bad >&2"]) + post("manifest")),
        ["-machine-readable"],
    ),
    "a failure for scripts": (build(local(["exit 3"])), ["-machine-readable"]),
    "colours": (build(local(["exit 3"])), ["-color=true"]),
}

# What differs by itself, and what changed in Packer after 1.6.6 (packer-compat.md 5.5).
RULES = [
    (r"packer-shell\d+", "packer-shellN"),
    (r"StepConnect", "StepStart"),
    (r"after (\d+ (hour|minute|second|millisecond|microsecond)s? ?)+", "after D "),
    (r"D (?=[:.\n]|$)", "D"),
    (r"status: (\d+)\.(?=Allowed)", r"status: \1. "),
    (r"(?m)^(\d\d\d\d-\S+: )?    (?=\S+( \([a-z-]+\))?:( |$))", r"\1==> "),
    (r"(?m)^\d\d\d\d-\d\d-\d\dT[^ ]+: ", "TIME: "),
    (r"(?m)^\d{10},", "TIME,"),
    (r"ui,message,    ", "ui,say,==> "),
    (r"\x1b\[0;3(\dm)    ", "\x1b[1;3\\1==> "),
    (r"\x1b\[1;31m(?=\n==> Some)|\x1b\[1;31m(?=-->)", ""),
    (r'"build_time": \d+', '"build_time": N'),
    (r"[0-9a-f]{8}-[0-9a-f-]{27}", "UUID"),
]


def normal(text):
    for pattern, replacement in RULES:
        text = re.sub(pattern, replacement, text)
    return text


def without_error_color_of_summary(text):
    """Packer 1.6.6 does not colour the errors of the summary; later ones do."""
    head, mark, tail = text.partition("\n==> Wait completed")
    return head + mark + re.sub(r"\x1b\[[0-9;]*m", "", tail)


def sorted_output_of_steps(text):
    """Standard output and standard error come in no order."""
    lines = text.split("\n")
    out, block = [], []
    for line in lines:
        if "Running" in line or "Build '" in line or "Wait completed" in line:
            out += sorted(block)
            block = []
            out.append(line)
        else:
            block.append(line)
        if "Build '" in line:
            out += lines[lines.index(line) + 1 :]
            return "\n".join(out)
    return "\n".join(out + sorted(block))


def run(program, template, flags):
    """Everything that a build shows, by name, and what it left in TMPDIR."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "t.pkr.hcl").write_text(template, encoding="utf-8")
        script = root / "hello.sh"
        script.write_text("#!/bin/sh\necho hello from ${0##*/}\n", encoding="utf-8")
        script.chmod(0o755)
        (root / "tmp").mkdir()
        (root / "home").mkdir()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(root / "home"),
            "TMPDIR": str(root / "tmp"),
            "TZ": "UTC",
            "CHECKPOINT_DISABLE": "1",
        }
        color = [] if "-color=true" in flags or "-machine-readable" in flags else ["-color=false"]
        done = subprocess.run(
            [*program, "build", *color, *flags, "t.pkr.hcl"],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
        shown = {
            "output": sorted_output_of_steps(
                without_error_color_of_summary(normal(done.stdout.replace(folder, "FOLDER")))
            ),
            "exit code": str(done.returncode),
        }
        for file in sorted(root.glob("*.json")) + sorted(root.glob("*.checksum")):
            shown[file.name] = normal(file.read_text(encoding="utf-8"))
        return shown, [path.name for path in (root / "tmp").iterdir()]


def main():
    packer = shutil.which("packer")
    if packer is None:
        print("packer is not installed")
        return 77
    wrong = 0
    for name, (template, flags) in CASES.items():
        want, _ = run([packer], template, flags)
        got, left = run([sys.argv[1]], template, flags)
        if want == got and not left:
            continue
        wrong += 1
        print(f"=== {name}: {' '.join(flags)}\n{template}\nleft in TMPDIR: {left}")
        for part in sorted(want.keys() | got.keys()):
            if want.get(part) != got.get(part):
                print(f"--- {part}, Packer:\n{want.get(part)}\n--- {part}, kiln:\n{got.get(part)}")
    print(f"{len(CASES)} builds compared, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
