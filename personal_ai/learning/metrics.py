"""How good an answer is, and how sure we are of it. Pure functions on text and numbers."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+(?:[.,:]\d+)*")
_ARTICLES = {"a", "an", "the"}

# ---- answers ----------------------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    """Words for comparison: lower case, accents folded, articles dropped; each Chinese or Japanese character is one."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c) or _CJK.match(c))
    return [word for word in _WORD.findall(unicodedata.normalize("NFC", plain)) if word not in _ARTICLES]


def token_f1(answer: str, gold: str) -> float:
    """Harmonic mean of word precision and recall, 0 to 1 (SQuAD's measure, Rajpurkar et al. 2016)."""
    said, wanted = Counter(words(answer)), Counter(words(gold))
    common = sum((said & wanted).values())
    if not common:
        return float(said == wanted)
    precision, recall = common / sum(said.values()), common / sum(wanted.values())
    return 2 * precision * recall / (precision + recall)


def contains(answer: str, gold: str) -> float:
    """1 when the gold answer's words stand in the answer as one run, else 0."""
    said, wanted = words(answer), words(gold)
    runs = (said[i : i + len(wanted)] for i in range(len(said) - len(wanted) + 1))
    return float(bool(wanted) and any(run == wanted for run in runs))


def rank_first(nlls: Sequence[float]) -> float:
    """1 when the first answer, the right one, is the likeliest, 0 when another is; equals share it. NaN for one alone.

    `nlls` are nats per token of the right answer and then of the wrong ones.
    """
    if len(nlls) < 2:
        return math.nan
    right, best = nlls[0], min(nlls)
    return 1 / sum(nll == best for nll in nlls) if right == best else 0.0


#: "Not in the notes", as models say it. Each needs a negation beside what is missing, so that "no" alone is an answer.
_ABSTAINS = [
    # English
    r"(?:\bnot|n't|\bnever|\bnothing|\bnowhere|\bnone)\b[^.!?\n]{0,60}\b(?:in|from|by) (?:your|my|the|these|those|any)"
    r" (?:\w+ )?(?:notes?|passages?|context|texts?|documents?)\b",
    r"\b(?:notes?|passages?|context|text) (?:(?:do|does|did)(?: not|n't) (?:\w+ ){0,2}"
    r"(?:say|mention|tell|state|specify|contain|include|give|provide|cover|indicate|have|hold)|says? nothing)",
    r"(?:\bnot|n't) (?:explicitly |directly )?(?:mentioned|stated|specified)\b",
    r"\bno (?:\w+ )?(?:information|mention|details?|record) (?:\w+ )?(?:about|of|on|in|for|regarding)\b",
    r"\bi (?:do not|don't|cannot|can't|could not|couldn't|am not able to|am unable to)(?: \w+)?"
    r" (?:know|find|answer|determine|have (?:\w+ ){0,2}(?:information|details?|data|access))\b",
    r"\bi(?:'m| am) not (?:sure|certain|aware)\b|\bi(?:'m| am) unable to\b",
    # German
    r"\bnotiz(?:en)?\b[^.!?\n]{0,50}\b(?:nicht|nichts|keine?\w*|nirgends)\b",
    r"\b(?:nicht|nichts|keine?\w*|nirgends)\b[^.!?\n]{0,50}\bnotiz(?:en)?\b",
    r"\bwei(?:ß|ss) (?:ich )?(?:das |es )?(?:leider )?nicht\b|\bnicht (?:erwähnt|angegeben|genannt)\b"
    r"|\bkeine (?:angaben?|information\w*)\b",
    # Spanish, Portuguese, Italian, French
    r"\bn(?:o|ão|on)\b[^.!?\n]{0,50}\b(?:notas?|apuntes|anotações|note|appunti)\b",
    r"\b(?:notas?|apuntes|anotações|note|appunti)\b(?: \w+)? n(?:o|ão|on)\b",
    r"\bno lo sé\b|\bno sé\b|\bno se (?:dice|menciona|indica|especifica)|\bno tengo (?:\w+ )?informaci|\bnão sei\b"
    r"|\bnon (?:lo )?so\b",
    r"\b(?:pas|rien|aucune?)\b[^.!?\n]{0,50}\bnotes\b|\bnotes n(?:e|')[^.!?\n]{0,40}\b(?:pas|rien)\b"
    r"|\bje ne (?:le )?sais pas\b|\baucune (?:information|mention)\b",
    # Dutch, Russian
    r"\b(?:niet|niets|geen|nergens)\b[^.!?\n]{0,50}\bnotities\b|\bnotities\b[^.!?\n]{0,50}\b(?:niet|niets|geen)\b"
    r"|\bweet (?:ik )?(?:het )?niet\b",
    r"\b(?:не|нет)\b[^.!?\n]{0,50}\bзамет\w+|\bзамет\w+[^.!?\n]{0,50}\b(?:не|нет)\b|\bне (?:указан\w|знаю)\b",
    # Chinese, Japanese, Korean
    r"(?:笔记|筆記)[^。！？\n]{0,12}(?:没|沒|未|不)|(?:没有|沒有|没|沒|未)(?:写|寫|提到|提及|说明|說明|记录|記錄)"
    r"|不知道|[无無]法(?:回答|确定|確定)",
    r"(?:メモ|ノート)[^。！？\n]{0,24}(?:ません|ない|なし)|[分わ]かりません|知りません|記載(?:が|は)(?:ありません|ない)",
    r"(?:메모|노트)[^.!?\n]{0,24}(?:없|않)|알 수 없|모르겠|모릅니다",
]
_ABSTAIN = re.compile("|".join(f"(?:{pattern})" for pattern in _ABSTAINS))
#: Whoever does not know says so at once.
_ABSTAIN_WITHIN = 160
_UNKNOWN = {
    "unknown",
    "unbekannt",
    "desconocido",
    "inconnu",
    "not known",
    "not stated",
    "none given",
    "n a",
    "未知",
    "不明",
}


