"""Error answers in the form of each protocol."""

import json
from xml.sax.saxutils import escape

_REASONS = {400: "BAD REQUEST", 403: "FORBIDDEN", 412: "PRECONDITION FAILED", 500: "INTERNAL SERVER ERROR",
            404: "NOT FOUND", 409: "CONFLICT", 503: "SERVICE UNAVAILABLE"}


class Answer:
    """Status line, headers and body of a response."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def code(self):
        return int(self.status.split()[0])


def as_json(value, status=200):
    return Answer(f"{status} {_REASONS.get(status, 'OK')}", [("Content-Type", "application/json")],
                  json.dumps(value).encode())


def error(call, status, code, message):
    line = f"{status} {_REASONS.get(status, 'ERROR')}"
    if call.service == "ec2":
        text = (f"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{escape(code)}</Code>"
                f"<Message>{escape(message)}</Message></Error></Errors>"
                "<RequestID>00000000-0000-4000-8000-00000000fade</RequestID></Response>")
        return Answer(line, [("Content-Type", "text/xml")], text.encode())
    if call.service in ("sts", "iam", "autoscaling"):
        text = (f"<ErrorResponse><Error><Type>Sender</Type><Code>{escape(code)}</Code>"
                f"<Message>{escape(message)}</Message></Error></ErrorResponse>")
        return Answer(line, [("Content-Type", "text/xml")], text.encode())
    body = json.dumps({"__type": code, "message": message}).encode()
    return Answer(line, [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", code)], body)
