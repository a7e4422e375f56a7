"""Finds the templates below a folder and prepares copies of them that both programs can be given."""

import dataclasses
import json
import pathlib
import re
import shutil

# What a copy never needs: version control, and files too big to be part of a template.
SKIPPED_FOLDERS = {".git", "node_modules", ".terraform", "packer_cache"}
LARGEST_COPIED_FILE = 4 << 20

PLACEHOLDERS = {
    "number": "1",
    "bool": "true",
    "list": "[]",
    "set": "[]",
    "map": "{}",
    "object": "{}",
    "tuple": "[]",
}


@dataclasses.dataclass(frozen=True)
class Case:
    """One template: a folder of HCL2 files, one HCL2 file, or one legacy JSON file."""

    name: str  # path below the measured folder
    folder: pathlib.Path  # what is copied
    argument: str  # what the programs are given, relative to the folder
    kind: str  # "hcl folder", "hcl file" or "json"


def is_template_name(path):
    return path.name.endswith((".pkr.hcl", ".pkr.json"))


def is_legacy(path):
    """A JSON file with a key "builders"; it may well be no valid JSON."""
    if path.suffix != ".json" or is_template_name(path) or path.stat().st_size > 64 << 20:
        return False
    text = path.read_text(encoding="utf-8", errors="replace")
    if '"builders"' not in text:
        return False
    try:
        document = json.loads(text)
    except ValueError:
        return True
    return isinstance(document, dict) and "builders" in document


def find_cases(root):
    """All cases below `root`, by name. A file of a folder of several is a case of its own too:
    many such folders hold templates that do not belong together."""
    cases = []
    folders = {}
    for path in sorted(root.rglob("*")):
        if not path.is_file() or SKIPPED_FOLDERS & set(path.parts):
            continue
        if is_template_name(path):
            folders.setdefault(path.parent, []).append(path)
        elif is_legacy(path):
            name = str(path.relative_to(root))
            cases.append(Case(name, path.parent, path.name, "json"))
    for folder, files in folders.items():
        cases.append(Case(str(folder.relative_to(root)), folder, ".", "hcl folder"))
        if len(files) > 1:
            for path in files:
                name = str(path.relative_to(root))
                cases.append(Case(name, folder, path.name, "hcl file"))
    return sorted(cases, key=lambda case: case.name)


def blank(text, begin, end):
    """The text with all but the line breaks of a part made blanks, so that places stay."""
    return text[:begin] + re.sub(r"[^\n]", " ", text[begin:end]) + text[end:]


def end_of_block(text, position):
    """Where the block whose brace opens at `position` ends. Knows strings and comments only as far
    as blocks `packer` and `variable` hold them."""
    depth = 0
    token = re.compile(r'"(?:\\.|[^"\\\n])*"|#[^\n]*|//[^\n]*|/\*.*?\*/|[{}]', re.DOTALL)
    for match in token.finditer(text, position):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth == 0:
                return match.end()
    return len(text)


def blocks(text, pattern):
    """(match of the header, where the block ends) of each top-level block that has the header."""
    for match in re.finditer(pattern + r"\s*\{", text, re.MULTILINE):
        yield match, end_of_block(text, match.end() - 1)


def without_packer_blocks(text):
    """Packer before 1.7 refuses required_plugins, and any version that a template of today asks for."""
    for match, end in list(blocks(text, r"^[ \t]*packer")):
        text = blank(text, match.start(), end)
    return text


def required_variables(text):
    """(name, type word) of the variables without a default."""
    for match, end in blocks(text, r'^[ \t]*variable\s+"?([\w-]+)"?'):
        body = text[match.end() : end]
        if not re.search(r"^\s*default\s*=", body, re.MULTILINE):
            kind = re.search(r"\btype\s*=\s*\"?(\w+)", body)
            yield match[1], kind[1] if kind else "any"


def assignments(case, copy):
    """-var arguments for what the template requires, so that more than that is judged."""
    values = {}
    if case.kind == "json":
        try:
            document = json.loads((copy / case.argument).read_text(encoding="utf-8"))
            variables = document.get("variables") or {}
            values = {name: "1" for name, value in variables.items() if value is None}
        except (ValueError, AttributeError):
            pass
    else:
        files = [copy / case.argument] if case.argument != "." else copy.glob("*.pkr.hcl")
        for path in sorted(files):
            text = path.read_text(encoding="utf-8", errors="replace")
            for name, kind in required_variables(text):
                values[name] = PLACEHOLDERS.get(kind, "placeholder")
    return [f"-var={name}={value}" for name, value in sorted(values.items())]


def copy_tree(case, target, strip_packer_blocks):
    """The case's folder without what is too big; hard to read files are left out."""

    def ignored(folder, names):
        base = pathlib.Path(folder)
        return [
            name
            for name in names
            if name in SKIPPED_FOLDERS
            or ((base / name).is_file() and (base / name).stat().st_size > LARGEST_COPIED_FILE)
        ]

    shutil.copytree(
        case.folder, target, ignore=ignored, symlinks=True, ignore_dangling_symlinks=True
    )
    if strip_packer_blocks and case.kind != "json":
        for path in target.glob("*.pkr.hcl"):
            data = path.read_bytes()
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            path.write_bytes(without_packer_blocks(text).encode("utf-8"))
