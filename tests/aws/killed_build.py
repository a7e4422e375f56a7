#!/usr/bin/env python3
"""SIGKILL right after each call of a build has had its effect, then `kiln sweep`: a table.

Nothing of the build may be left in any region, or the whole result of a build that was done; and
what somebody else has there is as it was. A call is held by the emulator while kiln is killed: the
resource is there, and kiln has not been told.
"""

import os
import signal
import sys
import time

from kiln import left_of_builds
from small_build import ARGUMENTS, calls_of_a_build, for_each, fresh, gone_or_finished

PATIENCE_SECONDS = 120


def wait_until_held(world, process):
    """What has become of the build: "killed" is what it is about to be."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if world.control("held", seconds=0.2):
            return "killed"
        if process.poll() is not None:
            return "over before"
    return "hung"


def kill_at(world, call):
    """(what happened, what kiln sweep removed, what is wrong)"""
    _, action, region, nth = call
    project, before = fresh(world)
    world.fault("hold", action, region=region, nth=nth)
    process = project.start(*ARGUMENTS)
    try:
        what = wait_until_held(world, process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        world.control("release", {})
    there = len(left_of_builds(world, before))
    last = " / ".join(project.output().splitlines()[-3:])
    code, output = project.run("sweep")
    left = left_of_builds(world, before)
    wrong = gone_or_finished(left, world.inventory(), before)
    if code != 0:
        wrong = f"sweep exits with {code}: {output.strip()}; {wrong}"
    if what == "hung":
        wrong = f"the build neither came to the call nor ended: {last}; {wrong}"
    project.remove()
    return what, there, len(left), wrong


def main():
    calls = calls_of_a_build()
    print(f"{len(calls)} calls\n")
    if len(sys.argv) > 1:
        calls = [call for call in calls if call[1] in sys.argv[1:]]
    print(f"{'n':>3}  {'call':44} {'region':14} {'':11} {'there':>5} {'left':>5}  bystander and rest", flush=True)
    since = time.monotonic()
    failed = 0
    for number, (call, (what, there, left, wrong)) in enumerate(zip(calls, for_each(calls, kill_at)), 1):
        _, action, region, nth = call
        print(f"{number:3}  {action + ' ' + str(nth):44} {region:14} {what:11} {there:5} {left:5}  {wrong or 'untouched'}",
              flush=True)
        failed += bool(wrong)
    print(f"\n{len(calls)} kills in {time.monotonic() - since:.0f} s, {failed} with something wrong")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
