"""Whether a request over HTTP is Slack's: its signature, and how old it is."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

WINDOW = 300.0
"""Seconds that a request's time may differ from ours, so that one overheard cannot be used for ever."""


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether Slack signed these bytes, within the last five minutes; False for whatever is malformed.

    docs.slack.dev/authentication/verifying-requests-from-slack. `headers` are looked up as they are written there, so
    hand over a mapping that ignores case.
    """
    time, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
    if not (secret and time.isascii() and time.isdigit() and len(time) <= len("9999999999")):
        return False
    if abs(now.timestamp() - int(time)) > WINDOW:
        return False
    # Bytes, because comparing strings raises where one holds more than ASCII.
    return hmac.compare_digest(signed(secret, time, body).encode(), signature.encode("utf-8", "surrogateescape"))


def signed(secret: str, time: str, body: bytes) -> str:
    """The signature that Slack gives these bytes at that time (Unix seconds)."""
    return "v0=" + hmac.new(secret.encode(), b"v0:%s:%s" % (time.encode(), body), hashlib.sha256).hexdigest()
