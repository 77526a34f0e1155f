"""An embedded JFrog Platform, written from the public reference alone."""
