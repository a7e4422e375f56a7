"""Checks AWS Signature Version 4 by computing it again, with botocore's canonical form."""

import re

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from . import settings

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$")


def _header(environ, name):
    key = name.upper().replace("-", "_")
    return environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key, "")


def mistake(environ, body):
    """None for a request that is signed well, else (code, message)."""
    found = _AUTHORIZATION.match(environ.get("HTTP_AUTHORIZATION", ""))
    if not found:
        return "MissingAuthenticationToken", "The request has no usable Authorization header."
    access_key, date, region, service, signed, signature = found.groups()
    if access_key not in settings.KEYS:
        if access_key.startswith("ASIA"):  # moto's own, of a role that was assumed
            return None
        return "AuthFailure", "AWS was not able to validate the provided access credentials"
    unsigned = [key for key in environ if key.startswith("HTTP_X_AMZ_")
                and key[5:].lower().replace("_", "-") not in signed.split(";")]
    if unsigned or "host" not in signed.split(";"):
        return "SignatureDoesNotMatch", f"There were headers present which were not signed: {unsigned}"
    query = environ.get("QUERY_STRING", "")
    url = f"http://{environ['HTTP_HOST']}{environ['REQUEST_URI'].partition('?')[0]}"
    headers = {name: _header(environ, name) for name in signed.split(";")}
    request = AWSRequest(environ["REQUEST_METHOD"], url + ("?" + query if query else ""), headers, body)
    request.context["timestamp"] = headers.get("x-amz-date", "")
    signer = SigV4Auth(Credentials(access_key, settings.KEYS[access_key]), service, region)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    if not request.context["timestamp"].startswith(date) or signer.signature(text, request) != signature:
        return ("SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.")
    return None
