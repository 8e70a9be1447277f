"""The sample shop: its own process, with a way to break it and a way to mend it."""
