"""The ledger of facts: what a note says, where it says it, and the questions that it answers."""

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, Protocol

import msgspec

from personal_ai.learning import english, outline, phrases
from personal_ai.learning.outline import CJK, Items, Outline, Pair, Sentence
from personal_ai.store import terms

Kind = Literal["key", "row", "why", "when", "amount", "number", "name", "place", "term", "list", "item", "reply", "gap"]
#: How it is asked: as people ask ("plain"), the same in other words, with the note's title, by a gap, or as no example
#: ever does ("kept").
Way = Literal["plain", "reworded", "titled", "gap", "kept"]

#: What a gap looks like in a question.
GAP = "____"
#: Facts of one chunk at most: about as many as a passage of 900 characters can hold.
MOST = 10


class Note(Protocol):
    """What is needed of a chunk: where it stands and what it says."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...


class Fact(msgspec.Struct, frozen=True):
    """A question and the answer that stands in the text of a chunk from `start` to `end`.

    There it may be broken over lines or hold Markdown marks; the items of a list are joined by commas. `sentence` is
    the plain sentence or line; `subject` says what the question is about, the same for two facts that may contradict
    each other.
    """

    kind: str
    question: str
    answer: str
    chunk: int
    start: int = 0
    end: int = 0
    sentence: str = ""
    subject: str = ""
    way: str = "plain"


class Lexicon:
    """Which capitalised words are names, and which are people's, from all notes together."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._capital: Counter[str] = Counter()
        self._lower: Counter[str] = Counter()
        self._person: Counter[str] = Counter()
        for text in texts:
            self._capital.update(_MIDWAY.findall(text))
            self._lower.update(_LOWER.findall(text))
            self._person.update(_ACTING.findall(text))

    def is_name(self, word: str) -> bool:
        """Whether a word is written with a capital wherever it stands."""
        return self._capital[word] > 2 * self._lower[word.lower()] and word not in _CAPITALS

    def is_person(self, word: str) -> bool:
        """Whether a name does what only people do: says, asks, laughs."""
        return self._person[word] > 0 and self.is_name(word)


_MIDWAY = re.compile(r"(?<=[a-zà-ÿ,;(] )[A-ZÀ-Þ][\wÀ-ÿ-]+")
_LOWER = re.compile(r"\b[a-zà-ÿ][\wÀ-ÿ-]+")
_ACTING = re.compile(
    r"\b([A-ZÀ-Þ][\wÀ-ÿ-]+)(?:(?: has| had)? (?:said|says|asked|asks|told|thinks|thought|laughed|wants|wanted|cried"
    r"|rang|phoned|wrote|smiled)\b|:\s|['’]s (?:mother|father|sister|brother|wife|husband|birthday|son|daughter)\b)"
)
_CAPITALS = frozenset(
    re.findall(
        r"\w+",
        """
        Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
        September October November December Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag The This That It
        He She We They You And But So If In On At My Our His Her
        """,
    )
)

# ---- what a short answer looks like -------------------------------------------------------------------------------

