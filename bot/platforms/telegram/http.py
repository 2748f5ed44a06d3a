"""One request to the Bot API over the process's aiohttp session, in the form python-telegram-bot asks for."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from telegram.error import BadRequest, TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.platforms.telegram.faults import NotSentError, check_answer, network_error
from bot.platforms.telegram.timing import TIMING

CONNECT_SECONDS = 10.0
"""To get a connection from the pool and to open it: what fails here was surely not sent."""

HEADERS = {"Content-Type": "application/json"}


class AiohttpRequest(BaseRequest):
    """Exactly one HTTP request a call: no retry, no redirection, no proxy of the environment.

    The token is known here only. python-telegram-bot is given a stand-in for it (`PLACE`), since it writes the true
    one to its log, into `InvalidToken` and into `repr(bot)`.
    """

    PLACE = "https://telegram/bot"

    def __init__(self, session: ClientSession, base_url: str, token: str, *, seconds: float = TIMING.send) -> None:
        """`seconds`: how long an answer is waited for where the call does not say."""
        self._session = session
        self._seconds = seconds
        self._root = root(base_url, token)
        self._place = f"{self._root.host}:{self._root.port}"

    @property
    def read_timeout(self) -> float:
        """Seconds for an answer where the call names none."""
        return self._seconds

    async def initialize(self) -> None:
        """Nothing: the session is the process's."""

    async def shutdown(self) -> None:
        """Nothing: whoever opened the session closes it."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # the base class's signature
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # likewise
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # likewise
    ) -> tuple[int, bytes]:
        """Post, and give status and body; see `check_answer` and `network_error` for what is raised."""
        seconds = self._seconds if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        target = self._root / url.rpartition("/")[2]
        body = json_body({} if request_data is None else request_data.parameters)
        status, answer, wait = await self._exchange(method, target, body, seconds)
        check_answer(status, answer, wait)
        return status, answer

    async def _exchange(self, method: str, target: URL, body: bytes, seconds: float) -> tuple[int, bytes, str | None]:
        if self._session.closed:
            raise NotSentError("the HTTP session is closed")
        timeout = ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=seconds)
        try:
            async with self._session.request(
                method, target, data=body, headers=HEADERS, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await response.read(), response.headers.get("Retry-After")
        # Whatever aiohttp raises: python-telegram-bot would put its text, and with it the URL, into its own error.
        except Exception as cause:
            raise network_error(cause, self._place) from cause

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's JSON object, always with a `result`; unlike the base class's, it logs no body.

        Raises:
            TelegramError: It is no JSON object.
        """
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("answer is no JSON object")
        answer.setdefault("result", None)
        return answer


def root(base_url: str, token: str) -> URL:
    """`https://api.telegram.org/bot<token>`; ValueError, without the token, where `base_url` is no http(s) URL."""
    try:
        place = URL(base_url)
    except ValueError:
        place = URL()
    if place.scheme not in {"http", "https"} or not place.host:
        raise ValueError(f"{base_url!r} is not an http(s) URL")
    return place / f"bot{token}"


def json_body(arguments: Mapping[str, Any]) -> bytes:
    """The arguments as JSON; BadRequest where they cannot be written so: ours is the fault, and nothing was sent."""
    try:
        return json.dumps(arguments, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as cause:
        raise BadRequest(f"arguments are not JSON: {cause}") from cause
