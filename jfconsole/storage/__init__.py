"""Files and databases that survive a crash and that nobody else reads."""