_MONTH = (
    r"(?:Jan(?:uary|uar)?|Feb(?:ruary|ruar)?|Mar(?:ch)?|März|Apr(?:il)?|May|Mai|June?|Juni|July?|Juli|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Okt(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|Dez(?:ember)?|enero|febrero|marzo|abril|mayo"
    r"|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"
)
_HAN = "[一二三四五六七八九十百千万两零〇半]"
_WHEN = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s|de\s)?{_MONTH}(?:,?\s(?:de\s)?\d{{4}})?|\b{_MONTH}\s\d{{4}}\b"
    rf"|\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b"
    rf"|\b\d{{1,2}}:\d{{2}}\b(?:\s?[ap]m\b)?|\b\d{{1,2}}\s?[ap]m\b|\b(?:19|20)\d{{2}}\b(?![\d.,:/-]\d)"
    rf"|(?:[\d一二〇零九八七六五四三]{{2,4}}年)?(?:\d{{1,2}}|{_HAN}{{1,3}})月(?:(?:\d{{1,2}}|{_HAN}{{1,3}})[日号])?|\d{{4}}年"
    rf"|(?:上午|下午|早上|晚上|中午)?(?:\d{{1,2}}|{_HAN}{{1,3}})点(?:半|(?:\d{{1,2}}|{_HAN}{{1,3}})分)?"
)
_AMOUNT = re.compile(
    r"[€£$¥₹]\s?\d[\d.,]*\d|[€£$¥₹]\s?\d|\bRs\.? ?\d[\d.,]*\d"
    r"|(?<![\d.,])\b\d[\d.,]*(?:\s?(?:€|£|\$|EUR|USD|GBP|CHF|[Ee]uros?|pounds?|dollars?|pesos?|元|円|块)(?!\w))"
    r"|(?<![\d.,])\b\d[\d.,]*\s?(?:%|°C|°F|kilos?|kg|km|mg|ml|cl|cm|mm|kWh|Grad|Gramm|grams?|kilometres?|metres?|Liter|litres?|liters?|litros?|bar"
    r"|decibels?|degrees|percent|miles?|minutes?|Minuten|minutos|hours?|Stunden|horas|days?|Tage|días|weeks?|Wochen|semanas"
    r"|months?|Monate|meses|years?|Jahre|años|g|l|m|h)(?![\w])"
    rf"|(?:\d[\d.]*|{_HAN}+)(?:元|块|公里|公斤|斤|克|米|厘米|分钟|小时|天|个月|岁|碗|个人|次|张|本|只|平方米)"
)
_NUMBER = re.compile(r"(?<![\w.,:/€£$-])\d[\d.,]*\d(?![\w:/%€-])|(?<![\w.,:/€£$-])\d(?= [a-zà-ÿ]{3})")
_NAMES = re.compile(
    r"(?<![.!?:] )(?<!^)\b(?:(?:Mrs?|Ms|Dr|Prof|Herrn?|Frau|Doña|Don|doña|don)\.? )?[A-ZÀ-Þ][\wÀ-ÿ]*[a-zà-ÿ][\wÀ-ÿ’'-]*"
    r"(?: (?:(?:van|von|de|der|den|del|la|el) )*[A-ZÀ-Þ][\wÀ-ÿ’'-]+){0,3}"
)
_IN = re.compile(r"\b(?:in|at|from|to|near|nach|aus|bei|en|desde|hasta|through|via)\s$")
_REASONS = (
    re.compile(r"^([^“”\"]{15,160}?),?\s+(?:because|weil|denn|porque|parce que|omdat)\s+(?!of\b)([^;]{8,110}?)[.!]?$"),
    re.compile(r"^因为([^，。；]{3,40})[，,](?:所以)?([^。；]{3,40})"),
)
_COMPLEMENT = re.compile(
    r"^(.{4,80}?\b(?:is|are|am|was|ist|sind|bin|war|es|son|está|era)) "
    r"((?!(?:not|nicht|no|kein)\b)(?:\S+ ){0,4}[^\s()“”\"]+?)[.!]?$"
)
_COMPLEMENT_CJK = re.compile(rf"^([{CJK}\w]{{2,20}}(?:是|叫|住在))(?!不)([{CJK}\w]{{1,12}})[。！]?$")
_TAIL = re.compile(r"^(.{20,220}?[\w,;]) ((?:\S+ ){1,3}[^\s()“”\"]+?)[.!]?$")
_TAIL_CJK = re.compile(rf"^(.{{5,}}[，,：])([{CJK}]{{2,12}})[。！]?$")


def ledger(note: Note, lexicon: Lexicon, code: str = "en", *, most: int = MOST) -> list[list[Fact]]:
    """What a chunk says: each fact as the list of its questions, all with the same answer from the same place.

    At most `most` facts, of as many kinds as there are, those first that people would ask for. `code` is the note's
    language. Secrets must be gone from the text.
    """
    return of_outline(note, outline.read(note.text), lexicon, code, most=most)


def of_outline(note: Note, found: Outline, lexicon: Lexicon, code: str, *, most: int = MOST) -> list[list[Fact]]:
    """The ledger of a chunk whose text has been taken apart already."""
    things: dict[tuple[int, int, str], list[Fact]] = {}
    builders = (
        _key_facts(note, found.pairs, code),
        _list_facts(note, found.lists, code),
        _reply_facts(note, found.sentences, code),
        _sentence_facts(note, found.sentences, lexicon, code),
    )
    for builder in builders:
        for fact in builder:
            things.setdefault((fact.start, fact.end, fact.sentence), []).append(fact)
    return _varied([_without_repeats(thing) for thing in things.values()], most, random.Random(note.text))


def _without_repeats(thing: list[Fact]) -> list[Fact]:
    kept = {fact.question: fact for fact in reversed(thing)}
    return [fact for fact in thing if kept.get(fact.question) is fact]