def abstains(text: str) -> bool:
    """Whether an answer says that it is not in the notes, or that it does not know, in any of a dozen languages."""
    start = text.strip().casefold().replace("’", "'")[:_ABSTAIN_WITHIN]
    return bool(_ABSTAIN.search(start)) or " ".join(_WORD.findall(start)) in _UNKNOWN


# ---- how sure ---------------------------------------------------------------------------------------------------


def interval(values: Sequence[float], level: float = 0.95, draws: int = 2000, seed: int = 7) -> dict[str, float]:
    """Mean with a percentile bootstrap interval (Efron 1979): {"mean", "low", "high"}."""
    return _bootstrap(np.asarray(values, float)[:, None], lambda means: means[..., 0], level, draws, seed)


def difference(
    before: Sequence[float], after: Sequence[float], level: float = 0.95, draws: int = 2000, seed: int = 7
) -> dict[str, float]:
    """Mean of `after` − `before`, question by question, with a paired bootstrap interval: {"mean", "low", "high"}."""
    return interval([a - b for b, a in zip(before, after, strict=True)], level, draws, seed)


def relative_change(
    before: Sequence[float], after: Sequence[float], level: float = 0.95, draws: int = 2000, seed: int = 7
) -> dict[str, float]:
    """How much the mean of `after` lies above that of `before`, as a share of the latter, with a paired interval."""
    return {name: value - 1 for name, value in ratio(after, before, level, draws, seed).items()}


def ratio(
    above: Sequence[float], below: Sequence[float], level: float = 0.95, draws: int = 2000, seed: int = 7
) -> dict[str, float]:
    """Sum of `above` over the sum of `below`, pairs redrawn together: {"mean", "low", "high"}; 1 for no pairs."""
    pairs = np.column_stack([np.asarray(above, float), np.asarray(below, float)])
    if not len(pairs):
        return {"mean": 1.0, "low": 1.0, "high": 1.0}

    def divided(means: np.ndarray) -> np.ndarray:
        return means[..., 0] / np.maximum(means[..., 1], 1e-9)

    return _bootstrap(pairs, divided, level, draws, seed)


