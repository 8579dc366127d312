"""How good an answer is, and how sure we are of it. Pure functions on text and numbers."""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+(?:[.,:]\d+)*")
_ARTICLES = {"a", "an", "the"}


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


def interval(values: Sequence[float], level: float = 0.95, draws: int = 2000, seed: int = 7) -> dict[str, float]:
    """Mean with a percentile bootstrap interval (Efron 1979): {"mean", "low", "high"}."""
    if not values:
        return {"mean": 0.0, "low": 0.0, "high": 0.0}
    rng = random.Random(seed)
    count = len(values)
    means = sorted(sum(rng.choices(values, k=count)) / count for _ in range(draws))
    cut = round(draws * (1 - level) / 2)
    return {"mean": sum(values) / count, "low": means[cut], "high": means[draws - 1 - cut]}
