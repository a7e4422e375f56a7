#!/usr/bin/env python3
"""Says how many of the templates below a folder kiln and Packer take alike.

measure.py [options] KILN PACKER FOLDER...

Each template (a folder of *.pkr.hcl and *.pkr.json, each file of a folder of several, each legacy JSON file
with "builders") is copied, and three questions are put to both programs: does it parse (validate
-syntax-only), is it valid (validate), what are its values (inspect, every line of it). Variables that
have no default get a placeholder.

A Packer before 1.7 is given copies without `packer` blocks, as it refuses what stands in them. What it
can not judge is counted apart, each under its reason, never as agreement:

  newer     Packer's own message names a block, argument or function that came after it
  missing   Packer has no such builder, provisioner or post-processor
  options   only Packer has the option table of a component of the template
  timeout   Packer gave no answer in time, or died

Exit code 0 with the table; 1 when --at-least is given and the share is below it; 2 for wrong usage; 77
when there is no such Packer.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import answers
import cases

QUESTIONS = {
    "parses": ["validate", "-syntax-only"],
    "is valid": ["validate"],
    "values": ["inspect"],
}
SET_ASIDE = ["newer", "missing", "options", "timeout"]


@dataclasses.dataclass
class Result:
    """The outcome of each question: "agree", "differ", or why it could not be judged."""

    case: cases.Case
    outcomes: dict
    report: str = ""


class Judge:
    def __init__(self, kiln, packer):
        self.kiln = kiln
        self.packer = packer
        version = subprocess.run(
            [packer, "version"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "CHECKPOINT_DISABLE": "1"},
        ).stdout
        found = re.search(r"v(\d+)\.(\d+)\.(\d+)", version)
        if not found:
            raise SystemExit(f"{packer} does not say its version: {version!r}")
        self.version = found[0]
        self.strips = (int(found[1]), int(found[2])) < (1, 7)
        self.judged = self.option_tables()

    def option_tables(self):
        """The components kiln has the options of: {("builder", "file"), ...}."""
        with tempfile.TemporaryDirectory(prefix="kiln-oracle-") as folder:
            subprocess.run([self.kiln, "docs", "options", folder], check=True)
            pages = [path.stem for path in pathlib.Path(folder, "options").iterdir()]
        roles = ("builder", "provisioner", "post-processor", "data-source")
        return {
            (role, page.removeprefix(f"{role}-"))
            for page in pages
            for role in roles
            if page.startswith(f"{role}-")
        }

    def uses_other_components(self, case, copy):
        files = [copy / case.argument] if case.argument != "." else template_files(copy)
        for path in files:
            text = path.read_text(encoding="utf-8", errors="replace")
            if case.kind == "json":
                used = json_components(text)
            else:
                used = re.findall(
                    r'^\s*(source|provisioner|post-processor)\s+"([\w-]+)"', text, re.MULTILINE
                )
            for role, name in used:
                role = "builder" if role == "source" else role
                if (role, name) not in self.judged:
                    return True
        return False

    def judge(self, case):
        with tempfile.TemporaryDirectory(prefix="kiln-oracle-") as folder:
            copy = pathlib.Path(folder, "template")
            cases.copy_tree(case, copy, self.strips)
            given = cases.assignments(case, copy)
            result = Result(case, {})
            others = self.uses_other_components(case, copy)
            asked = {}
            for question, command in QUESTIONS.items():
                given_here = [] if "-syntax-only" in command else given
                arguments = [*command, *given_here, case.argument]
                environment = {"HOME": folder}
                theirs = answers.ask([self.packer, *arguments], copy, environment)
                ours = answers.ask([self.kiln, *arguments], copy, environment)
                asked[question] = (ours, theirs)
            # A template that is too new is so for every question: `inspect` prints no mistakes.
            newer = any(answers.is_newer_than_oracle(theirs.text) for _, theirs in asked.values())
            theirs_is_valid = asked["is valid"][1].code == 0
            for question, (ours, theirs) in asked.items():
                outcome = self.compare(question, ours, theirs, newer, others, theirs_is_valid)
                result.outcomes[question] = outcome
                if outcome == "differ":
                    result.report += (
                        f"=== {case.name}: {question}\n--- packer ({theirs.code})\n"
                        f"{theirs.text.strip()}\n--- kiln ({ours.code})\n{ours.text.strip()}\n"
                    )
            return result

    def compare(self, question, ours, theirs, newer, others, theirs_is_valid):
        if theirs.code < 0 or "PACKER CRASH" in theirs.text:
            return "timeout"
        if ours.code < 0:
            return "differ"
        if question == "values":
            if answers.values(theirs) is None and answers.values(ours) is None:
                return "agree" if ours.code == theirs.code else "differ"
            if answers.same_values(ours, theirs, theirs_is_valid):
                return "agree"
            if newer:
                return "newer"
            return "differ"
        if (ours.code == 0) == (theirs.code == 0):
            return "agree"
        if theirs.code != 0 and newer:
            return "newer"
        if theirs.code != 0 and answers.misses_component(theirs.text):
            return "missing"
        if theirs.code != 0 and others and question == "is valid":
            return "options"
        return "differ"


def template_files(copy):
    return [path for path in sorted(copy.iterdir()) if cases.is_template_name(path)]


def json_components(text):
    """(role, type) of what a legacy template uses."""
    try:
        document = cases.json.loads(text)
    except ValueError:
        return []
    used = []
    roles = {"builders": "builder", "provisioners": "provisioner"}
    for key, role in roles.items():
        for item in document.get(key) or []:
            if isinstance(item, dict):
                used.append((role, str(item.get("type"))))
    for item in document.get("post-processors") or []:
        for step in item if isinstance(item, list) else [item]:
            name = step.get("type") if isinstance(step, dict) else step
            used.append(("post-processor", str(name)))
    return used


def table(results):
    """Lines of the table: one row a question, and one for the templates that agree in all."""
    rows = [["", "templates", "agree", "differ", *SET_ASIDE, "share"]]
    for kind in ["hcl folder", "hcl file", "json", "all"]:
        chosen = [r for r in results if kind in (r.case.kind, "all")]
        if not chosen:
            continue
        for question in QUESTIONS:
            counts = collections.Counter(r.outcomes[question] for r in chosen)
            rows.append(row(f"{kind}: {question}", len(chosen), counts))
        rows.append(row(f"{kind}: everything", len(chosen), whole_counts(chosen)))
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    return [
        "  ".join([r[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(r[1:], widths[1:]))])
        for r in rows
    ]


def whole_counts(results):
    """By template: differs in anything; else agrees in what could be judged, if anything could."""
    counts = collections.Counter()
    for result in results:
        outcomes = list(result.outcomes.values())
        if "differ" in outcomes:
            counts["differ"] += 1
        elif outcomes[1] == outcomes[2] == "agree":
            counts["agree"] += 1
        else:
            counts[next(o for o in [outcomes[1], outcomes[2], *outcomes] if o != "agree")] += 1
    return counts


def share(counts):
    judged = counts["agree"] + counts["differ"]
    return 100.0 * counts["agree"] / judged if judged else 100.0


def row(name, total, counts):
    numbers = [total, counts["agree"], counts["differ"], *(counts[k] for k in SET_ASIDE)]
    return [name, *map(str, numbers), f"{share(counts):.1f} %"]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kiln", type=os.path.abspath)
    parser.add_argument("packer", help="its path, or a name that is searched in PATH")
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--at-least", type=float, metavar="PERCENT", help="the share that is wanted")
    parser.add_argument("--report", type=pathlib.Path, help="write both answers of what differs here")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="judge each Nth only")
    parser.add_argument("--kind", choices=["hcl folder", "hcl file", "json"], help="judge only these")
    parser.add_argument("--only", default="", help="judge only names that hold this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()

    if shutil.which(options.packer) is None:
        print(f"skipped: there is no {options.packer} here (apt-get install packer)")
        return 77
    judge = Judge(options.kiln, options.packer)
    found = [case for folder in options.folders for case in cases.find_cases(folder.resolve())]
    found = [case for case in found if options.kind in (None, case.kind)]
    found = [case for case in found if options.only in case.name][:: options.every]
    if not found:
        raise SystemExit("there is no template in " + ", ".join(map(str, options.folders)))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(judge.judge, found))

    report = "\n".join(r.report for r in results if r.report)
    if options.report:
        options.report.write_text(report, encoding="utf-8")
    elif options.at_least is not None:
        print(report)
    print(f"kiln against Packer {judge.version}, {len(found)} templates")
    print("\n".join(table(results)))
    reached = share(whole_counts(results))
    if options.at_least is not None and reached < options.at_least:
        print(f"the share of {reached:.1f} % is below the {options.at_least:.1f} % that are wanted")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
