"""Org and reStructuredText: kept as they are written, with title, author, day and headings."""

from pathlib import Path

import pytest

from personal_ai.documents.read_worker import read_document
from personal_ai.messages import DocumentRead

ORG = """#+TITLE: The lamp
#+Author: Ada
#+date: <2024-05-06 Mon>
#+STARTUP: overview
#+filetags: :shed:

* TODO [#A] Hang it :home:urgent:
:PROPERTIES:
:ID: 77
:END:
# only for me
By the [[file:door.org][green door]], see [[https://example.org]].
** In spring
#+begin_src python
,* no heading
print("#+no setting")
#+end_src
* Done
"""
RST = """\
========
The lamp
========

:Author: Ada
:Date: 6 May 2024

In spring
---------

It hangs.

春の台所
--------

==== ===
oil  two
==== ===

Later
^^^^^
"""


def _read(path: Path, text: str) -> DocumentRead:
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def _headings(read: DocumentRead) -> list[tuple[str, int]]:
    return [(section.heading, section.level) for section in read.sections]


def test_org_tells_title_author_day_and_headings(notes: Path) -> None:
    read = _read(notes / "a.org", ORG)
    assert (read.title, read.author, read.created) == ("The lamp", "Ada", "2024-05-06T00:00:00Z")
    assert _headings(read) == [("Hang it", 1), ("In spring", 2), ("Done", 1)]
    assert "By the green door, see https://example.org." in read.text
    assert ',* no heading\nprint("#+no setting")' in read.text
    assert "filetags: :shed:" in read.text
    assert not any(unseen in read.text for unseen in ("77", "only for me", "STARTUP", "overview", "begin_src"))


@pytest.mark.parametrize("text", ["* One\n:PROPERTIES:\nnever ends\n", "plain words", "** deep\n* high\n"])
def test_an_odd_org_file_keeps_its_words(notes: Path, text: str) -> None:
    read = _read(notes / "2024-05-06-lamp.org", text)
    assert set(read.text.split()) >= set(text.split()) - {":PROPERTIES:"}
    assert read.created == "2024-05-06T00:00:00Z"


def test_restructured_text_tells_title_author_day_and_headings(notes: Path) -> None:
    read = _read(notes / "a.rst", RST)
    assert (read.title, read.author, read.created) == ("The lamp", "Ada", "2024-05-06T00:00:00Z")
    assert _headings(read) == [("The lamp", 1), ("In spring", 2), ("春の台所", 2), ("Later", 3)]
    spring = read.sections[1]
    assert read.text[spring.start : spring.end].strip() == "It hangs."


def test_rules_and_tables_are_no_headings(notes: Path) -> None:
    read = _read(notes / "lamp.rst", "one\n\n----\n\ntwo and more\n---\n\n::\n\n  code\n  ----\n")
    assert (read.title, read.sections) == ("Lamp", [])