def _varied(things: list[list[Fact]], most: int, rng: random.Random) -> list[list[Fact]]:
    """Kinds take turns, so that a page of numbers does not crowd out its one reason; natural questions come first."""
    by_kind: dict[str, list[list[Fact]]] = {}
    rng.shuffle(things)
    for thing in sorted(things, key=lambda each: not any(fact.way == "plain" for fact in each)):
        by_kind.setdefault(thing[0].kind, []).append(thing)
    # The end of a sentence is asked for only where there is little else.
    ends = by_kind.pop("gap", [])
    order = [kind for kind in Kind.__args__ if kind in by_kind]
    chosen: list[list[Fact]] = []
    while order and len(chosen) < most:
        for kind in list(order):
            chosen.append(by_kind[kind].pop(0))
            if not by_kind[kind]:
                order.remove(kind)
    return [*chosen[:most], *ends[: max(0, min(most, 4) - len(chosen))]]


# ---- kinds of fact ------------------------------------------------------------------------------------------------


def _key_facts(note: Note, pairs: Sequence[Pair], code: str) -> Iterator[Fact]:
    """“Key: value” lines and cells of tables."""
    if not note.title:
        return
    for pair in pairs:
        kind = _kind_of(pair.value)
        # A heading of a table such as “€” or “Value” says little: its row alone names what is meant.
        asked = "row" if len(re.findall(r"[^\W\d_]", pair.column)) > 2 else "key"
        words = {"key": pair.key, "title": note.title, "column": pair.column}
        about = terms.fold(f"{note.title}/{pair.column}/{pair.key}")

        at = (pair.value, note.id, pair.start, pair.end, pair.line, about)
        dated = _WHEN.fullmatch(pair.key)
        typed = "key dated" if dated else f"key {kind}" if kind in ("when", "amount") and asked == "key" else asked
        titled = asked if typed != asked and not dated else f"{asked} titled"
        reworded = [("key beside", "reworded"), ("key tell", "reworded")] if asked == "key" and not dated else []
        for phrase, way in ((typed, "plain"), *reworded, (titled, "titled"), (f"kept {asked}", "kept")):
            yield Fact(kind, phrases.put(phrase, code, **words), *at, way)


def _kind_of(value: str) -> str:
    if _WHEN.match(value) and len(value) <= 40:
        return "when"
    if re.fullmatch(rf"[−-]?(?:{_AMOUNT.pattern}|{_NUMBER.pattern})", value):
        return "amount"
    return "name" if re.fullmatch(r"(?:[A-ZÀ-Þ][\w’'.-]+ ?){1,4}", value) and not value.isupper() else "key"


def _list_facts(note: Note, lists: Sequence[Items], code: str) -> Iterator[Fact]:
    for found in lists:
        title = found.heading or note.heading.rsplit(" > ", 1)[-1] or note.title
        if not title:
            continue
        answer = ", ".join(found.items)
        at = (note.id, found.start, found.end, answer, terms.fold(f"{note.title}/{title}"))
        yield Fact("list", phrases.put("list", code, title=title), answer, *at, "plain")
        if note.title and note.title != title:
            yield Fact("list", phrases.put("list titled", code, heading=title, title=note.title), answer, *at, "titled")
        yield Fact("list", phrases.put("kept list", code, title=title), answer, *at, "kept")
        if not found.numbered:
            continue
        at_item = found.start
        for number, item in enumerate(found.items, 1):
            place = outline.locate(note.text, at_item, found.end, item)
            if place is None:
                continue
            at_item = place[1]
            where = (note.id, *place, item, terms.fold(f"{note.title}/{title}/{number}"))
            for phrase, way in (("number", "plain"), ("kept number", "kept")):
                yield Fact("item", phrases.put(phrase, code, title=title, number=number), item, *where, way)


def _reply_facts(note: Note, sentences: Sequence[Sentence], code: str) -> Iterator[Fact]:
    """What somebody answered in a chat."""
    for asked, reply in itertools.pairwise(sentences):
        fits = asked.speaker and reply.speaker and asked.speaker != reply.speaker and len(reply.text) <= 90
        if not fits or not re.search(r"[?？]$", asked.text):
            continue
        answer = reply.text.rstrip(" .。")
        place = outline.locate(note.text, reply.start, reply.end, answer)
        if place:
            words = {"speaker": reply.speaker, "question": asked.text}
            at = (answer, note.id, *place, reply.text, terms.fold(f"{note.title}/{asked.text}"))
            yield Fact("reply", phrases.put("chat", code, **words), *at, "plain")
            yield Fact("reply", phrases.put("kept chat", code, **words), *at, "kept")


