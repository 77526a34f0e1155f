"""A terminal console for access administration on the JFrog Platform."""

__version__ = "0.1.0"
