"""What kiln-node says of a machine that is as its profile asks."""

import json


def check_tuned(vm):
    """No check fails, the node is active, and another apply changes nothing."""
    checks = vm.ask("kiln-node verify --json 2>/run/errors || cat /run/errors", 300)[1]
    failed = [one for one in json.loads(checks)["checks"] if one["status"] == "fail"]
    assert failed == [], failed
    said = vm.answer("kiln-node status", 300)
    assert said.splitlines()[0].endswith(" active"), said
    again = json.loads(vm.ask("kiln-node apply --json 2>/dev/null")[1])
    # A device that came late has a work queue of its own; the mask of all holds it off the isolated CPUs already.
    left = [one for one in again["results"] if one["outcome"] in ("changed", "failed")]
    assert [one for one in left if not one["subject"].startswith("/sys/devices/virtual/workqueue/scsi_")] == [], left


def check_words(vm, words):
    """The running kernel was given each of them once, and nothing else of the same name."""
    line = vm.answer("cat /proc/cmdline").split()
    print(f"the command line: {' '.join(line)}")
    for word in words:
        same_name = [one for one in line if one.split("=")[0] == word.split("=")[0]]
        assert same_name == [word], (word, line)
