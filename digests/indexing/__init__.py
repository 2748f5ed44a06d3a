"""The local index of published articles: one SQLite file, derived and disposable."""
