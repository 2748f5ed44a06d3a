"""What it takes to find out about unclear messages, to lose no command, and to tell each trouble once."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add it; what ended before is not told any more."""
    _deliveries()
    _inspections()
    _inbox()
    for table in ("edition", "destination"):
        op.add_column(table, sa.Column("told_at", sa.BigInteger))
    op.add_column("edition", sa.Column("detail", sa.Text))
    # The reasons were free text before; all were worded as these are.
    op.execute("UPDATE edition SET told_at = 0, detail = reason WHERE reason IS NOT NULL")
    op.execute(
        "UPDATE edition SET reason = CASE WHEN state = 'empty' THEN 'no_articles' "
        "WHEN reason LIKE 'overtaken%' THEN 'overtaken' ELSE 'too_late' END WHERE reason IS NOT NULL"
    )
    op.execute("UPDATE destination SET told_at = 0 WHERE paused IS NOT NULL")
    op.execute("UPDATE delivery SET told_at = 0 WHERE settled_at IS NOT NULL")
    untold = sa.text("told_at IS NULL AND edition IS NOT NULL AND state IN ('failed', 'expired', 'uncertain')")
    op.create_index("delivery_untold", "delivery", ["state", "told_at"], sqlite_where=untold, postgresql_where=untold)
    reply = sa.text("priority = 0")
    op.create_index("delivery_past_replies", "delivery", ["settled_at"], sqlite_where=reply, postgresql_where=reply)


def _deliveries() -> None:
    for name in ("blind_repeats", "claims"):
        op.add_column("delivery", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    op.add_column("delivery", sa.Column("nonce", sa.Text, nullable=False, server_default=""))
    for name in ("claimed_at", "seen_before", "told_at"):
        op.add_column("delivery", sa.Column(name, sa.BigInteger))
    op.add_column("delivery", sa.Column("reason", sa.Text))
    # All repeats were blind, and what is unclear now was claimed no earlier than it was queued.
    op.execute("UPDATE delivery SET blind_repeats = repeats")
    op.execute("UPDATE delivery SET claimed_at = queued_at, seen_before = 0 WHERE state IN ('sending', 'uncertain')")


def _inspections() -> None:
    op.create_table(
        "inspection",
        sa.Column("delivery", sa.Text, primary_key=True),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger),
    )
    op.create_index("inspection_in_line", "inspection", ["platform", "due_at"])
    op.create_index("inspection_by_chat", "inspection", ["platform", "address"])
    op.execute(
        "INSERT INTO inspection (delivery, platform, address, due_at, settled_at) "
        "SELECT key, platform, address, not_before, not_before FROM delivery WHERE state = 'uncertain'"
    )
    op.create_table(
        "sighting",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("sequence", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("given_after", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("sighting_by_number", "sighting", ["sequence", "number"], unique=True)
    op.create_index("sighting_by_age", "sighting", ["seen_at"])


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("error", sa.Text),
    )
    op.create_index("inbox_in_line", "inbox", ["state", "received_at"])
