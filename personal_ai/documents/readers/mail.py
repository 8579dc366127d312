"""Mail: single messages (.eml) and mailboxes (.mbox). What is quoted in an answer is found, and is not the sender's."""

import base64
import binascii
import codecs
import hashlib
import quopri
import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any

from personal_ai.documents.readers import html
from personal_ai.documents.readers.decoding import decode_as, name_of
from personal_ai.documents.readers.parsed import (
    Outline,
    Parsed,
    clean_title,
    find_date,
    is_person,
    moment,
    opening_date,
    tidy,
    utc,
    within_budget,
)
from personal_ai.errors import UserError

#: The largest message of a mailbox that is read, with its attachments, in bytes.
MAX_MESSAGE = 64 * 1024 * 1024
#: How many parts of one message are looked at, and how deep forwarded messages may lie in each other.
MAX_PARTS, MAX_DEPTH = 200, 10
# Who and when: a sentence that begins with “From” has no time in it.
_FROM_LINE = re.compile(
    rb"From \S.{0,200}\s\d\d?:\d\d.{0,20}\s(?:19|20)\d\d(?:\s[-+]?\w{0,6})?\s*\Z|"
    rb"From \S.{0,200}\s(?:19|20)\d\d\s\d\d?:\d\d.{0,20}\Z",
    re.S,
)
# What mail programs keep in a mailbox for themselves.
_INTERNAL = re.compile(r"(?i)DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA")
# Folders that programs keep for what the person wrote, as files and as labels of Gmail, in several languages.
_SENT = re.compile(
    r"(?i)\b(?:sent|outbox|drafts?|gesendet\w*|entw(?:ü|ue)rfe|postausgang|envoy[ée]s?|brouillons?|enviad[oa]s?"
    r"|borradores|rascunhos|inviat[ai]|posta inviata|bozze|verzonden|concepten|skickat|sendt|wys[łl]ane)\b"
)
# What stands above a quoted message: everything below is by somebody else.
_BELOW = re.compile(
    r"-{2,}\s?\w[\w\s'’.]{3,60}\s?-{2,}|_{20,}"
    r"|(?:On|Am|Le|El|Il|Op|Den|Em|W dniu|Dnia)\b.{8,300}"
    r"\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu|napisał(?:\(a\))?)\b.{0,120}:",
)
_FROM_FIELD = re.compile(r"\W{0,3}(?:From|Von|De|Da|Van|Från|Fra|Od)\s?:\W{0,3} ?.*\S")
_FIELD = re.compile(r"\W{0,3}[^\W\d_][\w\s-]{0,20}:\W{0,3} ?.*\S")
_DEVICE = re.compile(
    r"(?i)(?:sent (?:from|via) |get outlook for |von meinem .{2,30} gesendet|gesendet (?:von|mit) |envoyé d)"
)
_QUOTED_HTML = re.compile(
    r"(?i)<(?:div|blockquote|section)\b[^>]{0,300}(?:gmail_quote|type=[\"']?cite|divRplyFwdMsg|appendonsend|moz-cite-prefix"
    r"|yahoo_quoted|protonmail_quote|OLK_SRC_BODY)[^>]{0,300}>"
)

_ENCODED = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?(?=[bBqQ]\?)")
_ENRICHED = ("text/enriched", "text/richtext")
_PLAIN = ("text/plain", "text/markdown", "text/x-markdown", *_ENRICHED)
_UUENCODED = re.compile(r"(?m)^begin [0-7]{3,4} (\S.{0,200})\r?\n(?:[\x20-\x60]{1,62}\r?\n)*end[ \t]*\r?$")

_Text = tuple[str, bool]  # and whether the sender of the message wrote it


def read_eml(path: Path, names: Collection[str]) -> Iterator[Callable[[], Parsed | None]]:
    """Read one message."""
    yield partial(parse, path.read_bytes(), path, names, bool(_SENT.search(path.parent.name)))


def read_mbox(path: Path, names: Collection[str]) -> Iterator[Callable[[], Parsed | None]]:
    """Read a mailbox message by message, however large it is. Raises UserError for what is none."""
    with path.open("rb") as file:
        if not file.read(256).removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"From "):
            raise UserError(f"“{path.name}” is not a mailbox in the mbox form, so it was left out.")
    own = bool(_SENT.search(path.stem))
    for data in _messages(path):
        yield partial(parse, data, path, names, own)


def _messages(path: Path) -> Iterator[bytes]:
    """The messages of a mailbox, each cut after MAX_MESSAGE bytes."""
    lines: list[bytes] = []
    size, blank = 0, True
    with path.open("rb") as file:
        while line := file.readline(MAX_MESSAGE):
            line = line.removeprefix(codecs.BOM_UTF8) if not lines and not size else line
            if blank and line.startswith(b"From ") and _FROM_LINE.match(line):
                if lines:
                    yield b"".join(lines)
                lines, size = [], 0
            elif size + len(line) <= MAX_MESSAGE:
                # The writer put a > before a line of text that looked like the begin of a message.
                lines.append(line[1:] if re.match(rb">+From ", line) else line)
                size += len(line)
            blank = not line.strip()
    if lines:
        yield b"".join(lines)


