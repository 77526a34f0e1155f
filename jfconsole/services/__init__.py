"""Use cases: the only layer that a front end calls."""
