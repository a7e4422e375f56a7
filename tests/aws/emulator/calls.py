"""The log of all calls, and the faults that a test has asked for."""

import re
import threading
import time
import urllib.parse

from . import blocks

# Actions that a rule may name: a query action ("RunInstances"), a JSON one ("GetParameter"), one of EBS direct
# ("PutSnapshotBlock"), or method and path of the others.


class Call:
    """One request to an AWS service."""

    def __init__(self, environ, body):
        self.body = body
        self.method = environ["REQUEST_METHOD"]
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        scope = re.search(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request", authorization)
        self.access_key, self.region, self.service = scope.groups() if scope else ("", "", "")
        self.parameters = {}
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target:
            self.action = target.rpartition(".")[2]
        elif self.service == "ebs":
            self.action, self.parameters = blocks.parse(self.method, environ["PATH_INFO"])
        elif environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            self.parameters = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
            self.action = self.parameters.pop("Action", "")
            self.parameters.pop("Version", None)
        else:
            self.action = f"{self.method} {environ['PATH_INFO'].strip('/')}"
        self.record = {"service": self.service, "region": self.region, "action": self.action,
                       "parameters": self.parameters, "status": None, "error": None, "fault": None}


class Rule:
    """A fault: of which calls, which of them, and what happens instead."""

    def __init__(self, given):
        self.action = given.get("action")  # None: every one
        self.region = given.get("region")
        self.first = given.get("nth", 1)  # counted from the moment the rule is made
        self.times = given.get("times", 1)  # 0: for ever
        self.effect = given["effect"]  # "error", "lost", "late", "hold" or "garbled"
        self.status = given.get("status", 503)
        self.code = given.get("code", "RequestLimitExceeded")
        self.message = given.get("message", "Request limit exceeded.")
        self.seconds = given.get("seconds", 0.0)
        self.seen = 0

    def strikes(self, call):
        if self.action not in (None, call.action) or self.region not in (None, call.region):
            return False
        self.seen += 1
        after = self.seen - self.first
        return after >= 0 and (self.times == 0 or after < self.times)


class Calls:
    def __init__(self):
        self._condition = threading.Condition()
        self.reset()

    def reset(self):
        with self._condition:
            self._log = []
            self._rules = []
            self._held = []
            self._generation = object()  # what is held from before goes on
            self._condition.notify_all()

    def add_rules(self, rules):
        with self._condition:
            self._rules += [Rule(rule) for rule in rules]

    def drop_rules(self):
        with self._condition:
            self._rules = []

    def begin(self, call):
        """Writes the call down and returns the rule that strikes it, or None."""
        with self._condition:
            call.record["n"] = len(self._log) + 1
            call.record["time"] = round(time.time(), 3)
            self._log.append(call.record)
            struck = [rule for rule in self._rules if rule.strikes(call)]
            if struck:
                call.record["fault"] = struck[0].effect
            return struck[0] if struck else None

    def log(self):
        with self._condition:
            return [dict(record) for record in self._log]

    def hold(self, call):
        """Blocks until release() or reset(): the call has had its effect and has no answer yet."""
        with self._condition:
            generation = self._generation
            self._held.append(call.record)
            self._condition.notify_all()
            while self._generation is generation and call.record in self._held:
                self._condition.wait()

    def wait_held(self, seconds):
        """What is held, as soon as anything is, or [] after `seconds`."""
        with self._condition:
            self._condition.wait_for(lambda: self._held, seconds)
            return [dict(record) for record in self._held]

    def release(self):
        with self._condition:
            self._held = []
            self._condition.notify_all()
