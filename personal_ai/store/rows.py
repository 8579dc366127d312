"""Documents and passages as the store gives them."""

from typing import Literal, NamedTuple

import msgspec

#: Whose words a document is: the person's own, sent to them, or found elsewhere. Only the first kind is learned.
Provenance = Literal["mine", "sent", "elsewhere"]


class DocumentRow(msgspec.Struct, frozen=True):
    """One version of a document, without its text. `learned_by`: the newest kept adapter that learned it."""

    id: int
    path: str
    sha256: str
    title: str
    format: str
    size: int
    created: str
    added: str
    version: int
    first_line: str
    never_learn: bool
    never_use: bool
    learned_by: int | None
    chunks: int
    provenance: Provenance = "mine"
    #: What its file told about that; "" where nothing is known of it.
    guessed: Provenance | Literal[""] = ""
    #: Who wrote it; "" where its file does not say.
    author: str = ""
    #: Since when its file is gone, so that it is set aside; "" where it is not.
    gone: str = ""
    #: When it was learned; "" where it was not.
    learned: str = ""

    @property
    def learnable(self) -> bool:
        """Whether a night learns it."""
        return self.provenance == "mine" and not self.never_learn


class Entry(NamedTuple):
    """What a list of very many documents needs of each. `month` is “2025-03”."""

    id: int
    path: str
    format: str
    month: str


class ChunkRow(msgspec.Struct, frozen=True):
    """A passage: the document's text from `start` to `end`, in characters; `title` and `created` are the document's."""

    id: int
    document_id: int
    position: int
    heading: str
    text: str
    start: int
    end: int
    title: str
    created: str = ""


class NewChunk(msgspec.Struct, frozen=True):
    """A passage that is not stored yet. `heading` is its path, "A > B".

    `found`: the search knows it. `learned`: a night may learn it, where the document may be learned.
    """

    heading: str
    text: str
    start: int
    end: int
    found: bool = True
    learned: bool = True


class Counts(msgspec.Struct, frozen=True):
    """How much the library holds: current versions only."""

    documents: int
    chunks: int
    characters: int
