"""What Alembic runs to run the migrations: they join the transaction that `bot.store.migrating` was given."""

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can alter little of a table in place.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
