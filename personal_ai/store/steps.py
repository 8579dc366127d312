"""The database's history: step N turns data version N - 1 into N. Append only; a released step never changes."""

from collections.abc import Callable
from typing import Any

import apsw

from personal_ai.store import terms

#: "PAI1": marks the file as ours.
APPLICATION_ID = 0x50414931


def _first_tables(connection: apsw.Connection) -> None:
    """Documents, chunks and their index; conversations; adapters; nights."""
    _first_documents(connection)
    _first_conversations(connection)
    _first_adapters(connection)
    _first_nights(connection)


def _first_documents(connection: apsw.Connection) -> None:
    connection.execute(
        """
        CREATE TABLE documents(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            -- The id of the first version of this document.
            lineage INTEGER NOT NULL,
            version INTEGER NOT NULL,
            -- The version that took this one's place; only the current one has none.
            replaced_by INTEGER REFERENCES documents(id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
            path TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            title TEXT NOT NULL,
            format TEXT NOT NULL,
            size INTEGER NOT NULL,
            created TEXT NOT NULL,
            added TEXT NOT NULL,
            first_line TEXT NOT NULL,
            never_learn INTEGER NOT NULL DEFAULT 0,
            never_use INTEGER NOT NULL DEFAULT 0
        );
        CREATE UNIQUE INDEX documents_current_sha ON documents(sha256) WHERE replaced_by IS NULL;
        CREATE INDEX documents_path ON documents(path);
        CREATE INDEX documents_lineage ON documents(lineage);
        CREATE INDEX documents_never_use ON documents(id) WHERE never_use = 1;

        -- Apart, so that listing documents does not read their text.
        CREATE TABLE texts(
            document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
            text TEXT NOT NULL,
            sections TEXT NOT NULL
        );

        CREATE TABLE chunks(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            heading TEXT NOT NULL,
            text TEXT NOT NULL,
            start INTEGER NOT NULL,
            stop INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX chunks_document ON chunks(document_id, position);

        -- Holds terms made by store/terms.py, a blank between two. The plain tokenizer splits at blanks and leaves
        -- everything beyond ASCII alone, so any SQLite can read, write and check this table.
        CREATE VIRTUAL TABLE search USING fts5(title, heading, text, tokenize='ascii');
        INSERT INTO search(search, rank) VALUES('secure-delete', 1);
        """
    )


def _first_conversations(connection: apsw.Connection) -> None:
    connection.execute(
        """
        CREATE TABLE conversations(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL,
            created TEXT NOT NULL,
            updated TEXT NOT NULL
        );
        CREATE INDEX conversations_updated ON conversations(updated);

        CREATE TABLE messages(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation_id INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
            role TEXT NOT NULL,
            text TEXT NOT NULL,
            created TEXT NOT NULL,
            sources TEXT NOT NULL DEFAULT '[]',
            adapter INTEGER,
            model TEXT NOT NULL DEFAULT '',
            seed INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL DEFAULT 'done'
        );
        CREATE INDEX messages_conversation ON messages(conversation_id, id);
        """
    )


def _first_adapters(connection: apsw.Connection) -> None:
    connection.execute(
        """
        CREATE TABLE adapters(
            number INTEGER PRIMARY KEY,
            base TEXT NOT NULL,
            base_sha256 TEXT NOT NULL,
            created TEXT NOT NULL,
            size INTEGER NOT NULL,
            notes INTEGER NOT NULL,
            proof TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'kept',
            parent INTEGER
        );
        -- No reference to documents: that an adapter saw a note stays known after the note is deleted.
        CREATE TABLE adapter_documents(
            adapter INTEGER NOT NULL REFERENCES adapters(number) ON DELETE CASCADE,
            document_id INTEGER NOT NULL,
            PRIMARY KEY(adapter, document_id)
        ) WITHOUT ROWID;
        CREATE INDEX adapter_documents_document ON adapter_documents(document_id);
        """
    )


def _first_nights(connection: apsw.Connection) -> None:
    connection.execute(
        """
        CREATE TABLE nights(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            started TEXT NOT NULL,
            ended TEXT,
            state TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            job TEXT NOT NULL,
            adapter INTEGER,
            by TEXT NOT NULL,
            tokens INTEGER NOT NULL DEFAULT 0,
            seconds REAL NOT NULL DEFAULT 0,
            notes INTEGER NOT NULL DEFAULT 0,
            report TEXT NOT NULL DEFAULT '{}'
        );
        """
    )


