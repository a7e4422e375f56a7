#!/usr/bin/env python3
"""Compares the commands `fmt`, `console`, `inspect` and `hcl2_upgrade` of kiln and of Packer 1.6.6.

compare.py KILN COMMAND: exit code 0 when all agree, 77 when there is no Packer 1.6.6 to ask.

A case that stands in differs.txt, with the reason, must differ: once it agrees the line has to go.
"""

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "share"))
from answers import is_newer_than_oracle, settled  # noqa: E402
from cases import without_packer_blocks  # noqa: E402
from oracle import find_packer  # noqa: E402

ENVIRONMENT = {
    **os.environ,
    "CHECKPOINT_DISABLE": "1",
    "PACKER_LOG": "",
    "FROM_ENVIRONMENT": "it's \"here\"",
}


@dataclasses.dataclass
class Case:
    name: str
    arguments: list
    text: str = ""  # what stands before any file
    files: dict = dataclasses.field(default_factory=dict)


def read_cases(table, first_file=None):
    """Cases of a table: `== name | arguments`, then text, then files, each after `-- path`."""
    cases = []
    path = None
    for line in table.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("== "):
            name, _, arguments = line[3:].strip().partition(" | ")
            cases.append(Case(name, arguments.split("  ") if arguments else []))
            path = first_file
        elif line.startswith("-- "):
            path = line[3:].strip()
            cases[-1].files[path] = ""
        elif cases and path is None:
            cases[-1].text += line
        elif cases:
            cases[-1].files[path] = cases[-1].files.get(path, "") + line
    return cases


def legacy_cases():
    return read_cases(HERE.parent / "legacy" / "templates.txt", "main.json")


def write(folder, files):
    for path, text in files.items():
        pathlib.Path(folder, path).write_text(text, encoding="utf-8")


def run(folder, command, given=""):
    """(exit code, standard output, standard error)."""
    done = subprocess.run(
        command,
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "XDG_STATE_HOME": folder, "XDG_CACHE_HOME": folder},
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def both(kiln, packer, case, arguments):
    """The answers of kiln and of Packer to the same command line."""
    answers = []
    for binary in (kiln, packer):
        with tempfile.TemporaryDirectory(prefix="kiln-oracle-") as folder:
            write(folder, case.files)
            answers.append(run(folder, [binary, *arguments], case.text))
    return answers


def told(what, ours, theirs):
    return f"{what}\n--- packer\n{theirs}\n--- kiln\n{ours}"


# ---- fmt


def fmt_problems(kiln, packer, differs):
    """(name, problem or None) of each file, which one run over a folder of all lays out; and of the
    command lines that tell what a run did. The files that must differ have a folder of their own."""
    cases = read_cases(HERE / "fmt.txt")
    names = {f"{number:03}.pkr.hcl": case for number, case in enumerate(cases)}
    alone = {path: case for path, case in names.items() if case.name in differs}
    names = {path: case for path, case in names.items() if path not in alone}
    steps = [
        ["-check", "."],
        ["-check", "-diff", "."],
        ["-write=false", "."],
        ["-diff", "-write=false", "."],
        ["."],
        ["-check", "."],
        ["none.pkr.hcl"],
    ]
    answers = {}
    laid_out = {}
    for binary in (kiln, packer):
        with tempfile.TemporaryDirectory(prefix="kiln-oracle-") as folder:
            write(folder, {path: case.text for path, case in names.items()})
            write(folder, {"x.pkrvars.hcl": "a=1\n", "other.hcl": "a=1\n", "no.json": "{}"})
            answers[binary] = [run(folder, [binary, "fmt", *step])[:2] for step in steps]
            write(folder, {path: case.text for path, case in alone.items()})
            run(folder, [binary, "fmt", "."])
            laid_out[binary] = {
                path.name: path.read_text(encoding="utf-8") for path in pathlib.Path(folder).iterdir()
            }
    for path, case in {**names, **alone}.items():
        ours, theirs = laid_out[kiln][path], laid_out[packer][path]
        is_ok = case.name.startswith("ok:")
        if is_ok != (theirs == case.text):
            yield case.name, told("is not what its name says", case.text, theirs)
        else:
            yield case.name, None if ours == theirs else told("", ours, theirs)
    for step, ours, theirs in zip(steps, answers[kiln], answers[packer]):
        failed = theirs[0] == 1  # the message is each program's own
        same = ours[0] == theirs[0] and (failed or ours[1] == theirs[1])
        yield " ".join(["fmt", *step]), None if same else told("", ours, theirs)
    others = [{n: t for n, t in laid_out[b].items() if not n[0].isdigit()} for b in (kiln, packer)]
    yield "other files", None if others[0] == others[1] else told("", *others)
    yield "mistakes", fmt_of_mistakes(kiln, packer)


def fmt_of_mistakes(kiln, packer):
    for text in ['a = {\n', 'a = "\n', "a = \n", "variable {\n"]:
        case = Case("", [], "", {"main.pkr.hcl": text})
        ours, theirs = both(kiln, packer, case, ["fmt", "main.pkr.hcl"])
        if ours[0] != theirs[0]:
            return told(text, ours, theirs)
    return None


# ---- console, inspect


