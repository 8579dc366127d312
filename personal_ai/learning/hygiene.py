"""What must not be learned: secrets, orders to a model, and the same thing twice."""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from personal_ai.store import terms

Key = TypeVar("Key", bound=Hashable)

# ---- secrets ------------------------------------------------------------------------------------------------------

# Where one of these stands, the whole sentence goes: what it guards should not be said by a model.
_WORDS = re.compile(
    r"""
      passw(?!ing) | pass[ -]?phrase | passcode | \bpwd?\b | \bpsw\b | \bp/w\b | \bmdp\b | \bpass\s*[:=]
    | \b(?:wi-?fi|wlan)[ -]?(?:key|schlüssel|code)\b | zugangsdaten | \bcredentials\s*[:=]
    | kennw[oö]rt | contraseñ | \bclave\ de\b | \bclave\s*[:=]
    | \bmots?\ de\ passe | wachtwoord | \bsenha\b | \bhasło | парол | 密[码碼] | 口令 | パスワード | 暗証番号 | 비밀번호
    | (?-i:\bPINs?\b) | \bpin(?:[ -]?(?:code|number|nummer)\b|\s*[:=]) | \bpin\b\D{0,20}\d{4}
    | (?-i:\bP[UI]K\b | \bTANs?\b | \bOTPs?\b | \bCV[VC]2?\b | \bSSN\b) | (?-i:\bIBAN\b)
    | secret[ _-]?(?:access|key|token|code|word|answer) | secret\s*[:=]\s*\S{6,}\s*$
    | (?:api|access|private|encryption|recovery|licen[cs]e|product|signing|wallet|master)[ _-]?keys?\b
    | \b(?:auth|access|bearer|refresh|personal|session)[ _-]?tokens?\b | \btokens?\s*[:=] | \bbearer\s+\S{12}
    | (?:seed|recovery|backup|secret)[ -]?(?:phrase|words?|codes?)\b | mnemonic | wiederherstellungs | frase\ semilla
    | 助记词 | 助記詞 | 私钥 | 密钥 | 验证码 | 驗證碼 | 身份证号
    | (?:one[ -]?time|verification|security|confirmation|log-?in|access|unlock|door|gate|alarm|safe|entry|lock|2fa)
      [ -]?codes?\b | (?:einmal|bestätigungs|sicherheits|zugangs|tür|alarm|freischalt)[ -]?codes?\b | código\ de\ \w+
    | social\ security\ n | sozialversicherungsnummer | steuer-?id | national\ insurance\ n
    | \bpassport\ (?:number|no\b|nr\b) | reisepassnummer
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CODE = re.compile(
    r"""
      (?<![a-z])(?<!zip\ )(?<!area\ )(?<!postal\ )(?<!dialling\ )(?<!status\ )(?<!error\ )codes?\b\W{0,4}
      (?:\w+\W+){0,3}? (?!(?:19|20)\d\d\b)\d{4,10}\b
    | \bcombination\b\W{0,3}(?:\w+\W+){0,3}?\d{1,2}(?:[\ ,–-]+\d{1,2}){2,}
    """,
    re.IGNORECASE | re.VERBOSE,
)
# The published shapes of keys and tokens.
_TOKEN = re.compile(
    r"""
      \b(?:AKIA|ASIA)[0-9A-Z]{16}\b | \bgh[pousr]_\w{20,} | \bgithub_pat_\w{20,} | \bglpat-[\w-]{16,}
    | \bxox[a-z]-[\w-]{10,} | \b(?:sk|pk|rk|whsec)[-_](?:[a-z]+[-_])*[A-Za-z0-9]{12}\w* | \bAIza[\w-]{30,}
    | \bya29\.[\w-]{10,} | \beyJ[\w-]{8,}\.[\w-]{8,} | \b(?:npm|hf|dop_v1|shpat)_\w{20,} | \bpypi-[\w-]{16,}
    | \bSG\.[\w-]{10,}\.[\w-]{10,} | \b[a-z][a-z+]{1,12}://[^/\s:@]+:[^/\s@]+@ | \b\d{8,10}:[\w-]{30,}
    | \bAGE-SECRET-KEY-1\w+ | \bx(?:prv|pub)\w{50,} | \b[5KL][1-9A-HJ-NP-Za-km-z]{50,51}\b
    | -----BEGIN\ [A-Z\ ]*KEY | \bssh-(?:rsa|ed25519|dss)\ AAAA | \b\d{3}-\d{2}-\d{4}\b
    | \b(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])(?:[A-Z0-9]{4,8}-){3,}[A-Z0-9]{4,12}\b
    """,
    re.VERBOSE,
)
_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z ]*KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*KEY(?: BLOCK)?-----|\Z)", re.DOTALL
)
_CARD = re.compile(r"(?<![\d.,])\d(?:[ -]?\d){12,18}(?![\d])")
_CARD_WORD = re.compile(
    r"\b(?:card|visa|mastercard|amex|maestro|karte|kreditkarte|tarjeta|carte)\b|卡号|银行卡", re.IGNORECASE
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_LONG = re.compile(r"[A-Za-z0-9+/=]{16,}")
_SEED = re.compile(
    r"(?:\b\d{1,2}[.):]?[ \t]+)?\b[a-z]{3,8}\b(?:[ \t]*\n?[ \t]*(?:\d{1,2}[.):]?[ \t]+)?\b[a-z]{3,8}\b){11,}"
)
# Words of every sentence that are on no list of seed words.
_NO_SEED = frozenset(
    re.findall(
        r"\w+",
        """
        the and was were with for his her are but not has had from its our out she him who did too than them been per
        via der die das und ist war mit von den ein für auf los las una con por que del para como les des est pas une
        """,
    )
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n")
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")


#: What stands where a secret stood: a separator that no note holds and that counts as white space.
BLANK = "\x1f"


def without_blanks(text: str) -> str:
    """Close the gaps that secrets left, and drop lines in which nothing else stood."""
    lines = [line if BLANK not in line else re.sub(rf"[ \t]*{BLANK}+", "", line).rstrip() for line in text.split("\n")]
    was = text.split("\n")
    kept = [line for line, old in zip(lines, was, strict=True) if BLANK not in old or re.search(r"[^\W_]{2}", line)]
    return "\n".join(kept).strip("\n")


def has_secret(text: str) -> bool:
    """Whether a title, a line or a sentence holds a key, card, account, PIN, password or code, or talks of one."""
    return bool(
        _WORDS.search(text)
        or _CODE.search(text)
        or _TOKEN.search(text)
        or any(_is_card(match[0], text) for match in _CARD.finditer(text))
        or any(_is_iban(match[0]) for match in _IBAN.finditer(text))
        or any(_is_random(match[0]) for match in _LONG.finditer(text))
        or any(_is_seed(match[0]) for match in _SEED.finditer(text))
    )


def blank_secrets(text: str, *above: str) -> str:
    """Replace every sentence with a secret by as many BLANKs; what is left stands where it stood.

    Under a heading about secrets, or with one among the headings `above`, nothing is left.
    """
    if any(has_secret(heading) for heading in above):
        return _blank(text)
    for pattern, is_one in ((_KEY_BLOCK, lambda _: True), (_SEED, _is_seed)):
        text = pattern.sub(lambda match, is_one=is_one: _blank(match[0]) if is_one(match[0]) else match[0], text)
    return "".join(_without_sections(_without_sentences(text))) if has_secret(text) else text


def _without_sentences(text: str) -> Iterator[tuple[str, bool]]:
    """Lines with their ends, secrets blanked, and whether the line is a heading about secrets."""
    lines = text.splitlines(keepends=True)
    tables = _secret_tables(lines)
    follows = names_only = False
    for number, line in enumerate(lines):
        heading = _HEADING.match(line.strip())
        if number in tables or (heading and has_secret(line)):
            yield _blank(line), bool(heading)
            follows = False
            continue
        # A broken line goes on in the next one, not behind an empty one.
        follows = follows and (bool(line.strip()) or names_only)
        kept: list[str] = []
        for sentence in _pieces(line):
            plain = sentence.strip()
            telling = bool(plain) and has_secret(plain)
            # “I chose a new PIN. It is 4821.”, and a value on the line below its name.
            goes_on = follows and bool(plain)
            kept.append(_blank(sentence) if telling or goes_on else sentence)
            if telling:
                names_only = _names_only(plain)
                follows = (
                    not re.search(r"\d", plain) if re.search(r"[.!?。！？]$", plain) else names_only or len(line) >= 60
                )
            elif plain:
                follows = False
        yield "".join(kept), False


def _names_only(sentence: str) -> bool:
    """Whether a sentence only names a secret, so that its value must follow: “Password:”, “my PIN is”."""
    ends = re.search(r"(?:[:=]|\b(?:is|ist|es|lautet|are))\W*$", sentence)
    return bool(ends) or (len(sentence.split()) <= 3 and not re.search(r"\d", sentence))


def _without_sections(lines: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """Drop what stands under a heading about secrets, up to the next heading."""
    within = False
    for line, begins in lines:
        if begins:
            within = True
        elif _HEADING.match(line.strip()):
            within = False
        yield _blank(line) if within else line


def _secret_tables(lines: list[str]) -> set[int]:
    """The numbers of all lines of a table in which one cell speaks of a secret."""
    found: set[int] = set()
    run: list[int] = []
    for number, line in enumerate([*lines, ""]):
        if line.count("|") >= 2:
            run.append(number)
            continue
        if any(has_secret(lines[each]) for each in run):
            found.update(run)
        run = []
    return found


def _pieces(line: str) -> Iterator[str]:
    at = 0
    for match in _SENTENCE.finditer(line):
        yield line[at : match.end()]
        at = match.end()
    yield line[at:]


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", BLANK, text)


def _is_card(digits: str, text: str) -> bool:
    return luhn(digits) or bool(_CARD_WORD.search(text))


def luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right (ISO/IEC 7812-1)."""
    numbers = [int(each) for each in digits if each.isdecimal()]
    if len(set(numbers)) < 2:
        return False
    doubled = [each if i % 2 == 0 else each * 2 - 9 * (each > 4) for i, each in enumerate(reversed(numbers))]
    return sum(doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    """Whether the check digits of an account number are right (ISO 13616)."""
    compact = text.replace(" ", "")
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(each, 36)) for each in compact[4:] + compact[:4])) % 97 == 1


