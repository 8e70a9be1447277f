"""The launch's state in one SQLite file: the only place that knows SQLite."""
