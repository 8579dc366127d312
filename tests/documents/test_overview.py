"""The library by folder, kind and month."""

import os

from personal_ai.documents.overview import Folder, Overview
from personal_ai.store.rows import Entry


def at(*parts: str) -> str:
    return os.sep + os.path.join(*parts)  # noqa: PTH118


ENTRIES = [
    Entry(5, at("home", "me", "notes", "trips", "lisbon.md"), "md", "2025-03"),
    Entry(4, at("home", "me", "notes", "trips", "2024", "oslo.md"), "md", "2024-07"),
    Entry(3, at("home", "me", "notes", "rent.pdf"), "pdf", "2025-03"),
    Entry(2, at("home", "me", "mail", "in.mbox"), "eml", "2025-01"),
    Entry(1, "remembered:abc", "txt", "2025-02"),
]


def test_folders_begin_where_they_part() -> None:
    overview = Overview(ENTRIES)
    assert overview.folders() == [
        Folder(at("home", "me", "mail"), "mail", 1),
        Folder(at("home", "me", "notes"), "notes", 3),
    ]
    assert overview.folders(at("home", "me", "notes")) == [Folder(at("home", "me", "notes", "trips"), "trips", 2)]
    assert overview.folders(at("home", "me", "notes", "trips", "2024")) == []
    assert Overview().folders() == []


def test_a_folder_that_stays_current_is_shown_itself() -> None:
    overview = Overview(ENTRIES[:1], [at("home", "me")])
    assert [folder.path for folder in overview.folders()] == [at("home", "me")]
    assert [folder.path for folder in overview.folders(at("home", "me"))] == [at("home", "me", "notes", "trips")]


def test_kinds_and_months_are_counted_and_narrow_the_list() -> None:
    overview = Overview(ENTRIES)
    assert overview.kinds() == [("Texts", 2), ("PDF", 1), ("Mail", 1), ("Remembered", 1)]
    assert overview.months() == {"2024-07": 1, "2025-01": 1, "2025-02": 1, "2025-03": 2}
    notes = at("home", "me", "notes")
    assert overview.months(notes) == {"2024-07": 1, "2025-03": 2}
    assert overview.ids() == [5, 4, 3, 2, 1]
    assert overview.ids(notes, "Texts") == [5, 4]
    assert overview.ids(notes, month="2025-03") == [5, 3]
    assert overview.ids(at("home", "me", "note")) == []
