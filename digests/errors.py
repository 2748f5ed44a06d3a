"""The root of the news half's exceptions: faults of the operator's, never of an article's."""


class NewsError(Exception):
    """What the news half cannot work with: an archive that is not there, a template that fails, a topic unknown."""
