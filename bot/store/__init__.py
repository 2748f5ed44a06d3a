"""What must survive a restart, in SQLite or PostgreSQL: one schema, one SQL text, SQLAlchemy Core."""
