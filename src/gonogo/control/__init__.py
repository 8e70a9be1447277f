"""The use cases: the control room, the watch, the system clock."""