def _is_random(text: str) -> bool:
    """Whether a long run of letters and digits is more even than words and numbers are (in bits a character)."""
    digits = sum(each.isdecimal() for each in text)
    letters = sum(each.isalpha() for each in text)
    if digits < 2 or letters < 2 or (len(text) < 20 and digits < 3):
        return False
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
    return bits > (3.0 if re.fullmatch(r"[0-9a-fA-F]+", text) else 3.3)


def _is_seed(text: str) -> bool:
    words = re.findall(r"[a-z]+", text)
    return not _NO_SEED & set(words) and (len(words) in (12, 15, 18, 21, 24) or not re.search(r"\n|\d", text))


# ---- orders to a model --------------------------------------------------------------------------------------------

_ORDERS = re.compile(
    r"""
      (?:ignore|disregard|forget|override)\s+(?:\w+\s+){0,3}?(?:previous|prior|above|earlier|preceding|your|system)\s+
      (?:\w+\s+)?(?:instruct|prompt|rule|direct|message|guideline)
    | \b(?:you\ are|act\ as|behave\ as|pretend\ to\ be)\s+(?:now\s+)?(?:an?\s+|the\s+|in\s+)?(?:\w+\s+)?
      (?:ai\b|assistant|language\ model|chatbot|jailb|dan\b|developer\ mode)
    | system\ prompt | \bas\ an?\ (?:ai|large\ language)\b | from\ now\ on,?\ you\b
    | (?:answer|respond|reply)\s+only\s+with | do\ not\ (?:tell|reveal|mention\ this\ to)\ the\ user
    | when(?:ever)?\ (?:the\ user\ asks|you\ are\ asked)
    | (?:ignorier|vergiss|missachte)\w*\s+(?:\w+\s+){0,3}(?:anweisung|befehl|regel)\w* | du\ bist\ (?:ab\ )?jetzt\ ein
    | (?:ignora|olvida|desatiende)\w*\s+(?:\w+\s+){0,3}(?:instruccion|órden|orden|regla)\w*
    | (?:忽略|无视|忘记|無視).{0,8}(?:指令|指示|提示|规则|規則)
    | <\|\w+\|> | \[/?INST\] | \#{2,}\s*(?:instruction|system)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def gives_orders(text: str) -> bool:
    """Whether a text speaks to a model: such a note may be asked about, but its words are never put into its mouth."""
    return bool(_ORDERS.search(text))


# ---- the same thing twice -----------------------------------------------------------------------------------------


def shingles(text: str, size: int = 3) -> frozenset[tuple[str, ...]]:
    """The runs of `size` search terms in a text; fewer terms make one run."""
    found = terms.index_terms(text)
    return frozenset(tuple(found[at : at + size]) for at in range(max(1, len(found) - size + 1)))


def near_duplicates(texts: Mapping[Key, str], threshold: float = 0.8) -> set[Key]:
    """The keys of texts that nearly repeat an earlier one: the Jaccard index of their word shingles is `threshold`."""
    # Two alike must share one of the rarest few shingles (prefix filtering: Chaudhuri, Ganti, Kaushik 2006).
    of = {key: shingles(text) for key, text in texts.items()}
    common = Counter(shingle for each in of.values() for shingle in each)
    seen: dict[tuple[str, ...], list[Key]] = {}
    repeats: set[Key] = set()
    for key, own in of.items():
        rarest = sorted(own, key=lambda shingle: (common[shingle], shingle))
        prefix = rarest[: len(own) - math.ceil(threshold * len(own)) + 1]
        others = {other for shingle in prefix for other in seen.get(shingle, ())}
        if any(jaccard(own, of[other]) >= threshold for other in others):
            repeats.add(key)
            continue
        for shingle in prefix:
            seen.setdefault(shingle, []).append(key)
    return repeats


def jaccard(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """What two sets share, of all that is in either."""
    return len(one & other) / len(one | other) if one or other else 0.0
