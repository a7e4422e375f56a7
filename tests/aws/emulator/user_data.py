"""What of an instance's user data the emulated guest acts on: the host key of its SSH server.

As cloud-init reads it: plain or gzip, one part or MIME multi-part, parts nested in parts.
"""

import email
import gzip

import yaml


def cloud_configs(raw):
    """Every cloud-config among the parts, as dictionaries, first to last."""
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    if raw.lstrip()[:13].lower() == b"content-type:" or raw.lstrip()[:13].lower() == b"mime-version:":
        parts = [part.get_payload(decode=True) for part in email.message_from_bytes(raw.lstrip()).walk()
                 if not part.is_multipart()]
    else:
        parts = [raw]
    found = []
    for part in parts:
        if part[:2] == b"\x1f\x8b":
            part = gzip.decompress(part)
        if part.lstrip().startswith(b"#cloud-config"):
            config = yaml.safe_load(part)
            if isinstance(config, dict):
                found.append(config)
    return found


def host_keys(raw):
    """The private host keys that the user data brings, as texts."""
    keys = []
    for config in cloud_configs(raw or b""):
        for name, text in (config.get("ssh_keys") or {}).items():
            if name.endswith("_private"):
                keys.append(text)
    return keys
