"""The sandbox's own tokens, invented and good nowhere else, and how to tell that one is real."""

import re
from dataclasses import dataclass, fields

# A bot's number and its key (core.telegram.org/bots/api#authorizing-your-bot); Slack's tokens carry the numbers of
# team and bot or of the app (docs.slack.dev/authentication/tokens); its signing secrets are 32 hexadecimal digits.
REAL = re.compile(r"\d{8,}:[\w-]{30,}|xox[a-z]-[\w.]*\d{9,}\S*|xapp-\d-\S{20,}|[0-9a-f]{32}", re.ASCII)


class RealTokenError(ValueError):
    """A token that somebody's bot may live on; its text names the token and never shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a bot has to know to be let in."""

    telegram: str = "123456:SANDBOX-invented-for-this-machine-only"
    slack_bot: str = "xoxb-sandbox-invented"
    slack_app: str = "xapp-sandbox-invented"
    slack_signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - invented, as all of these

    def check(self) -> None:
        """RealTokenError where one of them looks like a real one: nothing here is to be trusted with it."""
        for field in fields(self):
            if looks_real(getattr(self, field.name)):
                raise RealTokenError(f"{field.name}: looks like a real token, and the sandbox takes none")


def looks_real(token: str) -> bool:
    """Whether a platform could have given it out."""
    return REAL.fullmatch(token.strip()) is not None