def parse(data: bytes, path: Path, names: Collection[str], sent: bool = False) -> Parsed | None:
    """Make a document of a message; `sent` says that it lies among those that the person wrote."""
    # What an editor puts in front of the headers would make them a part of the text.
    data = data.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
    message: Any = message_from_bytes(data, policy=policy.default)
    sender = _addresses(message, "from")
    receivers = _addresses(message, "to", "cc")
    texts, files = _texts(message, [0], 0)
    subject = clean_title(_header(message, "subject"))
    if (not any(text.strip() for text, _ in texts) and not subject) or _INTERNAL.match(subject):
        return None
    outline = Outline()
    outline.paragraph("\n".join(f"{name}: {_told(who)}" for name, who in (("From", sender), ("To", receivers)) if who))
    for text, own in texts:
        for paragraph, own_too in _paragraphs(tidy(text)) if own else [(tidy(text), False)]:
            outline.paragraph(paragraph, own=own_too)
    if files:
        outline.paragraph(f"Attachments: {', '.join(files)}")
    name = " ".join(_header(message, "message-id").split())
    return Parsed(
        title=subject or (f"Mail from {sender[0][0] or sender[0][1]}" if sender else "Mail without a subject"),
        text=within_budget(outline.text(), path),
        created=_date(message),
        format="eml",
        member=name or hashlib.sha256(data).hexdigest()[:32],
        own=outline.own,
        author=(sender[0][0] or sender[0][1])[:200] if sender else "",
        provenance="mine" if sent or _is_own(message, sender, names) else "sent",
    )


def _is_own(message: Any, sender: list[tuple[str, str]], names: Collection[str]) -> bool:
    if any(is_person(part, names) for who in sender for part in who):
        return True
    if _SENT.search(_header(message, "x-gmail-labels")) or _header(message, "x-unsent").strip() == "1":
        return True
    # A message from somebody to themselves lies in their own mailbox.
    delivered = {address.casefold() for _, address in _addresses(message, "delivered-to", "x-original-to")}
    return any(address.casefold() in delivered for _, address in sender)


# ---- headers ----------------------------------------------------------------------------------------------------


def _header(message: Any, name: str) -> str:
    raw = next((_whole(str(value)) for key, value in message.raw_items() if key.lower() == name), "")
    try:
        return tidy(str(policy.default.header_factory(name, raw))).strip()
    except (MessageError, ValueError, IndexError, AttributeError, TypeError, LookupError):
        # The library's own parser gives up on some headers of spam.
        return raw


def _whole(raw: str) -> str:
    """A header in one line, its bare bytes decoded and its encodings called what they are."""
    data = raw.encode("utf-8", "surrogateescape")
    raw = raw if raw.isascii() else decode_as(data, "utf-8", Path("header"))
    return _ENCODED.sub(lambda found: f"=?{name_of(found[1])}?", "".join(raw.splitlines()))


def _addresses(message: Any, *names: str) -> list[tuple[str, str]]:
    """(name, address) of everybody in these headers."""
    pairs = getaddresses([_header(message, name) for name in names])
    return [(name.strip(), address.strip()) for name, address in pairs if name or address]


def _told(people: list[tuple[str, str]]) -> str:
    told = [f"{name} <{address}>" if name and address else name or address for name, address in people[:20]]
    return ", ".join(told) + (f" and {len(people) - 20} more" if len(people) > 20 else "")


def _date(message: Any) -> str:
    """When it was written; where it does not say so in any usual way, when it arrived."""
    for name in ("date", "resent-date", "received"):
        # Of what each computer on its way put on top, the latest comes first, its date last.
        told = _header(message, name).rpartition(";")[2].strip()
        found = _moment(told) or utc(told) or find_date(told) or opening_date(told)
        if found:
            return found
    return ""


