"""Sessions of the Systems Manager, which moto has none of: a token for a tunnel to an instance."""

import json
import secrets

from . import answers, machines

_sessions = {}


def reset():
    _sessions.clear()


def answer(call):
    """The answer to a call of SSM that is about sessions; None for all others."""
    if call.service != "ssm" or call.action not in ("StartSession", "TerminateSession"):
        return None
    given = json.loads(call.body)
    call.record["parameters"] = given
    if call.action == "StartSession":
        return _start(call, given)
    if given["SessionId"] not in _sessions:
        return answers.error(call, 400, "DoesNotExistException", "There is no such session.")
    _sessions[given["SessionId"]]["ended"] = True
    return answers.as_json({"SessionId": given["SessionId"]})


def _start(call, given):
    machine = next((one for one in machines.list_all() if one["id"] == given["Target"]), None)
    if machine is None or not machine["running"]:
        return answers.error(call, 400, "TargetNotConnected", f"{given['Target']} is not connected.")
    session_id = f"emulator-{len(_sessions) + 1:017x}"
    _sessions[session_id] = {"token": secrets.token_hex(24), "target": given["Target"], "ended": False}
    return answers.as_json({"SessionId": session_id, "TokenValue": _sessions[session_id]["token"],
                            "StreamUrl": f"wss://ssmmessages.invalid/v1/data-channel/{session_id}"})


def list_all():
    return _sessions
