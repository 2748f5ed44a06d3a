"""The store's migrations, oldest first, as Alembic reads them; forwards only."""
