"""A file becomes text becomes chunks, and is found again."""