def _deletions(connection: apsw.Connection) -> None:
    """Which documents were deleted: what learned them must go, whenever the program comes to it."""
    connection.execute(
        """
        -- Ids and a time, nothing of the note: an id is never given again.
        CREATE TABLE forgotten(
            document_id INTEGER PRIMARY KEY,
            lineage INTEGER NOT NULL,
            at TEXT NOT NULL
        );
        CREATE INDEX forgotten_at ON forgotten(at);
        -- Until now, deleting a note left the adapters that had learned it.
        INSERT INTO forgotten(document_id, lineage, at)
            SELECT DISTINCT document_id, document_id, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM adapter_documents
             WHERE document_id NOT IN (SELECT id FROM documents);
        """
    )


def _provenance(connection: apsw.Connection) -> None:
    """Whose words a document is: only the person's own are learned."""
    connection.execute(
        """
        ALTER TABLE documents ADD COLUMN provenance TEXT NOT NULL DEFAULT 'mine';
        UPDATE documents SET provenance = 'sent' WHERE format IN ('eml', 'mbox');
        UPDATE documents SET provenance = 'elsewhere' WHERE format IN ('html', 'htm', 'pdf');
        """
    )


def _teaching(connection: apsw.Connection) -> None:
    """What the person teaches, and what they decide about a night's examples."""
    connection.execute(
        """
        CREATE TABLE taught(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            rejected TEXT NOT NULL,
            conversation_id INTEGER REFERENCES conversations(id) ON DELETE SET NULL,
            message_id INTEGER REFERENCES messages(id) ON DELETE SET NULL,
            -- The note that a thing to remember became.
            document_id INTEGER REFERENCES documents(id) ON DELETE CASCADE,
            -- Ids of the passages that the answer had before it; their text stays with their documents.
            chunks TEXT NOT NULL DEFAULT '[]',
            created TEXT NOT NULL,
            never INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX taught_conversation ON taught(conversation_id);
        CREATE INDEX taught_message ON taught(message_id);
        CREATE INDEX taught_document ON taught(document_id);

        CREATE TABLE example_choices(
            key TEXT PRIMARY KEY,
            choice TEXT NOT NULL,
            question TEXT NOT NULL,
            answer TEXT NOT NULL,
            documents TEXT NOT NULL DEFAULT '[]',
            created TEXT NOT NULL
        ) WITHOUT ROWID;
        """
    )


def _members(connection: apsw.Connection) -> None:
    """Files that hold many documents, and documents of which only parts are the person's own."""
    connection.execute(
        """
        -- Where in which file a document lies; the same mail can lie in two. Documents that are a whole file have none.
        CREATE TABLE members(
            path TEXT NOT NULL,
            member TEXT NOT NULL,
            -- NULL: the person deleted it, so it does not come back with its file.
            document_id INTEGER REFERENCES documents(id) ON DELETE SET NULL,
            PRIMARY KEY(path, member)
        ) WITHOUT ROWID;
        CREATE INDEX members_document ON members(document_id);
        CREATE INDEX members_member ON members(member);
        -- Files that were read to their end, so that an unchanged one need not be opened again.
        CREATE TABLE containers(
            path TEXT PRIMARY KEY,
            seal TEXT NOT NULL,
            size INTEGER NOT NULL
        ) WITHOUT ROWID;
        -- What the file told about whose words these are; another provenance is the person's choice.
        ALTER TABLE documents ADD COLUMN guessed TEXT NOT NULL DEFAULT '';
        -- Of a talk the search finds passages with every voice, and a night learns others, of the person's voice alone.
        ALTER TABLE chunks ADD COLUMN found INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE chunks ADD COLUMN learned INTEGER NOT NULL DEFAULT 1;
        """
    )


def _authors(connection: apsw.Connection) -> None:
    """Who wrote a document, where its file says so."""
    connection.execute("ALTER TABLE documents ADD COLUMN author TEXT NOT NULL DEFAULT ''")


