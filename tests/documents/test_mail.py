"""Mail and mailboxes: text, senders, and what of it is the person's own."""

import base64
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from personal_ai.documents.read_worker import read_document, read_documents
from personal_ai.errors import UserError
from personal_ai.messages import DocumentRead, FileRead

REPLY = b"""From: =?utf-8?Q?J=C3=BCrgen?= Bach <juergen@example.org>
To: Ida Holm <ida@example.org>, ben@example.org
Subject: Re: =?utf-8?B?R3LDvMOfZSBhdXMgWsO8cmljaA==?=
Date: Mon, 04 Mar 2024 10:15:00 +0100
Message-ID: <reply-1@example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

The key hangs behind the green door.

On Sun, 3 Mar 2024 at 21:40, Ida Holm
<ida@example.org> wrote:
> Where is the key?
> And the lamp?

The lamp is in the shed.

--\x20
J. Bach, Plumber
"""


def _read(path: Path, data: bytes, *names: str) -> DocumentRead:
    path.write_bytes(data)
    return next(event for event in read_documents(path, names) if isinstance(event, DocumentRead))


def own(read: DocumentRead) -> list[str]:
    assert read.own is not None
    return [read.text[start:end] for start, end in read.own]


def test_a_message_has_its_subject_sender_and_date(notes: Path) -> None:
    read = _read(notes / "a.eml", REPLY)
    assert (read.title, read.format) == ("Re: Grüße aus Zürich", "eml")
    assert (read.created, read.member) == ("2024-03-04T09:15:00Z", "<reply-1@example.org>")
    assert read.text.startswith("From: Jürgen Bach <juergen@example.org>\nTo: Ida Holm <ida@example.org>, ben@")
    assert "> Where is the key?" in read.text
    assert read.provenance == "sent"


def test_of_an_answer_only_what_its_sender_wrote_is_theirs(notes: Path) -> None:
    read = _read(notes / "a.eml", REPLY, "juergen@example.org")
    assert read.provenance == "mine"
    assert own(read) == ["The key hangs behind the green door.", "The lamp is in the shed."]


@pytest.mark.parametrize(
    "below",
    [
        "-----Original Message-----\nFrom: Ida\nSent: Monday\nSubject: Key\n\nquoted",
        "---------- Forwarded message ---------\nFrom: Ida <i@example.org>\n\nquoted",
        "________________________________\nVon: Ida\nquoted",
        "Von: Ida Holm <i@example.org>\nGesendet: Montag, 4. März 2024\nAn: Jürgen\nBetreff: Key\n\nquoted",
        "Am 04.03.24 um 10:15 schrieb Ida Holm:\nquoted",
        "Am Mo., 4. März 2024 um 10:15 Uhr schrieb\nIda Holm <i@example.org>:\n\nquoted",
        "Le lun. 4 mars 2024 à 10:15, Ida <i@example.org> a écrit :\nquoted",
        "Ida Holm, 4.3.2024:\n> quoted",
        "Sent from my phone\n\n> quoted",
    ],
)
def test_what_is_quoted_below_is_not_the_senders(notes: Path, below: str) -> None:
    read = _read(notes / "a.eml", f"From: me@example.org\nSubject: Key\n\nMy own words.\n\n{below}\n".encode())
    assert own(read) == ["My own words."]
    assert "quoted" in read.text


def test_plain_prose_that_looks_like_mail_stays_the_senders(notes: Path) -> None:
    prose = "From: is a word, and 3 > 2.\n\nOn Monday I wrote to you.\n\nTwo things: a door -- and a lamp."
    assert "".join(own(_read(notes / "a.eml", f"From: a@example.org\n\n{prose}\n".encode()))) == prose.replace("", "")


