"""The window; no rules live here."""