def _places(connection: apsw.Connection) -> None:
    """Notes are found by the names of their folders and files, and the index tells how common a term is."""
    connection.create_scalar_function("place_terms", _place_terms, 1)
    connection.execute(
        """
        -- Written anew: changing every row of an index that deletes securely takes many times as long.
        ALTER TABLE search RENAME TO search_before;
        CREATE VIRTUAL TABLE search USING fts5(title, heading, text, tokenize='ascii');
        INSERT INTO search(rowid, title, heading, text)
            SELECT s.rowid, s.title || ' ' || place_terms(d.path), s.heading, s.text
              FROM search_before s JOIN chunks c ON c.id = s.rowid JOIN documents d ON d.id = c.document_id;
        DROP TABLE search_before;
        INSERT INTO search(search, rank) VALUES('secure-delete', 1);
        CREATE VIRTUAL TABLE vocabulary USING fts5vocab(search, row);
        """
    )
    connection.create_scalar_function("place_terms", None)


def _place_terms(*values: Any) -> str:
    return " ".join(terms.place_terms(values[0]))


def _branches(connection: apsw.Connection) -> None:
    """Another version of a question or an answer stands beside the old one; conversations choose for themselves."""
    connection.execute(
        """
        -- The message that this one follows. No reference: SQLite would follow a long conversation down message by
        -- message when it is deleted, and allows a thousand such steps.
        ALTER TABLE messages ADD COLUMN parent INTEGER;
        ALTER TABLE messages ADD COLUMN made TEXT NOT NULL DEFAULT '{}';
        UPDATE messages SET parent = (
            SELECT max(b.id) FROM messages b WHERE b.conversation_id = messages.conversation_id AND b.id < messages.id);
        CREATE INDEX messages_parent ON messages(parent);
        -- The last message of the branch on show; NULL or gone: the newest.
        ALTER TABLE conversations ADD COLUMN head INTEGER;
        ALTER TABLE conversations ADD COLUMN switches TEXT NOT NULL DEFAULT '{}';
        """
    )


def _conversation_list(connection: apsw.Connection) -> None:
    """Conversations have folders, pins, an archive, and an index over everything said in them."""
    connection.execute(
        """
        ALTER TABLE conversations ADD COLUMN folder TEXT NOT NULL DEFAULT '';
        ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE conversations ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
        -- 'trash': deleted, and can still come back; 'import': on its way in. Neither is shown.
        ALTER TABLE conversations ADD COLUMN hidden TEXT NOT NULL DEFAULT '';
        -- The same in whatever file the conversation lies: it is not taken in twice.
        ALTER TABLE conversations ADD COLUMN key TEXT NOT NULL DEFAULT '';
        UPDATE conversations SET key = 'personal-ai:' || lower(hex(randomblob(16)));
        CREATE UNIQUE INDEX conversations_key ON conversations(key) WHERE key <> '';
        CREATE TRIGGER conversations_keyed AFTER INSERT ON conversations WHEN new.key = '' BEGIN
            UPDATE conversations SET key = 'personal-ai:' || lower(hex(randomblob(16))) WHERE id = new.id;
        END;

        -- As `search` is for passages: terms, a blank between two. Triggers, so that no way to change or delete a
        -- message can forget them; a growing answer is not indexed before it ends.
        CREATE VIRTUAL TABLE message_search USING fts5(text, tokenize='ascii', prefix='2 3');
        CREATE VIRTUAL TABLE title_search USING fts5(text, tokenize='ascii');
        INSERT INTO message_search(rowid, text) SELECT id, index_terms(text) FROM messages WHERE state <> 'streaming';
        INSERT INTO title_search(rowid, text) SELECT id, index_terms(title) FROM conversations;
        INSERT INTO message_search(message_search, rank) VALUES('secure-delete', 1);
        INSERT INTO title_search(title_search, rank) VALUES('secure-delete', 1);
        CREATE TRIGGER messages_said AFTER INSERT ON messages WHEN new.state <> 'streaming' BEGIN
            INSERT INTO message_search(rowid, text) VALUES(new.id, index_terms(new.text));
        END;
        CREATE TRIGGER messages_changed AFTER UPDATE OF text, state ON messages
          WHEN new.text <> old.text OR new.state <> old.state BEGIN
            DELETE FROM message_search WHERE rowid = old.id;
            INSERT INTO message_search(rowid, text)
                SELECT new.id, index_terms(new.text) WHERE new.state <> 'streaming';
        END;
        CREATE TRIGGER messages_gone AFTER DELETE ON messages BEGIN
            DELETE FROM message_search WHERE rowid = old.id;
        END;
        CREATE TRIGGER conversations_begun AFTER INSERT ON conversations BEGIN
            INSERT INTO title_search(rowid, text) VALUES(new.id, index_terms(new.title));
        END;
        CREATE TRIGGER conversations_renamed AFTER UPDATE OF title ON conversations WHEN new.title <> old.title BEGIN
            UPDATE title_search SET text = index_terms(new.title) WHERE rowid = new.id;
        END;
        CREATE TRIGGER conversations_gone AFTER DELETE ON conversations BEGIN
            DELETE FROM title_search WHERE rowid = old.id;
        END;
        """
    )


