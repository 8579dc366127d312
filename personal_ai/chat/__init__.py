"""A question and its passages become a prompt, and the prompt an answer."""