def _bootstrap(
    rows: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray], level: float, draws: int, seed: int
) -> dict[str, float]:
    """A statistic of the column means of `rows` [n, columns], and its percentile interval over redrawn rows."""
    count = len(rows)
    if not count:
        return {"mean": 0.0, "low": 0.0, "high": 0.0}
    rng = np.random.default_rng(seed)
    # Redrawing n rows of n is drawing how often each comes: one matrix product in place of n × draws look-ups.
    times = rng.multinomial(count, np.full(count, 1 / count), size=draws)
    found = np.sort(statistic(times @ rows / count))
    cut = round(draws * (1 - level) / 2)
    return {
        "mean": float(statistic(rows.mean(axis=0))),
        "low": float(found[cut]),
        "high": float(found[draws - 1 - cut]),
    }


# ---- repetition -------------------------------------------------------------------------------------------------

#: A loop is a stretch of at most so many words or tokens, said so many times, to the end.
LOOP_PERIOD = 30
LOOP_TIMES = 4
#: Fewer units than these in all are a long number, a rule of dashes or a cheer.
_LOOP_WORDS, _LOOP_UNITS = 6, 16


def loops(said: str | Sequence[int]) -> bool:
    """Whether an answer (text, or its tokens) ends in a stretch of 1 to 30 units that is repeated four times or more.

    A text is looked at by words, its numbers made equal so that a numbered list of one thing is seen, and by
    characters, for what has no spaces.
    """
    if not isinstance(said, str):
        return _periodic(list(said), _LOOP_UNITS)
    text = said.strip()
    spoken = [re.sub(r"\d+", "0", word) for word in text.split()]
    return _periodic(spoken, _LOOP_WORDS, _has_letter) or _periodic(list(text), _LOOP_UNITS, _has_letter)


def _has_letter(units: Sequence[str]) -> bool:
    return any(c.isalpha() for unit in units for c in unit)


def _periodic(units: list, least: int, counts: Callable[[Sequence], bool] = lambda _: True) -> bool:
    for period in range(1, min(LOOP_PERIOD, len(units) // LOOP_TIMES) + 1):
        same = 0
        while same < len(units) - period and units[-1 - same] == units[-1 - same - period]:
            same += 1
        if same + period >= max(LOOP_TIMES * period, least) and counts(units[-period:]):
            return True
    return False


# ---- whose writing ----------------------------------------------------------------------------------------------


def attribute(texts: Sequence[str], authors: Mapping[str, str]) -> list[dict[str, float]]:
    """Cosine of each text to each author's writing, by TF-IDF over runs of three characters: [{author: 0 to 1}].

    Term counts are damped by 1 + log, and idf is log((1 + n) / (1 + df)) + 1 over the authors (Salton & Buckley 1988,
    smoothed as in scikit-learn).
    """
    counted = {author: _trigrams(text) for author, text in authors.items()}
    spread = Counter(gram for grams in counted.values() for gram in grams)
    rarity = {gram: math.log((1 + len(authors)) / (1 + n)) + 1 for gram, n in spread.items()}
    known = {author: _weighed(grams, rarity) for author, grams in counted.items()}
    found: list[dict[str, float]] = []
    for text in texts:
        mine = _weighed(_trigrams(text), rarity)
        found.append(
            {author: sum(w * theirs.get(gram, 0.0) for gram, w in mine.items()) for author, theirs in known.items()}
        )
    return found


def _trigrams(text: str) -> Counter[str]:
    plain = f" {' '.join(text.casefold().split())} "
    return Counter(plain[i : i + 3] for i in range(len(plain) - 2))


def _weighed(grams: Counter[str], rarity: Mapping[str, float]) -> dict[str, float]:
    weights = {gram: (1 + math.log(count)) * rarity[gram] for gram, count in grams.items() if gram in rarity}
    length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
    return {gram: w / length for gram, w in weights.items()}
