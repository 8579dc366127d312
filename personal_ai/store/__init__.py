"""The person's data; the only SQL of the program."""
