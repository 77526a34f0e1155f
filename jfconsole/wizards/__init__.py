"""Wizards: step machines without a screen. What a vendor or a CI platform wants is a recipe, a file of data."""
