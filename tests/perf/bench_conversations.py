"""How fast everything that was ever said is searched.

    python -m tests.perf.bench_conversations [MESSAGES ...]

Makes that many messages (default: 100,000) of words as frequent as in a language, 20 to a conversation, and searches
them for words of every frequency, whole and begun: median, p95 and longest in milliseconds by the clock, and the p95 of
the processor's time, which other programs do not lengthen; and what one more answer, a deletion and the list take.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path

from personal_ai.store.conversation_index import ConversationIndex
from personal_ai.store.conversations import Conversations
from personal_ai.store.database import Database, stamp

WORDS, PER_MESSAGE, PER_CONVERSATION = 30_000, 60, 20
_SYLLABLES = [f"{begin}{vowel}" for begin in "bdfghklmnprstvz" for vowel in "aeiou"]


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("messages", nargs="*", type=int, default=[100_000])
    for messages in parser.parse_args().messages:
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), messages)


def _measure(folder: Path, messages: int) -> None:
    chance = random.Random(7)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(WORDS)]
    # Zipf: the n-th word is 1/n as frequent as the first.
    weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
    database = Database(folder / "personal.db", folder / "backups")
    begun, conversation = time.perf_counter(), 0
    with database.transaction() as connection:
        for number in range(messages):
            moment = stamp(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=number))
            if number % PER_CONVERSATION == 0:
                title = " ".join(chance.choices(words, cum_weights=weights, k=5))
                connection.execute(
                    "INSERT INTO conversations(title, created, updated) VALUES(?,?,?)", (title, moment, moment)
                )
                conversation = connection.last_insert_rowid()
            text = " ".join(chance.choices(words, cum_weights=weights, k=PER_MESSAGE))
            connection.execute(
                "INSERT INTO messages(conversation_id, role, text, created) VALUES(?,?,?,?)",
                (conversation, "user", text, moment),
            )
    made = time.perf_counter() - begun
    size = database.path.stat().st_size >> 20
    print(f"{messages:,} messages in {messages // PER_CONVERSATION:,} conversations: {made:.0f} s to make, {size} MB")
    index, conversations = ConversationIndex(database), Conversations(database)
    for name, make in _questions(chance, words, weights).items():
        _tell(name, [_milliseconds(partial(index.find, make())) for _ in range(200)])
    _tell("the list of all", [_milliseconds(index.list) for _ in range(20)])
    ids = iter([row.id for row in index.list()])
    said = " ".join(chance.choices(words, cum_weights=weights, k=PER_MESSAGE))
    _tell(
        "one more answer",
        [_milliseconds(lambda: conversations.add_message(next(ids), "user", said)) for _ in range(20)],
    )
    _tell("a conversation deleted", [_milliseconds(lambda: conversations.delete(next(ids))) for _ in range(20)])
    database.close()


def _questions(chance: random.Random, words: list[str], weights: list[float]) -> dict[str, Callable[[], str]]:
    def asked(count: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=count))

    return {
        "a word as often as it is said": lambda: asked(1),
        "one of the hundred commonest": lambda: chance.choice(words[:100]),
        "a rare word": lambda: chance.choice(words[5000:]),
        "two words": lambda: asked(2),
        "four words": lambda: asked(4),
        "a word that is begun": lambda: asked(1)[: chance.randint(1, 4)],
        "two words, the last begun": lambda: f"{asked(1)} {asked(1)[: chance.randint(1, 3)]}",
        "one letter": lambda: chance.choice("bdfghklmnprstvz"),
    }


def _milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of the processor."""
    begun, used = time.perf_counter(), time.thread_time()
    work()
    return 1000 * (time.perf_counter() - begun), 1000 * (time.thread_time() - used)


def _tell(name: str, times: list[tuple[float, float]]) -> None:
    clock, processor = (sorted(each) for each in zip(*times, strict=True))
    at = int(0.95 * (len(times) - 1))
    print(
        f"  {name:30s} median {statistics.median(clock):6.1f}   p95 {clock[at]:6.1f}   longest {clock[-1]:6.1f} ms"
        f"   processor p95 {processor[at]:6.1f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()
