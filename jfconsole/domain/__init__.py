"""What the console talks about: values and rules, no I/O."""