def test_of_several_forms_the_plain_one_is_read_and_files_are_named(notes: Path) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "me@example.org", "Plan"
    message.set_content("The plain form.")
    message.add_alternative("<p>The <b>rich</b> form.</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="plan.pdf")
    read = _read(notes / "a.eml", bytes(message))
    assert "The plain form." in read.text
    assert "rich" not in read.text
    assert "Attachments: plan.pdf" in read.text
    assert own(read) == ["The plain form."]


def test_rich_mail_is_read_and_its_quotation_known(notes: Path) -> None:
    message = EmailMessage()
    message["From"] = "me@example.org"
    message.set_content(
        '<p>Come at <i>nine</i>.</p><div class="gmail_quote">On Monday Ida wrote: <blockquote>When?</blockquote></div>',
        subtype="html",
    )
    read = _read(notes / "a.eml", bytes(message))
    assert (read.title, own(read)) == ("Mail from me@example.org", ["Come at nine."])
    assert "When?" in read.text


def test_a_forwarded_message_is_read_and_not_the_senders(notes: Path) -> None:
    inner, message = EmailMessage(), EmailMessage()
    inner["From"], inner["Subject"] = "Ida Holm <ida@example.org>", "Boat"
    inner.set_content("The boat leaks.")
    message["From"], message["Subject"] = "me@example.org", "Fwd: Boat"
    message.set_content("See below.")
    message.add_attachment(inner)
    read = _read(notes / "a.eml", bytes(message))
    assert "Forwarded message from Ida Holm <ida@example.org>: Boat" in read.text
    assert "The boat leaks." in read.text
    assert own(read) == ["See below."]


def test_lines_that_flow_are_joined(notes: Path) -> None:
    data = b"From: a@example.org\nContent-Type: text/plain; format=flowed\n\nOne long \nline.\nAnother.\n"
    assert "One long line.\nAnother." in _read(notes / "a.eml", data).text


@pytest.mark.parametrize(
    ("head", "folder", "name", "whose"),
    [
        ("", "Sent", "", "mine"),
        ("", "Gesendete Elemente", "", "mine"),
        ("X-Gmail-Labels: Archiviert,Gesendet\n", "all", "", "mine"),
        ("X-Unsent: 1\n", "all", "", "mine"),
        ("Delivered-To: ME@example.org\n", "all", "", "mine"),
        ("", "all", "me", "mine"),
        ("", "all", "Somebody Else", "sent"),
        ("X-Gmail-Labels: Inbox,Present\n", "all", "", "sent"),
    ],
)
def test_whose_a_message_is_is_told_by_its_place_and_its_sender(
    notes: Path, head: str, folder: str, name: str, whose: str
) -> None:
    (notes / folder).mkdir()
    data = f"{head}From: Me <me@example.org>\nTo: a@example.org\n\nText.\n".encode()
    assert _read(notes / folder / "a.eml", data, name).provenance == whose


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Type: text/plain; charset=no-such\n\ntext",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\ntext",
        b'From: "<<<>>@,;\nTo: ,,,\nDate: yesterday\nMessage-ID: <[\n\ntext',
        b'Content-Type: text/plain; charset="\nContent-Transfer-Encoding: base64\n\ndGV4dA=',
        b"text",
        b"Subject: =?utf-8?B?!!!?=\n\ntext\xff\xfe",
    ],
)
def test_malformed_mail_is_read_as_far_as_it_goes(notes: Path, data: bytes) -> None:
    assert "text" in _read(notes / "a.eml", data).text


def test_mail_without_end_inside_of_mail_is_cut(notes: Path) -> None:
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    (notes / "a.eml").write_bytes(parts + b"\ntext")
    with pytest.raises(UserError):
        read_document(notes / "a.eml")
    wide = b"Content-Type: multipart/mixed; boundary=b\nSubject: wide\n\n" + b"--b\n\ntext\n" * 5000
    assert _read(notes / "b.eml", wide).text.count("text") < 300


# ---- mailboxes --------------------------------------------------------------------------------------------------

MBOX = (
    b"From ida@example.org Mon Mar  4 10:15:00 2024\nFrom: ida@example.org\nSubject: One\nMessage-ID: <1>\n\n"
    b"First.\n\nFrom here on it is text.\n>From 2024 too, in a quoted line of 2024\n\n"
    b"From MAILER-DAEMON Mon Mar  4 10:15:00 2024 +0100\nFrom: b@example.org\nSubject: Two\nMessage-ID: <2>\n\n"
    b"Second.\n"
)


