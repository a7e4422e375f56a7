#!/usr/bin/env python3
"""Each call of a build fails in each way, a table of what comes of it.

Once throttled, once with 500, once with its answer lost: the build goes well, with one image.
For ever refused: it fails, says which call, and leaves nothing; where it is the clean-up itself that
is refused, kiln says what is left and `kiln sweep` removes it later.
"""

import sys
import time

from kiln import left_of_builds
from small_build import ARGUMENTS, OTHER_REGION, RESULT, calls_of_a_build, for_each, fresh, gone_or_finished, left_kinds
from world import REGION

WAYS = {
    "throttled once": {"effect": "error", "status": 503, "code": "RequestLimitExceeded"},
    "500 once": {"effect": "error", "status": 500, "code": "InternalError", "message": "An internal error occurred"},
    "answer lost": {"effect": "lost"},
    "refused for ever": {"effect": "error", "status": 403, "code": "UnauthorizedOperation", "times": 0,
                         "message": "You are not authorized to perform this operation."},
}
DONE = {region: RESULT for region in (REGION, OTHER_REGION)}


def fail(world, case):
    """(outcome, what is wrong)"""
    (action, region), way = case
    project, before = fresh(world)
    world.fault(action=action, region=region, **WAYS[way])
    since = time.monotonic()
    code, output = project.run(*ARGUMENTS)
    seconds = time.monotonic() - since
    left = left_of_builds(world, before)
    wrong = ""
    if code == 0:
        outcome = "done"
        if left_kinds(left) != DONE and way != "refused for ever":
            wrong = "done, but there is: " + ", ".join(left)
        elif left_kinds(left) != DONE and (action not in output or "`kiln sweep` tries again" not in output):
            wrong = "leaves something behind and does not say so"
    else:
        outcome = "failed"
        if way != "refused for ever":
            wrong = "failed: " + " / ".join(line for line in output.splitlines() if "rror" in line)[:300]
        elif action not in output:
            wrong = f"does not name {action}: " + " / ".join(output.splitlines()[-4:])[:300]
    if (code != 0 and left) or (code == 0 and left_kinds(left) != DONE):
        outcome += f", {len(left)} left"
        world.control("forgive", {})
        swept, said = project.run("sweep")
        after = left_of_builds(world, before)
        if swept == 0 and (not after or left_kinds(after) == DONE):
            outcome += ", swept"
        elif swept != 0 or left_kinds(after) != DONE:
            wrong += f"; sweep exits with {swept}, {len(after)} left: {said.strip()[-200:]}"
    else:
        after = left
    wrong = "; ".join(text for text in (wrong, gone_or_finished(after, world.inventory(), before)) if text)
    project.remove()
    return f"{outcome} ({seconds:.0f} s)", wrong


def main():
    calls = list(dict.fromkeys((action, region) for _, action, region, _ in calls_of_a_build()))
    if len(sys.argv) > 1:
        calls = [call for call in calls if call[0] in sys.argv[1:]]
    cases = [(call, way) for call in calls for way in WAYS]
    since = time.monotonic()
    print(f"{'call':34} {'region':10} " + " ".join(f"{way:26}" for way in WAYS))
    failed = {}
    for (call, way), (outcome, wrong) in zip(cases, for_each(cases, fail)):
        start = f"{call[0]:34} {call[1]:10} " if way == next(iter(WAYS)) else " "
        print(f"{start}{outcome:26}", end="\n" if way == list(WAYS)[-1] else "", flush=True)
        if wrong:
            failed[call, way] = wrong
    for ((action, region), way), wrong in failed.items():
        print(f"WRONG {action} {region}, {way}: {wrong}")
    print(f"\n{len(cases)} cases in {time.monotonic() - since:.0f} s, {len(failed)} with something wrong")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
