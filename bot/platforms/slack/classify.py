"""What became of a request to Slack, by its cause and never by the wording of a message.

The codes are those of docs.slack.dev/reference/methods/chat.postMessage and chat.update. Four rules decide:

* Only what has Slack's own form tells what Slack did. Another answer, be its status a 4xx (a proxy's 408 or 499, a page
  in place of a 502), may have come after the post was passed on: it is unclear, except for a 429.
* A refusal (`ok: false`) is not a post, so it is surely not delivered; `fatal_error` and `internal_error` are the
  exceptions, of which Slack says that some of the operation may have succeeded.
* Trouble with the token or with the workspace's rules for apps is no fault of the message or the channel: an operator
  heals it, so the message stays owed (`Failed`). `account_inactive` is such a case: the *token's* account is meant.
* A code that is not known here fails rather than being rejected: trying again cannot post twice, attempts are limited,
  and a new code may well be a passing one.

Addresses never get into an error's text: a `response_url` lets whoever reads it speak in the channel.
"""

import json
from collections.abc import Mapping

import aiohttp
from slack_sdk import errors

from bot.delivery.doubt import Later, Unknowable
from bot.delivery.outcome import Deferred, Failed, Lost, Outcome, Rejected, Sent, Uncertain

RETRY_AFTER = 30.0
"""Seconds to wait where Slack says to wait and not how long; the SDK assumes the same."""
LONGEST_WAIT = 24 * 60 * 60.0
"""Seconds that a look-up waits at most, whatever Slack says."""

WAIT = frozenset({"ratelimited", "rate_limited"})
UNCLEAR = frozenset({"fatal_error", "internal_error", "service_unavailable"})
LOST = frozenset({
    "channel_is_archived", "channel_not_found", "channel_type_not_supported", "is_archived", "is_inactive",
    "messages_tab_disabled", "not_in_channel", "restricted_action", "restricted_action_read_only_channel",
    "user_disabled", "user_not_found", "user_not_in_channel", "user_not_visible",
})  # fmt: skip
THREAD_LOST = frozenset({
    "cannot_reply_to_message", "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
})  # fmt: skip
"""Of one thread, or of all that is in threads or outside of them: the rest of the channel may still be posted to."""
TOKEN = frozenset({
    "access_denied", "accesslimited", "account_inactive", "ekm_access_denied", "enterprise_is_restricted",
    "external_channel_migrating", "invalid_auth", "message_limit_exceeded", "missing_scope", "no_permission",
    "not_allowed_token_type", "not_authed", "org_login_required", "request_timeout", "team_access_not_granted",
    "team_added_to_org", "team_not_found", "token_expired", "token_revoked", "two_factor_setup_required",
    "update_failed",
})  # fmt: skip
"""Not delivered, and healed by an operator or by time."""
SPEECHLESS = frozenset({
    "account_inactive", "external_channel_migrating", "invalid_auth", "not_authed", "org_login_required",
    "request_timeout", "team_added_to_org", "token_expired", "token_revoked", "two_factor_setup_required",
})  # fmt: skip
"""Those of them with which nothing can be posted either, so that waiting until they are over costs nothing."""
REJECTED = frozenset({
    "as_user_not_supported", "attachment_payload_limit_exceeded", "block_mismatch", "cant_update_message",
    "deprecated_endpoint", "edit_window_closed", "expired_url", "invalid_arg_name", "invalid_arguments",
    "invalid_array_arg", "invalid_attachments", "invalid_blocks", "invalid_blocks_format", "invalid_charset",
    "invalid_form_data", "invalid_metadata_format", "invalid_metadata_schema", "invalid_payload", "invalid_post_type",
    "markdown_text_conflict", "message_not_found", "metadata_must_be_sent_from_app", "metadata_too_large",
    "method_deprecated", "missing_post_type", "msg_blocks_too_long", "msg_too_long", "no_text",
    "slack_connect_canvas_sharing_blocked", "slack_connect_file_link_sharing_blocked",
    "slack_connect_lists_sharing_blocked", "too_many_attachments", "unknown_method", "used_url",
})  # fmt: skip
CODES = WAIT | UNCLEAR | LOST | THREAD_LOST | TOKEN | REJECTED
"""All that are known."""

