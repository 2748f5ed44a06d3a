"""The tables of the store; instants are whole milliseconds since 1970 in UTC, JSON is text, keys are natural."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

metadata = MetaData()

edition = Table(
    "edition",
    metadata,
    # digest and local date-and-slot: `ai-morning/2026-11-22T09:00`; the key decides which process publishes.
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    # The window's start, so that `since-last` and an explanation later can be told.
    Column("since_at", BigInteger),
    # published | empty | missed
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("recorded_at", BigInteger, nullable=False),
)
Index("edition_by_digest", edition.c.digest, edition.c.due_at)

edition_article = Table(
    "edition_article",
    metadata,
    Column("edition", Text, primary_key=True),
    Column("destination", Text, primary_key=True),
    Column("file", Text, primary_key=True),
    Column("digest", Text, nullable=False),
)
Index("edition_article_by_digest", edition_article.c.digest, edition_article.c.destination)

digest_mark = Table(
    "digest_mark",
    metadata,
    Column("digest", Text, primary_key=True),
    # Nothing due at or before this instant is planned again, however the clock moves.
    Column("high_water", BigInteger, nullable=False),
    # The timetable that was being followed, in words: an edited one starts at its edit, not before.
    Column("timetable", Text, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("key", Text, primary_key=True),
    Column("edition", Text),
    Column("platform", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("thread", Text),
    # 0 reply, 1 broadcast
    Column("priority", Integer, nullable=False),
    Column("queued_at", BigInteger, nullable=False),
    Column("part", Integer, nullable=False),
    Column("method", Text, nullable=False),
    Column("arguments", Text, nullable=False),
    # pending | sending | sent | failed | uncertain | expired | dropped
    Column("state", Text, nullable=False),
    # Attempts that were spent; being told to wait spends none.
    Column("attempt", Integer, nullable=False),
    # How often it was sent again after an attempt without a clear answer: above 0, it may be in the chat twice.
    Column("repeats", Integer, nullable=False),
    # pending: the next attempt's earliest instant, 0 for at once; uncertain: when the platform has surely decided.
    Column("not_before", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("expires_at", BigInteger),
    Column("receipt", Text),
    Column("error", Text),
    Column("settled_at", BigInteger),
)
# What is next in line, what stands before it in its chat, and what grew too old.
Index("delivery_in_line", delivery.c.state, delivery.c.platform, delivery.c.priority, delivery.c.queued_at)
Index("delivery_by_chat", delivery.c.platform, delivery.c.address, delivery.c.state)
Index("delivery_by_expiry", delivery.c.state, delivery.c.expires_at)
Index("delivery_by_edition", delivery.c.edition)

destination = Table(
    "destination",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("paused", Text),  # why nothing is sent there any more
    Column("moved_to", Text),  # the supergroup that the group became
    Column("changed_at", BigInteger, nullable=False),
)

process = Table(
    "process",
    metadata,
    Column("name", Text, primary_key=True),
    Column("heartbeat_at", BigInteger, nullable=False),
)
