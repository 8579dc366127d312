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


def test_org_shows_notes_and_raised_letters_as_other_formats_do(notes: Path) -> None:
    code = "#+begin_src c\na_{1}[fn:1]\n#+end_src\n"
    text = f"* H_{{2}}O\nTwice[fn:1] the level x_{{0}}, as $a_{{i}}$ says.[fn:wall]\n{code}[fn:1] Once.\n"
    read = _read(notes / "a.org", text)
    assert read.text == "* H2O\nTwice[1] the level x_{0}, as $a_{i}$ says.[wall]\na_{1}[fn:1]\n[1] Once.\n"
    assert _headings(read) == [("H2O", 1)]


def test_restructured_text_shows_the_words_of_links_and_raised_letters(notes: Path) -> None:
    text = (
        "The lamp\n========\n\n:Author:\n   Ada\n:Date:\n   2024-05-06\n\n"
        "See `the\nmap <https://example.org/map>`__ at x\\ :sub:`0`, and `Ida <ida_>`_.\n\nLater\n-----\n\nEnd.\n"
    )
    read = _read(notes / "a.rst", text)
    assert (read.author, read.created) == ("Ada", "2024-05-06T00:00:00Z")
    assert "See the\nmap at x0, and Ida." in read.text
    later = read.sections[1]
    assert read.text[later.start : later.end].strip() == "End."


def test_restructured_text_tells_title_author_day_and_headings(notes: Path) -> None:
    read = _read(notes / "a.rst", RST)
    assert (read.title, read.author, read.created) == ("The lamp", "Ada", "2024-05-06T00:00:00Z")
    assert _headings(read) == [("The lamp", 1), ("In spring", 2), ("春の台所", 2), ("Later", 3)]
    spring = read.sections[1]
    assert read.text[spring.start : spring.end].strip() == "It hangs."


def test_rules_and_tables_are_no_headings(notes: Path) -> None:
    read = _read(notes / "lamp.rst", "one\n\n----\n\ntwo and more\n---\n\n::\n\n  code\n  ----\n")
    assert (read.title, read.sections) == ("Lamp", [])