NOT_SENT = (
    aiohttp.ClientConnectorError,  # no connection: refused, no such host, bad certificate, no proxy
    aiohttp.ConnectionTimeoutError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.ClientHttpProxyError,  # the proxy would not connect
)
NEVER_SENT = (
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
    errors.BotUserAccessError,
    errors.SlackObjectFormationError,
    errors.SlackRequestError,
)
"""Not sent, and no other time either: what was asked for cannot be."""
Refusal = Deferred | Failed | Uncertain | Rejected | Lost
"""What can become of a request that had no success."""
HTTP_OK, HTTP_TOO_MANY, HTTP_SERVER_ERROR = 200, 429, 500


def refused(status: int, headers: Mapping[str, str], code: str, detail: str = "") -> Refusal:
    """What an answer means that is no success: HTTP status, headers, Slack's `error` (empty where Slack said none)."""
    said = f"{code}: {detail}" if code and detail else code or f"HTTP {status}"
    if status == HTTP_TOO_MANY or code in WAIT:
        return Deferred(_retry_after(headers))
    if status >= HTTP_SERVER_ERROR or code in UNCLEAR or not code:
        return Uncertain(said)
    if code in LOST or code in THREAD_LOST:
        return Lost(said, thread_only=code in THREAD_LOST)
    return Rejected(said) if code in REJECTED else Failed(said)


def responded(status: int, headers: Mapping[str, str], text: str) -> Outcome:
    """What a `response_url` answered: `ok` in plain text or JSON, else a code in one of the two.

    Plain text that is no known code may be anybody's (a proxy's "Forbidden"): it says nothing, and is not quoted.
    """
    said, word = _json(text), text.strip()
    if status == HTTP_OK and (word == "ok" or said.get("ok") is True):
        return Sent({})
    return refused(status, headers, word if word in CODES else _code(said))


def raised(error: Exception) -> Refusal:
    """What an exception of the SDK or the HTTP client means; whatever is not surely unsent is unclear."""
    if isinstance(error, errors.SlackApiError):
        return _api_error(error)
    if isinstance(error, (aiohttp.InvalidUrlRedirectClientError, aiohttp.NonHttpUrlRedirectClientError)):
        return Uncertain(_named(error))  # the request was written: its answer led astray
    if isinstance(error, NEVER_SENT):
        return Rejected(_named(error))
    if isinstance(error, (*NOT_SENT, errors.SlackClientError)):
        return Failed(_named(error))
    return Uncertain(_named(error))


def unread(error: Exception, ask_again: float) -> Later | Unknowable:
    """What the exception means for a request that only asked: worth asking again in so many seconds, or hopeless.

    A refusal that is not known to pass is taken for hopeless: what waits for the answer would wait for ever.
    """
    refusal = raised(error)
    if isinstance(refusal, Deferred):
        return Later(min(refusal.retry_after, LONGEST_WAIT), "ratelimited")
    code = code_of(error)
    lasts = isinstance(refusal, Failed) and code and code not in SPEECHLESS
    if lasts or isinstance(refusal, Rejected | Lost):
        return Unknowable(refusal.error)
    return Later(ask_again, refusal.error)


def code_of(error: Exception) -> str:
    """Slack's own word for the refusal; empty where there was no answer, or none of its usual ones."""
    return _code(getattr(error.response, "data", None)) if isinstance(error, errors.SlackApiError) else ""


def _api_error(error: errors.SlackApiError) -> Refusal:
    # The SDK hands over its own response, or aiohttp's where the body was not JSON.
    response = error.response
    status = getattr(response, "status_code", 0) or getattr(response, "status", HTTP_SERVER_ERROR)
    headers = getattr(response, "headers", {})
    return refused(status, headers, code_of(error), _detail(getattr(response, "data", None)))


def _code(said: object) -> str:
    """The code of Slack's `{"ok": false, "error": …}`; empty where that is not what it says."""
    code = said.get("error") if isinstance(said, Mapping) and said.get("ok") is False else None
    return code if isinstance(code, str) else ""


def _detail(data: object) -> str:
    """What Slack adds: which block it means, or which scope is missing."""
    if not isinstance(data, Mapping):
        return ""
    metadata = data.get("response_metadata")
    messages = metadata.get("messages") if isinstance(metadata, Mapping) else None
    said = messages if isinstance(messages, list) else [data.get("needed")]
    return ", ".join(word for word in said if isinstance(word, str))


def _retry_after(headers: Mapping[str, str]) -> float:
    value = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else RETRY_AFTER


def _named(error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__


def _json(text: str) -> Mapping[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, Mapping) else {}
