"""Personal AI: an AI of your own, that chats offline with your notes and learns them overnight."""

__version__ = "0.1.0"
