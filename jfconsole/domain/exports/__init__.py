"""Plans as other tools have them."""
