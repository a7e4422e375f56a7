"""The WSGI application: control requests, then faults, signature and tokens, then moto."""

import io
import json
import re
import socket
import threading
import time
import urllib.parse

from . import answers, inventory, keeping, machines, prices, sessions, settings, signature
from .blocks import BlockStore
from .calls import Call, Calls
from .tokens import Tokens



class Front:
    def __init__(self, moto):
        self._moto = moto
        self._moto_lock = threading.Lock()  # moto's models are not made for threads
        self._calls = Calls()
        self._tokens = Tokens()
        self._blocks = BlockStore()

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"].startswith("/emulator/"):
            answer = self._control(environ, body)
        elif environ["PATH_INFO"].startswith("/latest/"):
            answer = self._ask_moto(environ, body)
        else:
            answer = self._service(environ, body)
        if answer is None:  # the connection is gone
            start_response("200 OK", [])
            return []
        headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
        start_response(answer.status, headers + [("Content-Length", str(len(answer.body)))])
        return [answer.body]

    def _service(self, environ, body):
        call = Call(environ, body)
        rule = self._calls.begin(call)
        effect = rule.effect if rule else None
        if effect == "late":
            time.sleep(rule.seconds)
        if effect == "garbled":
            self._blocks.corrupt(call)
        if effect == "error":
            answer = answers.error(call, rule.status, rule.code, rule.message)
        else:
            answer = self._answer(call, environ, body)
        call.record["status"] = answer.code
        call.record["error"] = _error_code(answer)
        if effect == "hold":
            self._calls.hold(call)
        if effect == "lost":
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return None
        return answer

    def _answer(self, call, environ, body):
        mistake = signature.mistake(environ, body)
        unsigned = call.action == "AssumeRoleWithWebIdentity"
        if mistake and not unsigned:
            return answers.error(call, 403, *mistake)
        if call.parameters.get("DryRun") == "true":
            return answers.error(call, 412, "DryRunOperation",
                                 "Request would have succeeded, but DryRun flag is set.")
        if call.action == "GetProducts":
            return prices.answer(call)
        if call.service == "ebs":
            query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
            return self._blocks.answer(call, environ, query)
        of_session = sessions.answer(call)
        if of_session:
            return of_session
        with self._moto_lock:
            known, mismatch = self._tokens.answer(call)
            if mismatch:
                return answers.error(call, 400, "IdempotentParameterMismatch", mismatch)
            if known:
                return known
            answer = self._forward(environ, body)
            self._tokens.keep(call, answer)
        return answer

    def _ask_moto(self, environ, body):
        with self._moto_lock:
            return self._forward(environ, body)

    def _forward(self, environ, body):
        seen = {}

        def start(status, headers, _exc_info=None):
            seen["status"], seen["headers"] = status, headers

        environ["wsgi.input"] = io.BytesIO(body)
        chunks = self._moto(environ, start)
        whole = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        return answers.Answer(seen["status"], seen["headers"], whole)

    def _reset(self, environ):
        machines.reset()
        sessions.reset()
        keeping.reset()
        settings.reset()
        self._calls.reset()
        from moto.backends import get_backend
        with self._moto_lock:
            for service in ("autoscaling", "ec2", "ssm", "secretsmanager", "sts", "iam", "kms", "ebs"):
                get_backend(service).reset()
            self._tokens.reset()
        self._blocks.reset()

    def _control(self, environ, body):
        given = json.loads(body) if body else {}
        query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
        name = environ["PATH_INFO"].removeprefix("/emulator/")
        if name == "faults":
            self._calls.add_rules(given)
            return answers.as_json({})
        if name == "forgive":
            self._calls.drop_rules()
            return answers.as_json({})
        if name == "settings":
            settings.seconds.update(given)
            return answers.as_json(settings.seconds)
        if name == "disks":
            settings.disks = given["wanted"]
            return answers.as_json({})
        if name == "deaf":
            settings.deaf = given["wanted"]
            return answers.as_json({})
        if name == "blocks":
            with self._moto_lock:
                return answers.as_json(self._blocks.give(given))
        with self._moto_lock:
            kept = keeping.control(name, given)
        if kept is not None:
            return answers.as_json(kept)
        if name == "reset":
            self._reset(environ)
            return answers.as_json({})
        if name == "release":
            self._calls.release()
            return answers.as_json({})
        if name == "calls":
            return answers.as_json(self._calls.log())
        if name == "held":
            return answers.as_json(self._calls.wait_held(float(query.get("seconds", 0))))
        if name == "machines":
            return answers.as_json(machines.list_all())
        if name == "sessions":
            return answers.as_json(sessions.list_all())
        if name == "inventory":
            with self._moto_lock:
                return answers.as_json(inventory.list_all())
        if name == "image":
            with self._moto_lock:
                return answers.as_json(inventory.find_image(query["region"], query["id"]))
        if name == "fail-snapshots":  # all that are pending turn to error
            with self._moto_lock:
                return answers.as_json(self._blocks.fail_pending())
        if name == "power-off":  # the guest shuts itself down
            return self._power_off(query["region"], query["id"])
        if name == "end":  # EC2 ends it, for a reason of its own
            return self._end(**query)
        if name == "address":  # what a service that tells one's public address says
            return answers.Answer("200 OK", [("Content-Type", "text/plain")], b"127.0.0.1\n")
        return answers.as_json({"error": "no such control: " + name}, 400)

    def _instance(self, region, instance_id):
        from moto.ec2.models import ec2_backends
        return ec2_backends[settings.ACCOUNT][region].get_instance(instance_id)

    def _end(self, region, id, code, reason):
        with self._moto_lock:
            instance = self._instance(region, id)
            instance.terminate()
            instance.state_reason = type(instance.state_reason)(reason, code)
        return answers.as_json({})

    def _power_off(self, region, instance_id):
        with self._moto_lock:
            instance = self._instance(region, instance_id)
            if instance.instance_initiated_shutdown_behavior == "terminate":
                instance.terminate()
            else:
                instance.stop()
        return answers.as_json({})


def _error_code(answer):
    if answer.code < 400:
        return None
    text = answer.body[:4000].decode(errors="replace")
    found = re.search(r"<Code>(.*?)</Code>", text) or re.search(r'"__type": *"([^"]*)"', text)
    return found.group(1) if found else "no code"