def _moment(text: str) -> str:
    try:
        found = parsedate_to_datetime(text)
        # Without a zone, or with "-0000", it is the world's time and not that of this computer.
        return moment((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, TypeError, OverflowError, IndexError):
        return ""


# ---- the body ---------------------------------------------------------------------------------------------------


def _texts(part: Any, seen: list[int], depth: int) -> tuple[list[_Text], list[str]]:
    """The texts of a message in order, and the names of the files that came with it. `seen` counts its parts."""
    seen[0] += 1
    if seen[0] > MAX_PARTS or depth > MAX_DEPTH:
        return [], []
    kind = part.get_content_type()
    name = _file_name(part)
    if kind == "message/rfc822":
        return _forwarded(part, seen, depth)
    if part.is_multipart():
        found = [_texts(each, seen, depth + 1) for each in part.get_payload()]
        if kind == "multipart/alternative":
            # The same text in several forms, the plainest first.
            full = [each for each in found if any(text.strip() for text, _ in each[0])]
            found = full[:1]
        return [text for texts, _ in found for text in texts], [name for _, names in found for name in names]
    if name or part.get_content_disposition() == "attachment":
        return [], [name or "a file"]
    if kind == "text/html":
        return _html(_decode(part)), []
    # One of several parts whose boundary is not to be found is a single text.
    if kind not in _PLAIN and not kind.startswith("multipart/"):
        return [], []
    text = _decode(part)
    if kind in _ENRICHED:
        text = re.sub(r"(?s)<param>.{0,1000}?</param>|<(?!<)/?[\w-]{1,60}>", "", text).replace("<<", "<")
    text, files = _without_files(_unsigned(text))
    if str(part.get_param("format", "")).lower() == "flowed":
        text = re.sub(r"(?<=\S) \r?\n(?=[^>\r\n])", " ", text)
    return [(text, True)], files


def _unsigned(text: str) -> str:
    """A text without the lines that prove who signed it."""
    if "-----BEGIN PGP SIG" not in text:
        return text
    text = re.sub(
        r"(?ms)^-----BEGIN PGP SIGNATURE-----\s*?$.*?(?:^-----END PGP SIGNATURE-----[ \t]*\r?\n?|\Z)", "", text
    )
    text = re.sub(r"(?m)^-----BEGIN PGP SIGNED MESSAGE-----\s*?\n(?:Hash: .*\n)*\r?\n?", "", text)
    return re.sub(r"(?m)^- (?=-)", "", text)


def _without_files(text: str) -> tuple[str, list[str]]:
    """A text and the names of the files that stood in it, as programs sent them before there were attachments."""
    files: list[str] = []

    def name(found: re.Match[str]) -> str:
        files.append(clean_title(found[1]))
        return ""

    return _UUENCODED.sub(name, text), files


def _forwarded(part: Any, seen: list[int], depth: int) -> tuple[list[_Text], list[str]]:
    inner: Any = part.get_payload(0)
    assert isinstance(inner, EmailMessage)
    packed = {"base64": base64.b64decode, "quoted-printable": quopri.decodestring}.get(
        _header(part, "content-transfer-encoding").lower()
    )
    if packed:
        # No standard allows it, and some programs do it.
        try:
            inner = message_from_bytes(packed(inner.as_bytes()), policy=policy.default)
        except (binascii.Error, ValueError, LookupError):
            return [], ["a message"]
    texts, files = _texts(inner, seen, depth + 1)
    head = f"Forwarded message from {_told(_addresses(inner, 'from'))}: {_header(inner, 'subject')}"
    return [(head, False)] + [(text, False) for text, _ in texts], files


def _file_name(part: Any) -> str:
    try:
        return clean_title(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return "a file"


def _decode(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    # What is declared is wrong in old mail as often as in spam.
    declared = part.get_content_charset() or ("utf-8" if data.isascii() else "")
    return decode_as(data, declared, Path("mail"))


def _html(markup: str) -> list[_Text]:
    quoted = _QUOTED_HTML.search(markup)
    at = quoted.start() if quoted else len(markup)
    return [(html.outline(markup[:at]).text(), True), (html.outline(markup[at:]).text(), False)]


def _paragraphs(text: str) -> list[_Text]:
    """Runs of lines that the sender wrote, and runs that are quoted, a signature, or what a device adds."""
    lines = text.split("\n")
    own: list[bool] = []
    for at, line in enumerate(lines):
        if line.rstrip() == "--" or (_ends(lines, at) and not _answers_follow(lines, at)):
            own += [False] * (len(lines) - at)
            break
        own.append(not (line.lstrip().startswith(">") or _ends(lines, at) or _DEVICE.match(line.strip())))
        if line.lstrip().startswith(">"):
            _disown_attribution(lines, own, at)
    runs: list[tuple[list[str], bool]] = []
    for line, is_own in zip(lines, own, strict=True):
        if not runs or (runs[-1][1] != is_own and line.strip()):
            runs.append(([], is_own))
        runs[-1][0].append(line)
    return [("\n".join(run), is_own) for run, is_own in runs]


def _ends(lines: list[str], at: int) -> bool:
    """Whether from this line on a quoted message follows."""
    line = lines[at].strip()
    # The line that says who wrote it may be broken in two.
    if _BELOW.fullmatch(line) or (line and at + 1 < len(lines) and _BELOW.fullmatch(f"{line} {lines[at + 1].strip()}")):
        return True
    block = [each for each in lines[at : at + 6] if each.strip()][:3]
    return (
        bool(_FROM_FIELD.fullmatch(line)) and len(block) == 3 and all(_FIELD.fullmatch(each.strip()) for each in block)
    )


def _answers_follow(lines: list[str], at: int) -> bool:
    """Whether the quoted message below bears marks, so that what the sender wrote between them can be told apart."""
    return any(line.lstrip().startswith(">") for line in lines[at + 1 : at + 5])


def _disown_attribution(lines: list[str], own: list[bool], at: int) -> None:
    """“Ida Holm, on Monday:” above a quotation is not the sender's prose either."""
    before = [each for each in range(max(0, at - 4), at) if lines[each].strip()][-2:]
    if before and own[before[-1]] and re.search(r"[\d@].{0,160}:\s*$", " ".join(lines[each] for each in before)):
        own[before[-1]] = False