def _personas(connection: apsw.Connection) -> None:
    """Who answers in a conversation."""
    connection.execute(
        """
        CREATE TABLE personas(
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            instructions TEXT NOT NULL DEFAULT '',
            -- A name in the catalogue; '': the one in use.
            model TEXT NOT NULL DEFAULT '',
            use_adapter INTEGER NOT NULL DEFAULT 1,
            temperature REAL,
            created TEXT NOT NULL
        );
        ALTER TABLE conversations ADD COLUMN persona_id INTEGER REFERENCES personas(id) ON DELETE SET NULL;
        """
    )


def _files(connection: apsw.Connection) -> None:
    """Folders that stay current, what each file was when it was read, and notes whose files are gone."""
    connection.execute(
        """
        CREATE TABLE watched(
            path TEXT PRIMARY KEY,
            added TEXT NOT NULL,
            paused INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        -- A file that still is what it was then need not be opened again.
        CREATE TABLE files(
            path TEXT PRIMARY KEY,
            folder TEXT NOT NULL,
            size INTEGER NOT NULL,
            -- Nanoseconds since 1970.
            modified INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            -- '': it could not be read.
            sha256 TEXT NOT NULL,
            -- Why it was left out; '': it was not.
            reason TEXT NOT NULL DEFAULT ''
        ) WITHOUT ROWID;
        CREATE INDEX files_folder ON files(folder);
        CREATE INDEX files_sha ON files(sha256);
        -- What an import was asked to read and has not ended with.
        CREATE TABLE unfinished(path TEXT PRIMARY KEY) WITHOUT ROWID;
        -- Hashes of the paths and the contents of deleted notes: their files may still lie in a folder that stays
        -- current, and nothing of a deleted note may be kept that could be read.
        CREATE TABLE dismissed(key TEXT PRIMARY KEY) WITHOUT ROWID;
        -- Since when its file is gone. Such a note is replaced by itself: nothing takes it for a current one.
        ALTER TABLE documents ADD COLUMN gone TEXT NOT NULL DEFAULT '';
        CREATE INDEX documents_gone ON documents(id) WHERE gone <> '';
        CREATE INDEX documents_sha ON documents(sha256);
        -- It left the index the quick way, which leaves its words in there until the index is written anew.
        ALTER TABLE documents ADD COLUMN traces INTEGER NOT NULL DEFAULT 0;
        """
    )


def _attachments(connection: apsw.Connection) -> None:
    """What was attached to questions."""
    connection.execute(
        """
        CREATE TABLE attachments(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            message_id INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
            -- 'file': only its name is kept; 'picture': data are its bytes.
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            path TEXT NOT NULL,
            size INTEGER NOT NULL,
            data BLOB NOT NULL DEFAULT x''
        );
        CREATE INDEX attachments_message ON attachments(message_id);
        """
    )


def _naming(connection: apsw.Connection) -> None:
    """Who named a conversation."""
    connection.execute(
        """
        -- 'rule': by its first question; 'model': when idle; 'person', and so whatever was there before: never again.
        ALTER TABLE conversations ADD COLUMN named TEXT NOT NULL DEFAULT 'person';
        """
    )


STEPS: list[Callable[[apsw.Connection], None]] = [
    _first_tables,
    _deletions,
    _provenance,
    _teaching,
    _members,
    _authors,
    _places,
    _branches,
    _personas,
    _conversation_list,
    _files,
    _attachments,
    _naming,
]
