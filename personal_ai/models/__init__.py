"""Base-model files: are they sound, what family are they, which ones are here."""
