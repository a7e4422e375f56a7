"""Asks a program about a template and says whether two answers are the same."""

import dataclasses
import os
import re
import signal
import subprocess

TIMEOUT_SECONDS = 90

# What an older Packer says of things that came after it. Such a template can not be judged by it.
NEWER_THAN_ORACLE = [
    r'Blocks of type "(required_plugins|local|data|hcp_packer_registry|error-cleanup-provisioner)"',
    r'An argument named "(sensitive|continue_on_error|required_version|default_architecture)"',
    r"There is no function named \"(startswith|endswith|strcontains|textencodebase64|"
    r"textdecodebase64|base64gzip|sum|alltrue|anytrue|templatefile|aws_secretsmanager_raw|"
    r"regex|regexall|index|legacy_isotime|legacy_strftime|rfc3339_parse|unix_timestamp_parse)\"",
    r'(no variable named|does not have an attribute named) "(data|packer)"',
    r'The keyword "any" cannot be used in this type specification',
    r"Unsupported Packer Core version",
    r"unsupported Packer version",
]
MISSING_IN_ORACLE = r"Unknown (source|builder|provisioner|post-processor)|known (builders|provisioners)"


@dataclasses.dataclass(frozen=True)
class Answer:
    code: int  # -1: no answer in time, -2: died of a signal
    out: str
    errors: str

    @property
    def text(self):
        return self.out + self.errors


def ask(command, folder, environment):
    """Runs a program to its end; a program that hangs is killed with all that it started."""
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "CHECKPOINT_DISABLE": "1", "PACKER_LOG": "", **environment},
        start_new_session=True,
    ) as process:
        try:
            out, errors = process.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Answer(-1, "", "no answer in time")
    code = -2 if process.returncode < 0 else process.returncode
    return Answer(code, out.decode(errors="replace"), errors.decode(errors="replace"))


def is_newer_than_oracle(text):
    flat = re.sub(r"\s+", " ", text)
    return any(re.search(pattern, flat) for pattern in NEWER_THAN_ORACLE)


def misses_component(text):
    return re.search(MISSING_IN_ORACLE, re.sub(r"\s+", " ", text)) is not None


# What is another at each run.
VOLATILE = [
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>"),
    (r"20[2-9]\d-?[01]\d-?[0-3]\d[T t_-]*[0-2]\d[:-]?[0-5]\d([:-]?[0-5]\d)?Z?", "<time>"),
    (r"20[2-9]\d[-_.]?[01]\d[-_.]?[0-3]\d", "<date>"),
    (r"\b1[789]\d{8}\b", "<seconds>"),
    (r"\b[0-2]\d:?[0-5]\d:?[0-5]\d\b", "<clock>"),
]


def settled(text):
    for pattern, name in VOLATILE:
        text = re.sub(pattern, name, text)
    return text


def values(answer):
    """(values, builds) that `inspect` prints, as lists of lines; None when it prints no values.

    A legacy template has no part of its own for builds; Packer prints its variables in no order."""
    begin = answer.out.find("Packer Inspect:")
    if begin < 0:
        return None
    lines = [line for line in settled(answer.out[begin:]).splitlines() if line.strip()]
    if "> builds:" not in lines:
        return sorted(lines), []
    builds = lines.index("> builds:")
    return lines[:builds], lines[builds:]


def same_values(ours, theirs, theirs_is_valid):
    """Whether `inspect` of both prints the same values and the same builds. Where Packer finds the
    template wrong it stops reading builds at the first mistake, so only their values count."""
    own, other = values(ours), values(theirs)
    if own is None or other is None:
        return False
    return own == other if theirs_is_valid else own[0] == other[0]
