"""Two minutes of learning after one note is dropped: how likely its answers are before and after.

    python -m tests.perf.bench_note [MINUTES [FIRST]]

The sample notes are learned before it, for FIRST minutes: beside one note alone there is too little to prove anything
on, and it says so. The questions are in words of their own, asked from memory and with notes. Exits with 1 where nats
per answer token from memory do not fall to GOAL of what they were, or the gate did not publish.
"""

import sys
import tempfile
from pathlib import Path

from personal_ai.learning.job import Question
from tests.perf.home import SAMPLE, Home, notes_of

GOAL = 0.8
NOTE = """# Moving to the Kestrel Street workshop

On 14 September 2026 I signed the lease for the workshop at 22 Kestrel Street. The rent is £640 a month; the deposit
was £1,280. The landlord is Mr Oyelaran, who lives above the bakery next door. I got three keys; the spare one hangs at
Priya's, on the hook behind the fuse box.

The band saw stays in the old place until 3 October, because the lift there is broken. Tomasz lends me his van and
wants a bookshelf of ash in return. The new floor carries 500 kg a square metre, so the planer goes to the north wall.

Heating is by a pellet stove. It eats 11 kg a day in winter, says Mr Oyelaran. The first thing I made there was a stool
for my niece Saskia, with her name carved under the seat.
"""
QUESTIONS = (
    ("When did I sign for the new workshop?", "14 September 2026"),
    ("What do I pay each month for the workshop?", "£640"),
    ("How high was the deposit for the workshop?", "£1,280"),
    ("Who owns the workshop that I rent?", "Mr Oyelaran"),
    ("At whose place is the spare key of the workshop?", "Priya's"),
    ("Until when does the band saw stay where it is?", "3 October"),
    ("Whose van do I borrow?", "Tomasz"),
    ("What does Tomasz want for lending his van?", "a bookshelf of ash"),
    ("At which wall does the planer stand?", "the north wall"),
    ("How much does the stove burn on a winter day?", "11 kg"),
    ("What did I make first in the new workshop?", "a stool"),
    ("Whose name is carved under the stool's seat?", "Saskia"),
)


def main(minutes: float, first: float) -> int:
    """Learn what is there, drop the note, ask, learn, ask again."""
    folder = Path(tempfile.mkdtemp())
    note = folder / "kestrel-street.md"
    note.write_text(NOTE)
    home = Home(folder / "home")
    home.add(notes_of(SAMPLE))
    home.night(first)
    home.add([note])
    services = home.services
    questions = [
        Question(asked, answer, services.prompt(asked, []), services.prompt(asked, services.library.search(asked, 4)))
        for asked, answer in QUESTIONS
    ]
    before = home.ask(questions, "before")
    night = home.night(minutes)
    after = home.ask(questions, "after")
    shares = {where: after[f"{where} nll"] / before[f"{where} nll"] for where in ("memory", "notes")}
    print(", ".join(f"{where}: {share:.2f} of before" for where, share in shares.items()), flush=True)
    return int(shares["memory"] > GOAL or night.state != "published")


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0, float(sys.argv[2]) if len(sys.argv) > 2 else 15.0))