def _sentence_facts(note: Note, sentences: Sequence[Sentence], lexicon: Lexicon, code: str) -> Iterator[Fact]:
    for sentence in sentences:
        if "http" in sentence.text or "www." in sentence.text:
            continue
        yield from _reasons(note, sentence, code)
        asked = english.questions(sentence.text, lexicon.is_name, lexicon.is_person) if code == "en" else ()
        found: list[Fact] = []
        for each in asked:
            at = sentence.text.index(each.answer)
            found.extend(_placed(note, sentence, each.kind, each.answer, at, code, each.question, each.others))
        own = {fact.answer for fact in found}
        spans = [(kind, start, end) for kind, start, end in _spans(sentence, lexicon, code)]
        # The spans that a natural question asks for, and two others: a sentence is not learned by its every word.
        telling = [span for span in spans if sentence.text[span[1] : span[2]] in own]
        for kind, start, end in [*telling, *[span for span in spans if span not in telling][:2]]:
            found.extend(_placed(note, sentence, kind, sentence.text[start:end], start, code))
        yield from found


def _reasons(note: Note, sentence: Sentence, code: str) -> Iterator[Fact]:
    for pattern in _REASONS:
        match = pattern.match(sentence.text)
        if not match or re.search(r"\b(?:and|or|but|und|oder|y|o)$", match[1]):
            continue
        clause, reason = (match[1], match[2]) if pattern is _REASONS[0] else (match[2], match[1])
        place = outline.locate(note.text, sentence.start, sentence.end, reason)
        if place is None:
            return
        at = (reason, note.id, *place, sentence.text, subject(clause))
        yield Fact("why", phrases.put("why", code, clause=clause), *at, "gap")
        if note.title:
            yield Fact("why", phrases.put("why titled", code, clause=clause, title=note.title), *at, "titled")
        yield Fact("why", phrases.put("kept why", code, clause=clause), *at, "kept")
        return


def _placed(
    note: Note,
    sentence: Sentence,
    kind: str,
    answer: str,
    at: int,
    code: str,
    question: str = "",
    others: Sequence[str] = (),
) -> Iterator[Fact]:
    """A natural question with its other and its titled forms; without one the gap, its titled and its kept form."""
    place = outline.locate(note.text, sentence.start, sentence.end, answer, sentence.text.count(answer, 0, at))
    if place is None:
        return
    left = f"{sentence.text[:at]}{GAP}{sentence.text[at + len(answer) :]}"
    about = (answer, note.id, *place, sentence.text, subject(left))
    if question:
        yield Fact(kind, question, *about, "plain")
        for other in others:
            yield Fact(kind, other, *about, "reworded")
        if note.title:
            yield Fact(kind, phrases.put("titled", code, title=note.title, question=question), *about, "titled")
        return
    yield Fact(kind, phrases.put("gap", code, gap=left), *about, "gap")
    if note.title:
        yield Fact(kind, phrases.put("gap titled", code, gap=left, title=note.title), *about, "titled")
    yield Fact(kind, phrases.put("kept gap", code, gap=left), *about, "kept")


def _spans(sentence: Sentence, lexicon: Lexicon, code: str) -> list[tuple[str, int, int]]:
    """The stretches of a sentence that make short answers, the most telling first."""
    text = sentence.text
    found: list[tuple[str, int, int]] = []

    def take(kind: str, start: int, end: int) -> None:
        alone = not any(first < end and start < last for _, first, last in found)
        rest = len(text) - (end - start)
        if alone and text.count(text[start:end]) == 1 and rest >= (6 if re.search(f"[{CJK}]", text) else 10):
            found.append((kind, start, end))

    for match in _AMOUNT.finditer(text):
        take("amount", *match.span())
    for match in _WHEN.finditer(text):
        take("when", *match.span())
    for match in _name_spans(text, lexicon, code):
        take("place" if _IN.search(text[: match.start()]) else "name", *match.span())
    for term in sentence.terms:
        at = text.find(term)
        whole = term.count("(") == term.count(")") and term.lower() not in terms.FUNCTION_WORDS
        if at >= 0 and whole:
            take("term", at, at + len(term))
    for match in _NUMBER.finditer(text):
        take("number", *match.span())
    if not found:
        patterns = (_COMPLEMENT, _COMPLEMENT_CJK, _TAIL_CJK, _TAIL)
        if match := next(filter(None, (pattern.match(text) for pattern in patterns)), None):
            take("gap", match.start(2), match.start(2) + len(match[2].rstrip(" :,;")))
    return found


