"""One module for each group of verbs; imported when one of its verbs runs."""
