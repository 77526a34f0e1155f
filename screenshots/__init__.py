"""Pictures of the console and the script that makes them."""