def _name_spans(text: str, lexicon: Lexicon, code: str) -> Iterator[re.Match[str]]:
    first = re.match(_NAMES.pattern.removeprefix(r"(?<![.!?:] )(?<!^)\b"), text)
    for match in [*([first] if first else []), *_NAMES.finditer(text)]:
        words = [word for word in match[0].split() if word[0].isupper()]
        titled = re.match(r"(?:Mrs?|Ms|Dr|Prof|Herrn?|Frau|[Dd]oñ?a?)\b", match[0])
        # German writes every noun with a capital, so only what is surely a name counts there.
        sure = titled or (all(map(lexicon.is_name, words)) and (code != "de" or len(words) > 1))
        if sure and len(match[0]) > 2 and not any(word in _CAPITALS for word in words):
            yield match


def subject(text: str) -> str:
    """What a sentence is about, for comparing: its telling stems, without the answer, in order of the alphabet."""
    words = [word for word in re.findall(r"[^\W_\d]+", terms.fold(text.replace(GAP, " "))) if word not in _PASSING]
    return " ".join(sorted(set(terms.index_terms(" ".join(w for w in words if w not in terms.FUNCTION_WORDS)))))


def names(text: str, lexicon: Lexicon, code: str) -> list[str]:
    """The names in a sentence."""
    return [match[0] for match in _name_spans(text, lexicon, code)]


_MONTHS = (
    "jan|ene",
    "feb",
    "mar|mär",
    "apr|abr",
    "may|mai",
    "jun",
    "jul",
    "aug|ago",
    "sep",
    "oct|okt",
    "nov",
    "dec|dez|dic",
)
_DAYS = (
    re.compile(
        r"\b(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?\s(?:of\s|de\s)?(?P<m>[A-Za-zä]{3,10})\b\.?(?:,?\s(?:de\s)?(?P<y>\d{4}))?"
    ),
    re.compile(r"\b(?P<m>[A-Z][a-z]{2,9})\s(?P<d>\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s(?P<y>\d{4}))?"),
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"),
    re.compile(r"(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]"),
)


def day_of(text: str) -> tuple[int, int, int] | None:
    """The first day that a sentence names: year (0 where it is not said), month, day."""
    for pattern in _DAYS:
        for match in pattern.finditer(text):
            month = match["m"]
            number = int(month) if month.isdecimal() else _month(month)
            if 1 <= number <= 12 and 1 <= int(match["d"]) <= 31:
                return int(match["y"] or 0), number, int(match["d"])
    return None


def _month(word: str) -> int:
    if not re.fullmatch(_MONTH, word):
        return 0
    return next((at for at, begin in enumerate(_MONTHS, 1) if re.match(begin, word.lower())), 0)


#: Words that say when something is so, not what: “My desk is now in …” is about the same as “My desk is in …”.
_PASSING = frozenset(
    re.findall(
        r"\w+",
        """
        now currently still today since anymore again new old nowadays meanwhile presently longer really actually
        don didn doesn isn jetzt nun noch seit heute neu mehr ahora hoy ya todavia nuevo nueva desde
        january february march april may june july august september october november december
        januar februar marz mai juni juli oktober dezember
        enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
        """,
    )
)
_NOT = re.compile(r"\b(?:not|no longer|never|no|nicht|kein\w*|nie|nunca|jamás)\b|n['’]t\b|不|没", re.IGNORECASE)
_STATE = re.compile(
    r"\b(?:is|are|am|lives?|likes?|loves?|hates?|drinks?|eats?|smokes?|owns?|drives?|takes?|mag|trinke|esse|fahre|gusta|costs?|works?|weighs?|stands?|opens?|closes?|ends?|begins?|starts?|has|have|ist|sind|wohnt|wohne"
    r"|kostet|heißt|hat|habe|es|está|son|vive|vivo|cuesta|llama|tiene|tengo)\b|['’](?:s|re|m)\b|是|住|叫|有"
)


def tells_a_state(sentence: str) -> bool:
    """Whether a sentence says how things are (so that a newer one may replace it), not what happened once."""
    return bool(_STATE.search(sentence))


def denies(sentence: str) -> bool:
    """Whether a sentence holds a negation."""
    return bool(_NOT.search(sentence))
