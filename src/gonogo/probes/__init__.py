"""The outside world: how a site is asked, and when."""
