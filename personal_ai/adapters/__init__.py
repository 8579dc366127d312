"""The shelf of what was learned: versions, publish, roll back, exchange."""
