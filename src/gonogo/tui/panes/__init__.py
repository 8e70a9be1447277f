"""What each pane says: pure functions from a board to lines."""