def console_problem(kiln, packer, case):
    ours, theirs = both(kiln, packer, case, ["console", *case.arguments])
    if case.name.startswith("no:"):
        same = ours[0] == theirs[0] == 1
    else:
        same = ours[0] == theirs[0] == 0 and ours[1] == theirs[1]
    return None if same else told("", ours, theirs)


def lines_of(text):
    lines = settled(text).splitlines()
    return [line for line in lines if not line.startswith("<seconds>,,ui,error,")]


def said(answer):
    """What of an answer must be alike. Mistakes are told in each program's own words; of those that
    do not keep it from showing a template, Packer 1.6.6 says nothing."""
    return answer[0], lines_of(answer[1]) if answer[0] == 0 else None


def inspect_problem(kiln, packer, case):
    for flags in ([], ["-machine-readable"]):
        ours, theirs = both(kiln, packer, case, ["inspect", *flags, *case.arguments])
        if said(ours) != said(theirs):
            return told(" ".join(flags), ours, theirs)
    return None


# ---- hcl2_upgrade


def without_names(plan):
    """What a plan does: the two languages name builds and post-processors in ways of their own."""
    document = json.loads(settled(plan))
    for build in document["builds"]:
        for name in ("name", "build_name", "source_name"):
            build.pop(name, None)
        for chain in build["post_processors"]:
            for step in chain:
                step.pop("name", None)
    return document["builds"]


def upgrade_problem(kiln, packer, case):
    with tempfile.TemporaryDirectory(prefix="kiln-oracle-") as folder:
        write(folder, case.files)
        made = run(folder, [kiln, "hcl2_upgrade", "-output-file=main.pkr.hcl", "main.json"])
        if made[0] != 0:
            return told("hcl2_upgrade failed", made, "")
        before = run(folder, [kiln, "plan", "-json", *case.arguments, "main.json"])
        after = run(folder, [kiln, "plan", "-json", *case.arguments, "main.pkr.hcl"])
        path = pathlib.Path(folder, "main.pkr.hcl")
        text = path.read_text(encoding="utf-8")
        path.write_text(without_packer_blocks(text), encoding="utf-8")
        theirs = run(folder, [packer, "validate", *case.arguments, "main.pkr.hcl"])
    if before[0] != 0:
        return told("there is no plan of the JSON template", before, "")
    # A Packer that crashes, or finds a block that came after it, judges nothing.
    printed = "".join(theirs[1:])
    judges = "PACKER CRASH" not in printed and not is_newer_than_oracle(printed)
    if after[0] != 0 or (judges and theirs[0] != 0):
        return told(text, after, theirs)
    ours, wanted = without_names(after[1]), without_names(before[1])
    return None if ours == wanted else told(text, ours, wanted)


def upgraded_cases(differs):
    """Cases of the legacy suite, those of one function each as the builders of one template."""
    functions = Case("functions", [])
    document = {"builders": []}
    for case in valid_cases():
        if not case.name.startswith("build: function") or case.name in differs:
            yield case
            continue
        one = json.loads(case.files["main.json"])
        document["variables"] = one["variables"]
        document["builders"].append({**one["builders"][0], "name": f"f{len(document['builders'])}"})
    functions.files["main.json"] = json.dumps(document)
    yield functions


def valid_cases():
    """The valid templates. Not those that are given -only or -except, whose names are HCL2's
    afterwards; and, as Packer takes its time, one of each kind of bool and of value given."""
    passed_over = r"no:|bool from (\"(true|1|T|TRUE|0)\"|true|0)|required variable|build: (the last )?-var"
    for case in legacy_cases():
        chooses = any(re.match("--?(only|except)", argument) for argument in case.arguments)
        if not re.match(passed_over, case.name) and not chooses:
            yield case


# ----


def problems_of(kiln, packer, command, differs):
    if command == "fmt":
        yield from fmt_problems(kiln, packer, differs)
        return
    check, cases = {
        "console": (console_problem, lambda: read_cases(HERE / "console.txt")),
        "inspect": (inspect_problem, lambda: read_cases(HERE / "inspect.txt")),
        "hcl2_upgrade": (upgrade_problem, lambda: upgraded_cases(differs)),
    }[command]
    chosen = list(cases())
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda case: check(kiln, packer, case), chosen))
    yield from zip((case.name for case in chosen), found)


def read_differences(command):
    """name -> reason of the cases that must differ."""
    lines = (HERE / "differs.txt").read_text(encoding="utf-8").splitlines()
    entries = [line.split(" | ") for line in lines if line.startswith(command + " | ")]
    return {name: reason for _, name, reason in entries}


def main():
    packer = find_packer(ENVIRONMENT)
    if packer is None:
        return 77
    kiln, command = os.path.abspath(sys.argv[1]), sys.argv[2]
    differs = read_differences(command)
    results = dict(problems_of(kiln, packer, command, differs))
    wrong = 0
    for name, problem in results.items():
        if name in differs and problem is None:
            print(f"== {name}: agrees now; take it out of differs.txt\n")
        elif name not in differs and problem is not None:
            print(f"== {name}: {problem}\n")
        else:
            continue
        wrong += 1
    for name in differs.keys() - results.keys():
        print(f"== {name}: differs.txt names it, and there is no such case\n")
        wrong += 1
    print(f"{command}: {len(results) - wrong} of {len(results)} are as wanted, {len(differs)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
