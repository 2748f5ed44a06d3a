"""Fits whole parts into as few messages as their order allows, none of which costs more than its dialect allows."""

from collections.abc import Iterable, Iterator, Sequence

from digests.dialects.dialect import Cost, Part

Parts = tuple[Part, ...]


def pack(parts: Sequence[Part], *, limit: Cost, gap: Cost, head: Cost) -> tuple[Parts, ...]:
    """All parts in order, message by message.

    A part that leads stays with what follows it. In every message but the first, `head` is left free for the heading
    that says which of them it is. ValueError where parts that belong together cost more than one message may.
    """
    messages: list[Parts] = []
    current: Parts = ()
    free = limit
    for cluster in _clusters(parts):
        if current and not fits(total((*current, *cluster), gap), free):
            messages.append(current)
            current, free = (), less(less(limit, head), gap)
        if not fits(total((*current, *cluster), gap), free):
            raise ValueError(f"parts of cost {total(cluster, gap)} in a message of {free}")
        current += cluster
    return (*messages, current) if current else tuple(messages)


def total(parts: Iterable[Part], gap: Cost) -> Cost:
    """What parts cost in one message, one gap between each two."""
    costs = [part.cost for part in parts]
    gaps = max(len(costs) - 1, 0)
    return tuple(sum(each) + gaps * one for each, one in zip(zip(*costs, strict=True), gap, strict=True))


def fits(cost: Cost, limit: Cost) -> bool:
    """Whether nothing of the cost is over its limit."""
    return all(used <= most for used, most in zip(cost, limit, strict=True))


def less(cost: Cost, taken: Cost) -> Cost:
    """What is left of a cost."""
    return tuple(one - other for one, other in zip(cost, taken, strict=True))


def _clusters(parts: Iterable[Part]) -> Iterator[Parts]:
    """Runs of parts that belong together: what leads, up to the first that does not."""
    run: list[Part] = []
    for part in parts:
        run.append(part)
        if not part.leads:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)
