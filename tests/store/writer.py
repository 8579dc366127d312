"""A child that stores documents and messages as fast as it can and says each that is stored: killed by test_crash."""

import os
import sys
from pathlib import Path

from personal_ai.messages import DocumentRead
from personal_ai.store.conversations import Conversations
from personal_ai.store.database import Database
from personal_ai.store.documents import Documents, NewChunk


def main(folder: Path, run: str) -> None:
    database = Database(folder / "personal.db", folder / "backups")
    documents, conversations = Documents(database), Conversations(database)
    talk = conversations.create(run)
    for number in range(1_000_000):
        text = f"run {run} number {number} " + f"word{number} " * (number % 400)
        # Every third one is a new version of a path that is there.
        path = f"/{run}/{number % 3 and number}.md"
        chunks = [NewChunk("", text, 0, len(text))]
        read = DocumentRead(
            path=path, sha256=f"{run}-{number}", size=1, title=run, format="md", text=text, sections=[], created=""
        )
        id = documents.put(read, chunks)
        os.write(1, f"d {id} {run}-{number}\n".encode())
        message = conversations.add_message(talk, "user", text)
        os.write(1, f"m {message} {number}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
