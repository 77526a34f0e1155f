"""Verbs: the headless twin of every screen."""
