"""Notes become examples, examples an adapter, and the adapter is proved."""
