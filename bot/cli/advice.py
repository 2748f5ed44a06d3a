"""What to do about an error: said by the command line, never by the error itself."""

from bot.errors import BrowserError, DeliveryError, SchemaError, SettingsError
from digests.errors import NewsError


def advice(error: Exception) -> str | None:
    """One line of what to try, or None where the error leaves nothing to say."""
    match error:
        case SettingsError():
            return _settings_advice(error)
        case SchemaError():
            return "run the newer heatwire that wrote this store"
        case DeliveryError():
            return "heatwire outbox --all, for every delivery and where it stands"
        case BrowserError():
            return "install Debian's chromium, or name a Chromium or Chrome of yours with HEATWIRE_BROWSER"
        case NewsError():
            return _news_advice(error)
        case _:
            return None


def _settings_advice(error: SettingsError) -> str:
    if any("no such file" in str(problem) for problem in error.problems):
        return "copy config/heatwire.yaml of the project, or name your own with --config FILE"
    if all(problem.reason.endswith("is not set") for problem in error.problems):
        return "export the variable, or name a file that holds it with _FILE at its end"
    return "heatwire config schema > heatwire.schema.json, and let your editor check the file"


def _news_advice(error: NewsError) -> str | None:
    from digests.indexing.file import IndexUnusable
    from digests.topics.tree import UnknownTopic

    match error:
        case UnknownTopic():
            return " or ".join(map(repr, error.nearest)) or "heatwire topics, for the list"
        case IndexUnusable():
            return "name another file for the index with --index FILE, or with index: in the configuration"
        case _:
            return None
