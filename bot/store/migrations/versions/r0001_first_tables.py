"""The first tables: editions, what is owed and to whom, and who is running."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    _editions()
    _deliveries()
    op.create_table(
        "destination",
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("paused", sa.Text),
        sa.Column("moved_to", sa.Text),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "process",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("heartbeat_at", sa.BigInteger, nullable=False),
    )


def _editions() -> None:
    op.create_table(
        "edition",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("since_at", sa.BigInteger),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
    )
    op.create_index("edition_by_digest", "edition", ["digest", "due_at"])
    op.create_table(
        "edition_article",
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("destination", sa.Text, primary_key=True),
        sa.Column("file", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
    )
    op.create_index("edition_article_by_digest", "edition_article", ["digest", "destination"])
    op.create_table(
        "digest_mark",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("high_water", sa.BigInteger, nullable=False),
        sa.Column("timetable", sa.Text, nullable=False),
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("edition", sa.Text),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("thread", sa.Text),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("queued_at", sa.BigInteger, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("arguments", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("repeats", sa.Integer, nullable=False),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("receipt", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("settled_at", sa.BigInteger),
    )
    op.create_index("delivery_in_line", "delivery", ["state", "platform", "priority", "queued_at"])
    op.create_index("delivery_by_chat", "delivery", ["platform", "address", "state"])
    op.create_index("delivery_by_expiry", "delivery", ["state", "expires_at"])
    op.create_index("delivery_by_edition", "delivery", ["edition"])
