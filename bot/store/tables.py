"""The tables of the store; instants are whole milliseconds since 1970 in UTC, JSON is text, keys are natural."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, text

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
    # Out of a closed set (`bot.publishing.results`), and what more there is to say.
    Column("reason", Text),
    Column("detail", Text),
    Column("recorded_at", BigInteger, nullable=False),
    # When the admins were told of an edition that was missed.
    Column("told_at", BigInteger),
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
    # How often it was claimed, which never falls: an answer counts for the claim that it was sent under.
    Column("claims", Integer, nullable=False, server_default="0"),
    # How often it was sent again after an attempt without a clear answer, and how often of these without knowing that
    # it was not there: above 0, it may be in the chat twice.
    Column("repeats", Integer, nullable=False),
    Column("blind_repeats", Integer, nullable=False, server_default="0"),
    # pending: the next attempt's earliest instant, 0 for at once; uncertain: when the platform has surely decided.
    Column("not_before", BigInteger, nullable=False),
    Column("lease_until", BigInteger),
    Column("expires_at", BigInteger),
    # The mark that its message carries where a platform allows one.
    Column("nonce", Text, nullable=False, server_default=""),
    # The claim of the first request that may have brought it into its chat, and the last sighting before that.
    Column("claimed_at", BigInteger),
    Column("seen_before", BigInteger),
    Column("receipt", Text),
    # Out of a closed set (`bot.delivery.settlement`), and what more there is to say.
    Column("reason", Text),
    Column("error", Text),
    Column("settled_at", BigInteger),
    # When the admins were told that it was given up.
    Column("told_at", BigInteger),
)
# What is next in line, what stands before it in its chat, and what grew too old.
Index("delivery_in_line", delivery.c.state, delivery.c.platform, delivery.c.priority, delivery.c.queued_at)
Index("delivery_by_chat", delivery.c.platform, delivery.c.address, delivery.c.state)
Index("delivery_by_expiry", delivery.c.state, delivery.c.expires_at)
Index("delivery_by_edition", delivery.c.edition)
# What the admins have to be told: hardly ever anything, however much was given up before.
_UNTOLD = text("told_at IS NULL AND edition IS NOT NULL AND state IN ('failed', 'expired', 'uncertain')")
Index("delivery_untold", delivery.c.state, delivery.c.told_at, sqlite_where=_UNTOLD, postgresql_where=_UNTOLD)
# Replies to be forgotten, among however many digests that are kept.
_REPLY = text("priority = 0")
Index("delivery_past_replies", delivery.c.settled_at, sqlite_where=_REPLY, postgresql_where=_REPLY)

# A delivery to be looked for in its chat (while it is uncertain) or of which strays are to be looked for (once sent).
inspection = Table(
    "inspection",
    metadata,
    Column("delivery", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    # When the platform had surely made up its mind; `due_at` may be put off, this not.
    Column("settled_at", BigInteger, nullable=False),
    # Set while somebody looks: until then nothing is sent to the chat, since a new message could be taken for this one.
    Column("lease_until", BigInteger),
)
Index("inspection_in_line", inspection.c.platform, inspection.c.due_at)
Index("inspection_by_chat", inspection.c.platform, inspection.c.address)

sighting = Table(
    "sighting",
    metadata,
    # Rises with each sighting, whatever the clocks say, and is never given twice.
    Column("serial", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("sequence", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    # The number was surely given after this instant; NULL where that is not known.
    Column("given_after", BigInteger),
    sqlite_autoincrement=True,
)
Index("sighting_by_number", sighting.c.sequence, sighting.c.number, unique=True)
Index("sighting_by_age", sighting.c.seen_at)

inbox = Table(
    "inbox",
    metadata,
    # Unique by update or event of the platform: what is told again is the same row.
    Column("key", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    # What was understood, as JSON: a command or an event of a chat.
    Column("body", Text, nullable=False),
    # pending | done | failed
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("settled_at", BigInteger),
    Column("error", Text),
)
Index("inbox_in_line", inbox.c.state, inbox.c.received_at)

destination = Table(
    "destination",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("paused", Text),  # why nothing is sent there any more
    Column("moved_to", Text),  # the supergroup that the group became
    Column("changed_at", BigInteger, nullable=False),
    Column("told_at", BigInteger),  # when the admins were told that it is paused; NULL: not yet
)

process = Table(
    "process",
    metadata,
    Column("name", Text, primary_key=True),
    Column("heartbeat_at", BigInteger, nullable=False),
)
