"""How the Bot API says no: https://core.telegram.org/bots/api#making-requests."""

from collections.abc import Mapping
from typing import Any


class RefusedError(Exception):
    """The call is refused: status, the Bot API's words, and its parameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """What is answered."""
        return refusal_body(self.status, self.description, self.parameters)


def bad_request(words: str) -> RefusedError:
    """400, with the words behind `Bad Request: `."""
    return RefusedError(400, f"Bad Request: {words}")


def too_many(seconds: int) -> RefusedError:
    """429, to be tried again after so many seconds."""
    return RefusedError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def refusal_body(status: int, description: str, parameters: Mapping[str, int] | None = None) -> dict[str, Any]:
    """A refusal in the Bot API's form."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return {**body, "parameters": dict(parameters)} if parameters else body
