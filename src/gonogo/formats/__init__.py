"""Files in and out: config, plans, shipped data, text."""
