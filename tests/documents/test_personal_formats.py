"""Notes, dates and contacts as other programs export them."""

from datetime import datetime
from pathlib import Path

import pytest

from personal_ai.documents.read_worker import read_document, read_documents
from personal_ai.errors import UserError
from personal_ai.messages import DocumentRead


def _read(path: Path, content: str | bytes, *names: str) -> list[DocumentRead]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [event for event in read_documents(path, names) if isinstance(event, DocumentRead)]


def _own(read: DocumentRead) -> list[str]:
    assert read.own is not None
    return [read.text[start:end] for start, end in read.own]


# ---- Evernote ---------------------------------------------------------------------------------------------------

ENEX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd">
<en-export export-date="20240601T120000Z" application="Evernote" version="10.90">
  <note>
    <title>Sour &amp; sweet soup</title>
    <created>20240304T091500Z</created><updated>20240305T091500Z</updated>
    <tag>kitchen</tag><tag>winter</tag>
    <note-attributes><author>Ida Holm</author><source>desktop.mac</source></note-attributes>
    <content><![CDATA[<?xml version="1.0" encoding="UTF-8" standalone="no"?>
      <!DOCTYPE en-note SYSTEM "http://xml.evernote.com/pub/enml2.dtd">
      <en-note><h1>Parts</h1><div>Two spoons of <b>caraway</b>.</div><div><en-todo checked="true"/>salt</div>
      <div><en-todo checked="false"/>dill</div><en-media type="image/png" hash="00"/>
      <en-crypt cipher="AES">U2VjcmV0</en-crypt></en-note>]]></content>
    <resource><data encoding="base64">iVBORw0KGgo=</data><mime>image/png</mime></resource>
  </note>
  <note><title>Clipped</title><content><![CDATA[<en-note>From the web.</en-note>]]></content>
    <created>20240401T000000Z</created>
    <note-attributes><source>web.clip7</source><source-url>https://example.org/</source-url></note-attributes></note>
  <note><title>Empty</title><content><![CDATA[<en-note></en-note>]]></content><created>20240402T000000Z</created></note>
</en-export>"""


def test_an_evernote_export_is_a_document_a_note(notes: Path) -> None:
    soup, clipped = _read(notes / "all.enex", ENEX)
    assert (soup.title, soup.created, soup.provenance) == ("Sour & sweet soup", "2024-03-04T00:00:00Z", "mine")
    assert "Two spoons of caraway." in soup.text
    assert "[x] salt" in soup.text
    assert "[ ] dill" in soup.text
    assert "tags: kitchen, winter" in soup.text
    assert [section.heading for section in soup.sections] == ["Parts"]
    for unseen in ("U2Vj", "iVBO", "xml", "Ida"):
        assert unseen not in soup.text
    assert (clipped.title, clipped.provenance) == ("Clipped", "elsewhere")
    assert soup.member != clipped.member


def test_an_evernote_export_that_is_cut_gives_what_is_whole(notes: Path) -> None:
    (notes / "cut.enex").write_text(ENEX[: ENEX.index("<title>Clipped")])
    read = read_documents(notes / "cut.enex")
    assert isinstance(first := next(read), DocumentRead)
    assert first.title == "Sour & sweet soup"
    with pytest.raises(UserError, match="damaged Evernote export"):
        next(read)


def test_entities_of_a_strangers_own_are_refused(notes: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><en-export><note><title>&b;</title></note></en-export>'
    with pytest.raises(UserError, match="harms computers"):
        _read(notes / "bomb.enex", bomb)


# ---- calendars --------------------------------------------------------------------------------------------------

ICS = """BEGIN:VCALENDAR\r
VERSION:2.0\r
X-WR-CALNAME:Ida's days\r
BEGIN:VTIMEZONE\r
TZID:Europe/Berlin\r
BEGIN:STANDARD\r
DTSTART:19701025T030000\r
END:STANDARD\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;TZID=Europe/Berlin:20240304T101500\r
DTEND;TZID=Europe/Berlin:20240304T110000\r
SUMMARY:Dentist\\, upstairs\r
LOCATION:Mill Lane 4\r
DESCRIPTION:Bring the card.\\nDo not be\r
  late.\r
RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20240601T000000Z\r
BEGIN:VALARM\r
DESCRIPTION:alarm\r
END:VALARM\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
DTSTART;VALUE=DATE:20240310\r
DTEND;VALUE=DATE:20240313\r
SUMMARY:Harbour fair\r
ORGANIZER;CN="Ben Roe":mailto:ben@example.org\r
ATTENDEE;CN=Ida Holm;PARTSTAT=ACCEPTED:mailto:ida@example.org\r
STATUS:CANCELLED\r
END:VEVENT\r
BEGIN:VEVENT\r
DTSTART:20240401T091500Z\r
SUMMARY:Call\r
END:VEVENT\r
BEGIN:VTODO\r
SUMMARY:Mend the lamp\r
END:VTODO\r
END:VCALENDAR\r
"""


def test_a_calendar_is_a_document_a_month(notes: Path) -> None:
    march, april, undated = _read(notes / "ida.ics", ICS)
    assert (march.title, march.created, march.member) == ("Ida's days, March 2024", "2024-03-01T00:00:00Z", "2024-03")
    assert [section.heading for section in march.sections] == ["Monday, 4 March 2024", "Sunday, 10 March 2024"]
    dentist = (
        "10:15–11:00 Dentist, upstairs\nWhere: Mill Lane 4\nRepeats: every 2 weeks until 2024-06-01\n"
        "Bring the card.\nDo not be late."
    )
    assert _own(march) == [dentist]
    fair = "Harbour fair (cancelled)\nUntil Tuesday, 12 March 2024\nInvited by: Ben Roe\nWith: Ida Holm"
    assert fair in march.text
    assert "alarm" not in march.text
    local = datetime.fromisoformat("2024-04-01T09:15:00Z").astimezone()
    assert f"{local:%H:%M} Call" in april.text
    assert (undated.title, undated.text.strip()) == ("Ida's days", "Mend the lamp")


def test_an_invitation_from_the_person_is_their_own(notes: Path) -> None:
    march = _read(notes / "ida.ics", ICS, "Ben Roe")[0]
    assert len(_own(march)) == 2
    invited = ICS.replace("UID:1\r\n", "ORGANIZER:mailto:eve@example.org\r\n")
    march = _read(notes / "ida.ics", invited)[0]
    assert (march.provenance, march.own) == ("sent", [])


@pytest.mark.parametrize(
    "content",
    ["text", "BEGIN:VEVENT\nSUMMARY:never ends", "BEGIN:VCALENDAR\nEND:VCALENDAR", "BEGIN:VEVENT\nUID:1\nEND:VEVENT"],
)
def test_what_is_no_calendar_is_told(notes: Path, content: str) -> None:
    with pytest.raises(UserError, match="holds no dates"):
        _read(notes / "a.ics", content)


def test_a_date_that_is_none_costs_no_event(notes: Path) -> None:
    odd = "BEGIN:VEVENT\nSUMMARY:Odd\nDTSTART:20241399T256199\nRRULE:nonsense\nEND:VEVENT\n"
    assert _read(notes / "a.ics", odd)[0].text.strip() == "Odd"


# ---- contacts ---------------------------------------------------------------------------------------------------

VCF = """BEGIN:VCARD
VERSION:3.0
N:Holm;Ida;;;
FN:Ida Holm
ORG:Mill & Sons;Harbour
TEL;TYPE=CELL,VOICE:+45 12 34 56
item1.EMAIL;TYPE=INTERNET,HOME:ida@example.org
ADR;TYPE=HOME:;;Mill Lane 4;Ribe;;6760;Denmark
BDAY:1980-05-06
NOTE:Knows boats\\, and\\nlamps.
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ
 AAAAAA