def test_a_mailbox_is_one_document_a_message(notes: Path) -> None:
    (notes / "in.mbox").write_bytes(MBOX + b"\n" + MBOX.split(b"\n\nFrom MAILER")[0])
    *read, end = read_documents(notes / "in.mbox")
    assert isinstance(end, FileRead)
    assert (end.documents, end.left_out) == (3, 0)
    assert [each.title for each in read if isinstance(each, DocumentRead)] == ["One", "Two", "One"]
    assert [each.member for each in read if isinstance(each, DocumentRead)] == ["<1>", "<2>", "<1>#2"]
    first = read[0]
    assert isinstance(first, DocumentRead)
    assert first.text.endswith("From here on it is text.\nFrom 2024 too, in a quoted line of 2024\n\n")
    assert (first.format, first.provenance) == ("eml", "sent")


def test_what_is_no_mailbox_is_told(notes: Path) -> None:
    (notes / "a.mbox").write_bytes(b"PK\x03\x04....")
    with pytest.raises(UserError, match="not a mailbox"):
        read_document(notes / "a.mbox")
    (notes / "a.mbox").write_bytes(b"From a@b.c Mon Mar  4 10:15:00 2024\n\n\n")
    with pytest.raises(UserError, match="holds no text to read"):
        read_document(notes / "a.mbox")


# ---- what programs of all times make of headers, encodings and dates ---------------------------------------------

HEAD = b"From: Ada <ada@example.org>\nMessage-ID: <1@example.org>\n"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("Grüße aus Łódź".encode(), "Grüße aus Łódź"),
        ("Grüße aus Zürich".encode("cp1252"), "Grüße aus Zürich"),
        # A letter that the encoding lacks by whose name the words go.
        (b"=?gb2312?B?1uzpRrv5?=", "朱镕基"),
        (b"=?ISO-8859-1?Q?don=92t_=96_5_=80?=", "don’t – 5 €"),
    ],
)
def test_a_subject_is_read_however_it_was_written(notes: Path, raw: bytes, subject: str) -> None:
    assert _read(notes / "a.eml", HEAD + b"Subject: " + raw + b"\n\ntext").title == subject


