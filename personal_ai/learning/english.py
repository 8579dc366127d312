"""Plain English sentences turned into the questions that they answer. Few rules, and none that often goes wrong.

A sentence of another shape gives no question here: it is asked about by a gap instead (facts.py).
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Asked(NamedTuple):
    """A question, the answer as it stands in the sentence, and what kind of answer it is.

    `others` ask the same in other words: who knows a fact knows it however it is asked, and a model learns that only
    from several wordings (Allen-Zhu & Li 2023, “Physics of language models: part 3.1”).
    """

    kind: str
    question: str
    answer: str
    others: tuple[str, ...] = ()


_IRREGULAR = dict(
    re.findall(
        r"(\w+)/(\w+)",
        """
    ate/eat awoke/awake became/become began/begin bent/bend bit/bite blew/blow bought/buy broke/break brought/bring
    built/build burnt/burn caught/catch chose/choose came/come crept/creep cut/cut dealt/deal did/do dreamt/dream
    dug/dig drank/drink drew/draw drove/drive fed/feed fell/fall felt/feel flew/fly forgot/forget fought/fight
    found/find froze/freeze gave/give got/get grew/grow heard/hear held/hold hid/hide hit/hit hung/hang hurt/hurt
    kept/keep knelt/kneel knew/know laid/lay learnt/learn led/lead left/leave lent/lend lit/light lost/lose made/make
    meant/mean met/meet mistook/mistake overslept/oversleep paid/pay put/put ran/run rang/ring read/read rode/ride
    rose/rise said/say sang/sing sat/sit saw/see sent/send set/set sewed/sew shook/shake shot/shoot shut/shut
    slept/sleep slid/slide smelt/smell sold/sell sowed/sow spent/spend split/split spoke/speak spoilt/spoil
    spilt/spill spread/spread stole/steal stood/stand stuck/stick swam/swim swept/sweep swore/swear taught/teach
    thought/think threw/throw told/tell took/take tore/tear understood/understand went/go wept/weep woke/wake won/win
    wore/wear withdrew/withdraw wrote/write
        """,
    )
)
# Regular verbs whose past is formed by rule; a verb that is on no list gives no question.
_REGULAR = re.findall(
    r"\w+",
    """
    accept add adjust admit adopt advise agree announce answer apologise apply appoint approve argue arrange arrive ask
    assemble attach attend bake bathe beg boil book borrow bottle bounce call calculate calibrate cancel carry celebrate
    change charge chat check claim clean climb close collect complain complete confess confirm congratulate consult
    contact convince cook copy correct count cover crash cross cry cycle dance date decide deliver deposit describe
    design detect develop discover discuss divide donate download draft dress drop dry dye earn empty enjoy enrol
    enter escape estimate examine exchange exclude exercise expect explain export fail fetch file fill finish fire fit
    fix fold follow force freeze frame fry gather glue greet grill guess hand handle happen harvest hate heat help hire
    hope identify ignore import improve include inform inherit inspect install insult insure introduce invent invest
    invite join jump knit knock label land last laugh lift like list listen live load locate lock look love mail manage
    mark marry measure mend mention miss mix move name note notice offer open order organise organize own pack paint
    park pass pay peel phone photograph pick place plan plant play point polish post pour practise practice praise
    prefer prepare present press print promise propose protest prove publish pull pump push question quit reach realise
    realize receive reckon recognise recognize recommend record recover reduce refill refund refuse register reject
    release remember remind remove renew rent repaint repair repeat replace reply report request rescue reserve resign
    retire return review reward rinse roast row sail sand save scan scold score scrape scrub search seed sell separate
    serve settle share shop show sign skip slice smile smoke sneeze solve sort sound spot squeeze start state stay stir
    stop store study stumble submit subtract suggest switch taste test thank tie tidy touch trace train translate
    transfer travel treat trim trip try turn type unload unpack update upgrade upload use vacuum visit vote wait walk
    want warn wash watch water weed weigh whisper wipe wish work worry wrap yell
    """,
)
_DOUBLED = frozenset(
    re.findall(
        r"\w+",
        """
        admit beg cancel chat drop enrol fit jog knit label mop pat plan plug prefer quit refer rub scan scrub shop skip
        slip spot stir stop strip submit tap transfer travel trim trip wrap
        """,
    )
)
_MONEY = (
    r"(?:[€£$¥]\s?\d[\d,.]*\d|[€£$¥]\s?\d"
    r"|\d[\d,.]*\s?(?:€|£|\$|euros?|EUR|pounds?|dollars?|USD|GBP|CHF|francs?|kr)(?!\w))"
)
_MEASURE = (
    r"\d[\d,.]*\s?(?:kilo(?:gram|metre|meter)?s?|grams?|kg|km|mg|ml|cm|mm|g|l|m|lit(?:re|er)s?|metres?|meters?|miles?"
    r"|pounds?|lbs?|ounces?|tonnes?|tons?|minutes?|hours?|days?|weeks?|months?|years?|degrees|°C|%|percent)(?!\w)"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?|{_MONTH} \d{{4}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,? \d{{4}})?|\d{{4}}-\d{{2}}-\d{{2}}|(?:19|20)\d{{2}}(?![\d.,]))"
)
_CLOCK = r"\d{1,2}(?::\d{2})(?:\s?[ap]m)?|\d{1,2}\s?[ap]m"
_NAME = (
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Miss|Aunt|Uncle)\.? )?[A-ZÀ-Þ][\w’'-]*[a-zà-ÿ]"
    r"(?: (?:van|de|der|den|von|la|el|di)(?= ))*(?: [A-ZÀ-Þ][\w’'-]*[a-zà-ÿ])*"
)
_PHRASE = r"(?:[a-z][\w-]*\s){0,3}[a-z][\w-]*"
# These point out of the sentence: nobody could tell from the question whom it means.
_POINTING = re.compile(
    r"\b(?:he|him|his|she|hers?|they|them|theirs?|it|its|this|that|these|those|there|here|ones?(?!\s[a-z])|both|other|others"
    r"|another|same|such|then|also|too|again|instead|neither|either|now|ago)\b|[“”\"]|\d+[)\]]",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"""
    \s*(?:
      [;(] | (?<!\d):|:(?!\d) | \s[–—-]\s
    | ,\s(?:and|but|so|which|who|where|when|while|because|since|as|though|although|for|if|after|or|then|not|with)\b
    | \s(?:because|although|while|whereas|unless|but|which|when|since|so\ that|who)\b
    | \sand\ (?=(?:I|we|he|she|it|they|you|the|my|our)\b) | ,\s(?=(?:I|we|he|she|it|they)\b)
    ).*$
    """,
    re.VERBOSE,
)
# Where a clause was cut so that it hangs in the air.
_HANGING = re.compile(
    r"\b(?:a|an|the|my|our|your|his|her|their|of|to|and|or|in|at|on|for|from|by|with|that|than|as|if|how|what|why|about|is"
    r"|was|are|were|be|been|not|like|into|(?:ask|say|tell|think|know|hop|wonder|mean)ing)$"
)
_CALENDAR = re.compile(rf"(?:{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Christmas|Easter|Whitsun|New Year)")
_NUMBER = r"(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty)"
# “says keys on Friday” says when of something else.
_SAYING = frozenset(
    ["say", "tell", "think", "hope", "believe", "know", "want", "mean", "expect", "announce", "promise"]
)
_OPENING = re.compile(
    r"^(?:And|But|So|Then|Also|Anyway|Still|Well|Now|Yesterday|Today|Later|Finally),?\s+(?=\S)", re.IGNORECASE
)
_PERSON = re.compile(
    r"\b(?:mother|father|mum|mom|dad|sister|brother|aunt|uncle|cousin|son|daughter|wife|husband|partner|friend|boss|colleague"
    r"|neighbour|neighbor|landlord|landlady|nurse|chef|coach|nephew|niece|grandmother|grandfather|dentist|doctor|vet|physio"
    r"|\w+(?:er|or|ist|ian|man|woman))$"
)
_NOT_PERSON = re.compile(
    r"\b(?:number|water|paper|computer|order|letter|container|river|dinner|supper|summer|winter|flower|weather|matter|corner"
    r"|colour|color|floor|door|error|motor|tractor|printer|dryer|cooker|heater|boiler|scooter|router|charger|folder|cover"
    r"|counter|tower|member|shower|drawer|mirror|power|answer|offer|quarter|chapter|center|monitor|sensor|list|anchor)$"
)
_IN_LANGUAGE = re.compile(r"(?:ish|ese|French|German|Dutch|Italian|Russian|Latin|Greek)$")


def _past(base: str) -> str:
    if base in _DOUBLED:
        return f"{base}{base[-1]}ed"
    if base.endswith("e"):
        return f"{base}d"
    if re.search(r"[^aeiou]y$", base):
        return f"{base[:-1]}ied"
    return f"{base}ed"


def _third(base: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh|o)$", base):
        return f"{base}es"
    if re.search(r"[^aeiou]y$", base):
        return f"{base[:-1]}ies"
    return f"{base}s"


_NO_PAST = frozenset({"pay", "quit", "sell", "freeze", "show"})
#: Past forms, and forms of the third person in the present, by their infinitive.
PAST = (
    {_past(base): base for base in _REGULAR if base not in _NO_PAST} | _IRREGULAR | {"showed": "show", "quit": "quit"}
)
PRESENT = {_third(base): base for base in (*_REGULAR, *_IRREGULAR.values(), "cost", "end", "expire", "leave", "run")}
# Forms that are as often something else: a noun, an adjective, a present.
_UNSURE = frozenset(
    ["read", "put", "set", "cut", "hit", "hurt", "shut", "spread", "split", "left", "lit", "quit", "thought"]
)


class Clause(NamedTuple):
    """A clause: who, did what (`word` as written, `verb` its infinitive), to what.

    `tense` is "past", "present", "own" (the first person's present) or an auxiliary verb.
    """

    subject: str
    word: str
    verb: str
    tense: str
    rest: str


def questions(
    sentence: str, is_name: Callable[[str], bool], is_person: Callable[[str], bool] = lambda _name: False
) -> Iterator[Asked]:
    """Ask what a plain sentence answers.

    `is_name` tells whether a capitalised word is one wherever it stands, `is_person` whether it is somebody's.
    """
    text = _begun(_OPENING.sub("", sentence.strip()))
    found: list[Asked] = []
    for rule in (_called, _appositions, _copula, _why):
        found.extend(rule(text, is_name))
    for part in re.split(r"(?:;|,? (?:and|but)(?= [A-Z])|(?<!\d):|\s[–—-])\s+", text):
        found.extend(_verbal(_begun(part), is_name, is_person))
    seen: set[str] = set()
    for asked in found:
        good = 12 <= len(asked.question) <= 120 and asked.question not in seen and sentence.count(asked.answer) == 1
        if good and asked.answer not in asked.question and not re.search(r"[*_|<>#]|\s[,.]|,\?", asked.question):
            seen.add(asked.question)
            yield asked._replace(others=tuple(q for q in asked.others if asked.answer not in q and len(q) <= 140))


def _begun(text: str) -> str:
    return text[0].upper() + text[1:] if text else ""


def _called(text: str, _is_name: Callable[[str], bool]) -> Iterator[Asked]:
    """“… a rabbit called Professor”."""
    pattern = rf"\b([Tt]he|[Mm]y|[Oo]ur|an?) ({_PHRASE}),? (?:is |was |are )?(?:called|named) ({_NAME})"
    for match in re.finditer(pattern, text):
        noun = match[2].removesuffix(" is").removesuffix(" was").removesuffix(" are")
        # The last words before “called” are the noun; a verb or a preposition among them is not part of it.
        if not _NO_NOUN.search(noun):
            yield _name_of(f"{_which(match[1])} {noun}", match[3])


def _appositions(text: str, is_name: Callable[[str], bool]) -> Iterator[Asked]:
    """“There is a nurse, Célestine, …”; “Rachid Amrani, the plumber, …”."""
    for match in re.finditer(rf"\b(the|my|our|an?) ({_PHRASE}), ({_NAME})(?=[,.;:]|$)", text):
        if _is_person(match[2]) and not _NO_NOUN.search(match[2]) and is_name(match[3].split()[-1]):
            yield _name_of(f"{_which(match[1])} {match[2]}", match[3])
    for match in re.finditer(rf"(?:^|(?<=[a-z] ))({_NAME}), (the|my|our) ({_PHRASE})(?=[,.;:]|$)", text):
        if _is_person(match[3]) and not _NO_NOUN.search(match[3]) and is_name(match[1].split()[-1]):
            yield _who_is("is", f"{match[2]} {match[3]}", match[1])


def _name_of(whose: str, answer: str) -> Asked:
    others = (f"What is the name of {whose}?", f"Do you know what {whose} is called?", f"Which name does {whose} have?")
    return Asked("name", f"What is {whose} called?", answer, others)


def _who_is(verb: str, who: str, answer: str) -> Asked:
    others = (f"What {verb} the name of {who}?", f"Do you know who {who} {verb}?", f"What {verb} {who} called?")
    return Asked("name", f"Who {verb} {who}?", answer, others)


_NO_NOUN = re.compile(
    r"\b(?:he|she|it|who|which|that|and|or|of|in|on|at|to|by|for|with|from|has|had|be|been|is|was|i|we|you|they)\b"
)


def _which(article: str) -> str:
    return article.lower() if article.lower() in ("my", "our") else "the"


def _is_person(noun: str) -> bool:
    return bool(_PERSON.search(noun) and not _NOT_PERSON.search(noun))


def _copula(text: str, is_name: Callable[[str], bool]) -> Iterator[Asked]:
    """“My dentist is Mrs Moor”, “The fee was £20”."""
    match = re.match(rf"(My|Our|The) ({_PHRASE}) (is|was) (.+)$", text)
    if not match:
        return
    subject, verb = f"{match[1].lower()} {match[2]}", match[3]
    if _POINTING.search(subject) or re.search(r"\b(?:is|was|of|who|which|I|we|day)\b", match[2]):
        return
    rest = match[4]
    if (name := re.match(rf"({_NAME})(?=[.,;:!]|$)", rest)) and is_name(name[1].split()[-1]):
        person = re.match(r"(?:Mrs?|Ms|Dr|Prof|Miss)\b", name[1]) or _is_person(match[2])
        yield _who_is(verb, subject, name[1]) if person else _being("name", "What", verb, subject, name[1])
    elif amount := re.match(rf"({_MONEY})(?=[.,;:! ]|$)(?!\s\w+er\b)", rest):
        yield _being("amount", "How much", verb, subject, amount[1])
    elif size := re.match(rf"({_MEASURE}) (long|high|wide|tall|deep|old|thick|heavy)\b", rest):
        yield _being("amount", f"How {size[2]}", verb, subject, size[1])
    elif _NAMED.search(match[2]) and (said := re.match(r"([^,;.:()“”\"]{2,40})(?=[,;.:]|$)", rest)):
        if not re.match(r"(?:not|never|now|very|too|so|on|in|at|to)\b", said[1]):
            yield _being("name" if said[1][0].isupper() else "term", "What", verb, subject, said[1])
    elif date := re.match(rf"(?:on |in )({_DATE})(?=[.,;:! ]|$)(?! (?:to|until|till|or|and|[–—-]))", rest):
        yield _being("when", "When", verb, subject, date[1])


def _being(kind: str, asking: str, verb: str, subject: str, answer: str) -> Asked:
    said = f"{asking[0].lower()}{asking[1:]}"
    others = [f"Do you know {said} {subject} {verb}?", f"{_begun(subject)}: {said} {verb} that?"]
    if asking in _INSTEAD:
        others.append(f"{_INSTEAD[asking]} {verb} {subject}?")
    return Asked(kind, f"{asking} {verb} {subject}?", answer, tuple(others))


# “What is my …?” asks for what such a thing is; “What is my scooter?” does not ask for its colour.
_NAMED = re.compile(
    r"\b(?:favou?rite \w+|name|number|address|size|job|type|brand|make|model|nickname|surname|motto|allergy|diagnosis)$"
)


def _why(text: str, is_name: Callable[[str], bool]) -> Iterator[Asked]:
    """“I sold the car because it rusted”."""
    match = re.match(r"([^,;:()“”\"]{12,90}?),? because (?!of\b)([^;:()“”\"]{6,100}?)[.!]?$", text)
    if not match or _CLAUSE_END.search(match[1]) or _HANGING.search(match[1]):
        return
    clause = split(match[1], is_name)
    if clause and clause.rest and not _POINTING.search(clause.rest):
        yield _put("why", "Why", clause, clause.rest, match[2])


def _verbal(text: str, is_name: Callable[[str], bool], is_person: Callable[[str], bool]) -> Iterator[Asked]:
    """Ask who, when, where, whom, how much and how many of one clause."""
    opening = re.match(rf"(?:On|In) ({_DATE}),? (?=\S)", text)
    body = _CLAUSE_END.sub("", text[opening.end() :] if opening else text).rstrip(" .!,")
    clause = split(_begun(body), is_name)
    if clause is None or "?" in text:
        return
    own = clause.subject in ("I", "We")
    if _POINTING.search(clause.rest if own else re.sub(r"\b(?:his|her|its|their)\b", "", clause.rest)):
        return
    yield from _subjects(clause, is_person)
    if "," in body or _HANGING.search(body) or clause.rest.startswith("not "):
        return
    if clause.verb not in _SAYING:
        yield from _times(clause, opening[1] if opening else "")
        yield from _places(clause)
    yield from _amounts(clause)
    yield from _people(clause, is_name)


def _subjects(clause: Clause, is_person: Callable[[str], bool]) -> Iterator[Asked]:
    """“Bettina came with a matchbox”: who came?"""
    rest = clause.rest.split(",")[0]
    telling = len(rest) >= 8 and len(rest.split()) >= (2 if clause.tense == "past" else 3)
    named = re.fullmatch(_NAME, clause.subject) and clause.subject not in ("I", "We", "The")
    if named and telling and not _HANGING.search(rest) and clause.verb != "say":
        titled = re.match(r"(?:Mrs?|Ms|Dr|Prof|Miss|Aunt|Uncle)\b", clause.subject)
        person = titled or any(is_person(word) for word in clause.subject.split())
        # A thing may do what a person does, but what was done once was mostly done by somebody.
        who = "Who" if person or clause.tense == "past" else "Who or what"
        did = f"{clause.word} {rest}"
        some = "Somebody" if who == "Who" else "Somebody or something"
        be = "was" if clause.tense in ("past", "was", "were") else "is"
        others = (f"Do you know {who.lower()} {did}?", f"{some} {did}. {who} {be} it?", f"{who} {be} it that {did}?")
        yield Asked("name", f"{who} {did}?", clause.subject, others)


def _times(clause: Clause, opening: str) -> Iterator[Asked]:
    rest = clause.rest
    if opening and rest:
        yield _put("when", "When", clause, rest, opening)
    for match in re.finditer(rf" ?\b(?:on|in) ({_DATE})(?! (?:to|until|till|or|and|[–—-]|\d))", rest):
        left = _without(rest, match)
        if not opening and (left or clause.tense != "past") and not re.search(_DATE, left):
            yield _put("when", "When", clause, left, match[1])
    for match in re.finditer(rf" ?\bat ({_CLOCK})(?!\w)", rest):
        left = _without(rest, match)
        if left or clause.tense != "past":
            yield _put("when", "At what time", clause, left, match[1])


def _amounts(clause: Clause) -> Iterator[Asked]:
    rest = clause.rest
    if clause.tense not in ("past", "present"):
        return
    if clause.verb in _GIVING:
        match = re.match(rf"(?:(me|us) )?({_MONEY})(?= (?:for|on|to|at|from|in|a|per)\b|$)", rest)
        if match and (clause.verb == "cost" or rest[match.end() :]):
            whom = f" {match[1]}" if match[1] else ""
            yield _put("amount", "How much", clause, f"{whom}{rest[match.end() :]}".strip(), match[2])
    if clause.verb == "weigh" and (match := re.match(rf"({_MEASURE})$", rest)):
        yield _put("amount", "How much", clause, "", match[1])
    match = re.match(rf"({_NUMBER}) ((?:[a-z]+ )?[a-z]{{3,}}s|people|children|sheep)\b(?! of\b)(.*)$", rest)
    if (
        match
        and clause.tense == "past"
        and not re.match(_MEASURE, rest)
        and clause.verb not in ("last", "wait", "cost")
    ):
        yield _put("number", f"How many {match[2]}", clause, match[3].strip(), match[1])


_GIVING = frozenset(
    ["pay", "spend", "give", "lend", "get", "earn", "save", "lose", "win", "offer", "charge", "borrow", "cost"]
)


def _places(clause: Clause) -> Iterator[Asked]:
    match = re.search(rf"^(.*?) ?\b(?:in|at) ({_NAME})$", clause.rest)
    if not match or _IN_LANGUAGE.search(match[2]) or _CALENDAR.match(match[2]) or _HANGING.search(match[1]):
        return
    if clause.verb in ("look", "laugh", "smile", "point", "arrive", "shout", "yell", "rejoice"):
        return
    if re.search(rf"(?<!\bon )(?<!\bin ){_DATE}", match[1]):
        return
    if match[1] or clause.verb in ("live", "work", "study", "stay", "stop", "meet", "eat", "sleep", "park"):
        yield _put("place", "Where", clause, match[1].strip(), match[2])


def _people(clause: Clause, is_name: Callable[[str], bool]) -> Iterator[Asked]:
    whom = re.match(rf"({_NAME})(?= (?:at|in|on|for|to|about|with|after|before)\b|$)(.*)$", clause.rest)
    if whom and clause.tense == "past" and clause.verb in _MEETING and is_name(whom[1].split()[-1]) and whom[2]:
        yield _put("name", "Who", clause, whom[2].strip(), whom[1])


_MEETING = frozenset(["meet", "see", "call", "visit", "ask", "invite", "ring", "thank", "phone"])
_AUXILIARY = frozenset(["is", "was", "will", "must", "can", "are", "were", "should"])


def split(text: str, is_name: Callable[[str], bool]) -> Clause | None:
    """Take a clause apart, if it is one of the plain kind: subject, verb, rest."""
    words = text.split(" ")
    if len(words) < 2 or not words[0]:
        return None
    start = _subject(words, is_name)
    if start == 0:
        return _first_person(words, is_name)
    subject = " ".join(words[:start])
    word = words[start]
    rest = " ".join(words[start + 1 :])
    if subject.split()[0] in ("My", "Our", "The"):
        subject = subject[0].lower() + subject[1:]
    own = subject in ("I", "We")
    if word in _AUXILIARY:
        return Clause(subject, word, word, word, rest) if rest else None
    if word in PAST and (own or word not in _UNSURE):
        return Clause(subject, word, PAST[word], "past", rest)
    if word in PRESENT and not own:
        return Clause(subject, word, PRESENT[word], "present", rest)
    if own and word in _REGULAR:
        return Clause(subject, word, word, "own", rest)
    return None


def _subject(words: list[str], is_name: Callable[[str], bool]) -> int:
    """How many words are the subject: “I”, a name, or “my sister”, “the old shop”; 0 for anything else."""
    if words[0] in ("I", "We"):
        return 1
    if words[0] in ("My", "Our", "The"):
        for at in range(2, min(5, len(words))):
            if not re.fullmatch(r"[a-z][\w-]*", words[at - 1]) or _NO_NOUN.search(words[at - 1]):
                return 0
            if words[at] in _AUXILIARY or words[at] in PAST or words[at] in PRESENT:
                # “The cook books …” and the like: a noun that is also a verb comes before the verb.
                later = words[at + 1] if at + 1 < len(words) else ""
                return 0 if later in PAST or later in _AUXILIARY else at
        return 0
    match = re.match(_NAME, " ".join(words))
    if not match or "’" in match[0] or "'" in match[0] or _CALENDAR.match(match[0]):
        return 0
    count = len(match[0].split(" "))
    known = re.match(r"(?:Mrs?|Ms|Dr|Prof|Aunt|Uncle)\b", match[0])
    named = known or all(is_name(word) for word in match[0].split(" ") if word[0].isupper())
    return count if named and count < len(words) and " ".join(words[:count]) == match[0] else 0


def _first_person(words: list[str], is_name: Callable[[str], bool]) -> Clause | None:
    """“Paid £20 for the hat”: diaries leave out the I."""
    verb = words[0].lower()
    active = re.match(rf"(?:(?:the|an?|my|our|{_NUMBER})\b|[€£$¥])", words[1]) or is_name(words[1])
    if verb in PAST and verb not in _UNSURE and active and "by" not in words:
        return Clause("I", verb, PAST[verb], "past", " ".join(words[1:]))
    return None


#: Other words to ask with.
_INSTEAD = {
    "When": "On what date",
    "At what time": "When",
    "Where": "In which place",
    "How much": "What amount",
    "Who": "Which person",
    "Why": "For what reason",
}
#: What asks back about a sentence.
_BACK = {"When": "When was that?", "At what time": "At what time?", "Where": "Where was that?", "Why": "Why?"}


def _put(kind: str, asking: str, clause: Clause, rest: str, answer: str) -> Asked:
    """A question about a clause without the answer in it, and others: “Do you know when I paid …?”."""
    subject = "we" if clause.subject == "We" else clause.subject
    told = re.sub(r"\s+", " ", f"{subject} {clause.word} {rest}").strip(" ,")
    others = [f"Do you know {asking[0].lower()}{asking[1:]} {told}?"]
    if asking in _INSTEAD:
        others.append(_inverted(_INSTEAD[asking], clause, rest))
    if asking in _BACK and clause.tense == "past":
        others.append(f"{_begun(told)}. {_BACK[asking]}")
    return Asked(kind, _inverted(asking, clause, rest), answer, tuple(others))


def _inverted(asking: str, clause: Clause, rest: str) -> str:
    """Put the verb before the subject: “When did I pay …?”."""
    subject = "we" if clause.subject == "We" else clause.subject
    rest = re.sub(r"\s+", " ", rest).strip(" ,")
    end = f" {rest}?" if rest else "?"
    if clause.tense == "past":
        return f"{asking} did {subject} {clause.verb}{end}"
    if clause.tense == "present":
        return f"{asking} does {subject} {clause.verb}{end}"
    if clause.tense == "own":
        return f"{asking} do {subject} {clause.verb}{end}"
    return f"{asking} {clause.tense} {subject}{end}"


def _without(rest: str, match: re.Match[str]) -> str:
    return re.sub(r"\s+", " ", rest[: match.start()] + rest[match.end() :]).strip()
