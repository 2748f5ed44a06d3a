"""Configurations for tests: the least that loads, and the environment that it needs."""

from pathlib import Path

from bot.errors import SettingsError
from bot.settings.loading import load_text
from bot.settings.settings import Settings

FILE = Path("config/heatwire.yaml")
TELEGRAM = "123456:canary-telegram-token-of-thirty-five"
ENVIRON = {
    "HEATWIRE_TELEGRAM_TOKEN": TELEGRAM,
    "HEATWIRE_SLACK_BOT_TOKEN": "xoxb-canary-bot",
    "HEATWIRE_SLACK_APP_TOKEN": "xapp-canary-app",
    "HEATWIRE_SLACK_SIGNING_SECRET": "canary-signing-secret",
}
LEAST = """\
archive: {path: ./archive}
telegram:
slack:
digests:
  morning:
    at: "09:00"
    to: [{telegram: -1001234567890}]
"""


def loaded(text: str) -> Settings:
    """The settings of a text, with every token at hand."""
    return load_text(text, FILE, ENVIRON)


def problems(text: str, environ: dict[str, str] | None = None) -> list[str]:
    """What is wrong with a text, as it is printed but for the file's name."""
    try:
        load_text(text, FILE, ENVIRON if environ is None else environ)
    except SettingsError as error:
        return [str(problem).removeprefix(f"{FILE}:").strip() for problem in error.problems]
    return []


def digest(*lines: str) -> str:
    """The least configuration with these lines instead of the digest's `at`."""
    return LEAST.replace('    at: "09:00"\n', "".join(f"    {line}\n" for line in lines))