UID:ida-1
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Bach;J=C3=BCrgen
NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Plumber, =
gr=C3=BC=C3=9Ft gern
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Nobody
END:VCARD
"""


def test_contacts_are_a_document_a_person(notes: Path) -> None:
    ida, bach = _read(notes / "all.vcf", VCF)
    assert (ida.title, ida.member, ida.provenance, ida.own) == ("Ida Holm", "ida-1", "mine", None)
    assert ida.text.split("\n") == [
        "Name: Ida Holm",
        "Works at: Mill & Sons, Harbour",
        "Phone (mobile): +45 12 34 56",
        "Mail (home): ida@example.org",
        "Address (home): Mill Lane 4, Ribe, 6760, Denmark",
        "Birthday: 1980-05-06",
        "Note: Knows boats, and",
        "lamps.",
    ]
    assert (bach.title, bach.text) == ("Jürgen Bach", "Name: Jürgen Bach\nNote: Plumber, grüßt gern")


@pytest.mark.parametrize(
    "content", ["text", "BEGIN:VCARD\nFN:Never ends", "BEGIN:VCARD\n" + ";" * 9000 + "\nEND:VCARD"]
)
def test_what_is_no_contact_is_told(notes: Path, content: str) -> None:
    (notes / "a.vcf").write_text(content)
    with pytest.raises(UserError, match="left out"):
        read_document(notes / "a.vcf")


def test_a_broken_line_of_an_old_contact_keeps_its_blank(notes: Path) -> None:
    card = (
        "BEGIN:VCARD\nVERSION:2.1\nFN:Ada\nNOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:gr=FC=DFt=\n"
        " beim Baden=0D=0A=\nund winkt\nEND:VCARD\n"
    )
    assert _read(notes / "a.vcf", card)[0].text == "Name: Ada\nNote: grüßt beim Baden\nund winkt"


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("BDAY:--0415", "Birthday: 15 April"),
        ("BDAY:18991231", "Birthday: 1899-12-31"),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15", "Birthday: 15 April"),
        ("BDAY:1985-04-15T00:00:00Z", "Birthday: 1985-04-15"),
        ("BDAY;VALUE=text:circa 1800", "Birthday: circa 1800"),
        ("BDAY:19851399", "Birthday: 19851399"),
        ("item1.X-ABDATE:2012-05-12\nitem1.X-ABLABEL:_$!<Anniversary>!$_", "Day (Anniversary): 2012-05-12"),
        ("item2.X-ABRELATEDNAMES:Bo\nitem2.X-ABLABEL:godfather", "Related (godfather): Bo"),
        ("X-EVOLUTION-SPOUSE:Bo", "Married to: Bo"),
        ("IMPP:xmpp:ada@example.org", "Chat: xmpp:ada@example.org"),
        ("ADR;TYPE=home:;;Mill Lane 4\\nBack door;Ribe;;6760;", "Address (home): Mill Lane 4 Back door, Ribe, 6760"),
    ],
)
def test_days_and_what_address_books_add_are_told(notes: Path, field: str, line: str) -> None:
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:Ada\n{field}\nEND:VCARD\n"
    assert _read(notes / "a.vcf", card)[0].text == f"Name: Ada\n{line}"


def test_the_name_of_another_entry_is_not_told(notes: Path) -> None:
    card = "BEGIN:VCARD\nVERSION:4.0\nFN:Ada\nRELATED:urn:uuid:1234\nTEL:1\nEND:VCARD\n"
    assert _read(notes / "a.vcf", card)[0].text == "Name: Ada\nPhone: 1"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("DTSTART:20240304T101500\nDURATION:PT1H30M", "10:15–11:45 Rowing"),
        ("DTSTART:20240304T221500\nDTEND:20240305T013000", "22:15 Rowing\nUntil Tuesday, 5 March 2024, 01:30"),
        ("DTSTART;VALUE=DATE:20240304\nDURATION:P3D", "Rowing\nUntil Wednesday, 6 March 2024"),
        ("DTSTART:2024-03-04T10:15:00", "10:15 Rowing"),
        # Outlook's name of a zone has a colon in it, and nothing around it.
        ("DTSTART;TZID=(UTC+01:00) Amsterdam:20240304T101500", "10:15 Rowing"),
        ("DTSTART:20240304T101500\nDTEND:20240304T111500Z", "Rowing"),
        ("DTSTART:20240304T101500\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=6", "every week on Monday, Wednesday, 6 times"),
        ("DTSTART:20240304T101500\nRRULE:FREQ=MONTHLY;BYDAY=-1FR", "every month on last Friday"),
        (
            "DTSTART:20240304T101500\nRRULE:FREQ=DAILY\nEXDATE:20240305T101500,20240306T101500\nRDATE:20240401T101500",
            "Repeats: every day\nAlso on: 2024-04-01\nNot on: 2024-03-05, 2024-03-06",
        ),
        ("DTSTART:20240304T101500\nCATEGORIES:Boats,Fun", "About: Boats,Fun"),
        ("DTSTART:20240304\nDESCRIPTION:<p>Bring<br>oars</p><ul><li>two</li></ul>", "Rowing\nBring\noars\n\n- two"),
        ("DTSTART:20240304\nDESCRIPTION:a < b and <3", "a < b and <3"),
    ],
)
def test_how_long_how_often_and_what_about(notes: Path, fields: str, told: str) -> None:
    event = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Rowing\n{fields}\nEND:VEVENT\nEND:VCALENDAR\n"
    read = _read(notes / "a.ics", event)[0]
    assert told in read.text
    assert read.member == "2024-03"


def test_what_is_to_be_done_says_until_when_and_whether_it_is(notes: Path) -> None:
    todo = "BEGIN:VTODO\nSUMMARY:Lamp\nDTSTART:20240304\nDUE:20240308\nSTATUS:COMPLETED\nEND:VTODO\n"
    assert "Lamp (done)\nDue: 2024-03-08" in _read(notes / "a.ics", todo)[0].text