@pytest.mark.parametrize(
    ("declared", "code", "text"),
    [
        ("iso-8859-1", "cp1252", "don’t – 5 €"),
        ("gb2312", "gbk", "朱镕基来了"),
        ("shift_jis", "cp932", "①髙島屋"),
        ("", "shift_jis", "霜が降りる前に小川のそばのりんごの木を剪定しました"),
        ("", "cp1251", "Мы обрезали яблони у ручья"),
    ],
)
def test_a_text_is_read_in_what_programs_take_its_encoding_for(
    notes: Path, declared: str, code: str, text: str
) -> None:
    kind = f"Content-Type: text/plain; charset={declared}\n" if declared else ""
    read = _read(notes / "a.eml", HEAD + kind.encode() + b"\n" + text.encode(code))
    assert text in read.text


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows keeps one zone for a program's life")
@pytest.mark.parametrize(
    ("header", "moment"),
    [
        ("Date: Sat, 22 Apr 2023 10:00:00 -0000", "2023-04-22T10:00:00Z"),
        ("Date: 22 Apr 2023 10:00", "2023-04-22T10:00:00Z"),
        ("Date: 2023-04-22T10:00:00+02:00", "2023-04-22T08:00:00Z"),
        ("Date: 22.04.2023 10:00", "2023-04-22T00:00:00Z"),
        ("Received: from a by b; Sat, 22 Apr 2023 10:00:00 +0200", "2023-04-22T08:00:00Z"),
    ],
)
def test_when_a_message_was_written_does_not_hang_on_this_computers_zone(
    notes: Path, header: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert _read(notes / "a.eml", f"{header}\n".encode() + HEAD + b"\ntext").created == moment
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_sender_is_the_author(notes: Path) -> None:
    assert _read(notes / "a.eml", REPLY).author == "Jürgen Bach"
    assert _read(notes / "b.eml", b"From: ada@example.org\n\ntext").author == "ada@example.org"


@pytest.mark.parametrize("begin", [b"\xef\xbb\xbf", b"\n\r\n"])
def test_what_an_editor_puts_in_front_is_no_text(notes: Path, begin: bytes) -> None:
    read = _read(notes / "a.eml", begin + HEAD + b"Subject: Lamp\n\ntext")
    assert (read.title, read.text) == ("Lamp", "From: Ada <ada@example.org>\n\ntext\n\n")


@pytest.mark.parametrize("boundary", [b"", b"; boundary=nowhere"])
def test_a_message_whose_parts_cannot_be_found_is_one_text(notes: Path, boundary: bytes) -> None:
    head = HEAD + b"MIME-Version: 1.0\nContent-Type: multipart/mixed" + boundary + b"\n\n"
    assert "It is in the shed." in _read(notes / "a.eml", head + b"It is in the shed.\n").text


@pytest.mark.parametrize(
    ("kind", "body"),
    [("markdown", "# The *lamp*"), ("enriched", "The <bold>lamp</bold>"), ("x-markdown", "The lamp")],
)
def test_marked_up_text_is_text(notes: Path, kind: str, body: str) -> None:
    read = _read(notes / "a.eml", HEAD + f"Content-Type: text/{kind}\n\n{body}\n".encode())
    assert "lamp" in read.text
    assert "bold" not in read.text


def test_signatures_of_keys_and_files_in_the_text_are_not_read(notes: Path) -> None:
    body = (
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe lamp.\n- -- \nAda\n\nbegin 644 map.txt\n#0V%T\n`\n"
        b"end\n\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n"
    )
    read = _read(notes / "a.eml", HEAD + b"Subject: s\n\n" + body)
    assert "The lamp.\n\n-- \nAda" in read.text
    assert "Attachments: map.txt" in read.text
    assert not any(unseen in read.text for unseen in ("PGP", "SHA256", "iQEz", "#0V%T", "abcd"))


def test_a_packed_message_inside_of_another_is_unpacked(notes: Path) -> None:
    inner = base64.encodebytes(b"From: b@example.org\nSubject: Key\n\nBehind the door.\n")
    body = b"--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + inner + b"\n--b--\n"
    head = HEAD + b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    read = _read(notes / "a.eml", head + body)
    assert "Forwarded message from b@example.org: Key" in read.text
    assert "Behind the door." in read.text


def test_a_sentence_in_a_mailbox_begins_no_message(notes: Path) -> None:
    begin = b"From a@example.org Sat Apr 22 10:00:00 2023\n"
    sentence = b"\nFrom here on it is 2023\n\n>From the shed.\n\n"
    (notes / "a.mbox").write_bytes(b"\xef\xbb\xbf\n" + begin + HEAD + sentence + begin + b"Subject: Two\n\nMore.\n")
    one, two = (read for read in read_documents(notes / "a.mbox") if isinstance(read, DocumentRead))
    assert "From here on it is 2023\n\nFrom the shed." in one.text
    assert (two.title, two.text.strip()) == ("Two", "More.")


@pytest.mark.parametrize(
    "begin",
    [
        b"From - Sat Apr 22 10:00:00 2023",
        b"From 1234567890@xxx Sat Apr 22 10:00:00 +0000 2023",
        b"From a@example.org Sat, 22 Apr 2023 10:00:00 +0200",
        b"From ???@??? Sat Apr 22 10:00:00 2023 +0200",
    ],
)
def test_programs_begin_messages_in_several_ways(notes: Path, begin: bytes) -> None:
    message = begin + b"\r\nSubject: One\r\n\r\nText.\r\n\r\n"
    (notes / "a.mbox").write_bytes(message * 2)
    assert len([read for read in read_documents(notes / "a.mbox") if isinstance(read, DocumentRead)]) == 2


def test_what_a_mail_program_keeps_for_itself_is_no_message(notes: Path) -> None:
    begin = b"From a@example.org Sat Apr 22 10:00:00 2023\n"
    own = b"Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n\nThis text is part of the format.\n\n"
    (notes / "a.mbox").write_bytes(begin + own + begin + b"Subject: One\n\nText.\n")
    assert [read.title for read in read_documents(notes / "a.mbox") if isinstance(read, DocumentRead)] == ["One"]
