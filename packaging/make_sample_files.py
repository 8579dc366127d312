"""Make the two binary sample notes: one .docx and one .pdf.

The results are committed, so nobody needs to run this to build or test the program. To make them again:

    python -m venv /tmp/samples && /tmp/samples/bin/pip install python-docx fpdf2
    /tmp/samples/bin/python packaging/make_sample_files.py

The PDF uses the built-in Helvetica (no font is embedded), whose character set has no euro sign: prices there say EUR.
The person and the firms in them are invented, like all of resources/sample_notes.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

NOTES = Path(__file__).resolve().parent.parent / "resources" / "sample_notes"
DOCX = NOTES / "work" / "krakeling-handover.docx"
PDF = NOTES / "house" / "gutter-quote.pdf"

Block = tuple[str, Any]  # ("title" | "head" | "text", a text), ("list", texts) or ("table", rows)

HANDOVER: list[Block] = [
    ("title", "KRAKELING: handover to Roeland"),
    ("text", "Written by Odile Tarrewaeghe, Balans & Zoon, 2 March 2026. Two pages and not one more, I promised."),
    ("head", "1. What was done"),
    (
        "text",
        "All 38 shops of Broodhuys Merckaert visited between 6 October 2025 and 20 February 2026. All 212 scales "
        "verified: 193 passed at once, 19 failed. Of the 19, sixteen were repaired and sealed again on the spot or "
        "within the week, and three were scrapped, because they were past saving.",
    ),
    (
        "table",
        [
            ["Scrapped", "Reason", "Replaced by"],
            ["Wetteren, counter 2", "frame cracked by a trolley", "new scale, 9 January"],
            ["Lokeren, counter 3", "load cell drowned in syrup", "new scale, 16 January"],
            ["Zottegem, counter 1", "repaired by a nephew, with tape", "nothing yet, they have one too many"],
        ],
    ),
    ("head", "2. Where everything is"),
    (
        "list",
        [
            "Paper reports: steel cabinet in room 2, drawer B, in the order of the visits and not of the alphabet.",
            "The closed envelope with my estimate: still in your desk. You may open it now. It says 5 percent.",
            "Left-over seals: 31, orange, in the tobacco tin. Count them before you sign for them.",
        ],
    ),
    ("head", "3. People"),
    (
        "list",
        [
            "Mrs Veerle Toebak, quality. Reads everything. Writes back within the hour, so write only when it matters.",
            "Mr Danny Loose, head of the night shift in Eeklo. He is the one to ring after hours, from 22:00 to 05:00; "
            "he is always awake and he made the pretzel.",
            "The shop manager in Ronse, Mr Haentjens, wants to be addressed by letter. There is a history.",
        ],
    ),
    ("head", "4. Still to be done, by you"),
    (
        "list",
        [
            "Invoice: 212 times 46 euro makes 9,752 euro, plus repairs 1,318 euro. To be sent before 13 March.",
            "The dry brushes: offered at 3.80 euro a shop. Mrs Toebak answers after her board of 27 March.",
            "A second visit to Maldegem in May: that scale passed, but by a hair, and it stands in a draught.",
            "The next full verification is due in February 2028. Put it on the planning in 2027 already.",
        ],
    ),
    ("head", "5. What I would do differently"),
    (
        "text",
        "I would begin with the shops near the sea. Salt air, in my opinion, did more harm than the flour in Knokke "
        "and Blankenberge, and I found it only in January. And I would forbid the word 'urgent' from the first day: it "
        "was used 41 times in the e-mails, and not once rightly.",
    ),
    (
        "text",
        "The good Jelle did one scale in three alone by the end, and there is no difference to be seen between his "
        "tables and mine. I looked for one, for a whole evening. Verdict: closed.",
    ),
]

QUOTE: list[Block] = [
    ("title", "Quotation 2026-058"),
    ("text", "Zinkwerken Coussée, roof and gutter work, Port Arthurlaan, Ghent. Contact: Wannes Coussée."),
    ("text", "For: Ms O. Tarrewaeghe, Zwaluwdijk 41, Ghent. Date: 16 March 2026. Valid until 31 May 2026."),
    ("head", "Work"),
    (
        "table",
        [
            ["Item", "Quantity", "EUR"],
            ["Remove old box gutter, street side, dispose of", "11.4 m", "285.00"],
            ["New gutter in natural zinc, thickness 0.8 mm", "11.4 m", "1,095.00"],
            ["Downpipe, zinc, with cast-iron foot", "1", "264.00"],
            ["Replace rotten boards under the gutter (larch)", "6 m", "253.55"],
            ["Scaffold, two days, with permit for the pavement", "1", "310.00"],
            ["Subtotal", "", "2,207.55"],
            ["VAT 6 percent (house older than ten years)", "", "132.45"],
            ["Total", "", "2,340.00"],
        ],
    ),
    ("head", "Conditions"),
    (
        "list",
        [
            "Deposit of 30 percent (EUR 702.00) on ordering, the rest within 14 days after completion.",
            "Execution: week of 8 June 2026, weather permitting. The work takes two days.",
            "Guarantee: ten years on watertightness, two years on paint.",
            "Swallows' nests are not removed. If there is an inhabited nest we come back in September.",
        ],
    ),
    ("head", "My own notes on this quotation (typed underneath, 2 April 2026)"),
    (
        "text",
        "Two quotations asked. The other one, Dakwerken Vermeire, comes to EUR 1,980, so 360 cheaper. But: zinc of "
        "only 0.65 mm, pine boards instead of larch, and when I asked Mr Vermeire for the thickness he said 'thick "
        "enough'. Thick enough is not a number. Wannes Coussée took a micrometer out of his breast pocket.",
    ),
    (
        "text",
        "Three nights slept on it. Anselm is for Vermeire, Griet is for a bucket. Verdict: Coussée. Signed and sent "
        "back on 2 April. Deposit paid from the jar 'Dak', in which there was 760 euro.",
    ),
    (
        "text",
        "To do before the work: move the house martin box to the back, tell the De Smuls about the scaffold, take the "
        "geraniums in from the sill, and put Madam Coppens in the next street for two days.",
    ),
]


def make_docx(path: Path) -> None:
    from docx import Document  # python-docx

    document = Document()
    when = datetime.datetime(2026, 3, 2, 16, 40)
    document.core_properties.author = "Odile Tarrewaeghe"
    document.core_properties.title = "KRAKELING: handover"
    document.core_properties.created = document.core_properties.modified = when
    for kind, content in HANDOVER:
        if kind == "table":
            rows = [list(row) for row in content]
            table = document.add_table(rows=len(rows), cols=len(rows[0]))
            table.style = "Table Grid"
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    table.cell(y, x).text = cell
        elif kind == "list":
            for item in content:
                document.add_paragraph(str(item), style="List Bullet")
        elif kind == "text":
            document.add_paragraph(str(content))
        else:
            document.add_heading(str(content), level=0 if kind == "title" else 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))


def make_pdf(path: Path) -> None:
    from fpdf import FPDF  # pyright: ignore[reportMissingImports]  (fpdf2, only needed here)

    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime.datetime(2026, 4, 2, 20, 15, tzinfo=datetime.UTC))
    pdf.set_title("Quotation 2026-058")
    pdf.set_margins(22, 20)
    pdf.add_page()
    for kind, content in QUOTE:
        if kind == "table":
            pdf.set_font("Helvetica", size=10)
            with pdf.table(col_widths=(110, 25, 30), text_align=("LEFT", "LEFT", "RIGHT")) as table:
                for cells in content:
                    row = table.row()
                    for cell in cells:
                        row.cell(cell)
            pdf.ln(3)
        elif kind == "list":
            pdf.set_font("Helvetica", size=11)
            for item in content:
                pdf.multi_cell(0, 6, f"- {item}", new_x="LMARGIN", new_y="NEXT")
            pdf.ln(2)
        elif kind == "text":
            pdf.set_font("Helvetica", size=11)
            pdf.multi_cell(0, 6, content, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(2)
        else:
            pdf.set_font("Helvetica", style="B", size=18 if kind == "title" else 13)
            pdf.multi_cell(0, 10, content, new_x="LMARGIN", new_y="NEXT")
    path.parent.mkdir(parents=True, exist_ok=True)
    pdf.output(str(path))


def main() -> None:
    make_docx(DOCX)
    make_pdf(PDF)
    for path in (DOCX, PDF):
        print(f"{path.relative_to(NOTES)}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
