"""The gate and its words: whether an adapter may be used, and what the person is told about it.

A proof is a plain dict, as it lies in report.json and in the record of nights. `build` makes it of what was asked:
  questions  how many that the notes answer were asked with notes; `asked`, how many in all
  against    what it was held against, the "before": "base", "skill" or "adapter" (the one in use until now)
  systems    {"before" | "before+notes" | "adapter" | "adapter+notes" | …: evaluate.summary}; "base" and "base+notes",
             too, where they were asked; "before recall", "adapter recall" for learned facts in new words, closed book,
             and "… known" for those of them that what was in use had learned
  gains      {"notes" | "closed" | "recall" | "known": evaluate.difference of before and adapter, intervals at LEVEL}
  general    general.drift, and general.behaviour where there was time
  scale      the strength the adapter was asked at; `share`, how far it went from where it began; `leaning`, its
             threshold for refusing (threshold.leaning), nats; `beside` names the skill it was learned beside
  samples    [{"question", "gold", "note", "before", "after", "new"}], first those that it could not answer before
and `judge` adds
  accepted, reason   whether it may be used, and why or why not in one sentence
  gained, worse      what got better and what got worse, in sentences
  gain               {"notes" | "closed" | "recall": nats per answer token saved}
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from personal_ai.learning.job import Question

if TYPE_CHECKING:
    from personal_ai.learning.evaluate import Asked

#: The base's own general answers may move at most this far, mean KL(base‖tuned) in nats per token …
KL = 0.10
#: … good answers to general prompts become at most this share less likely, in nats per token …
NLL_RISE = 0.02
#: … and so many more general answers run in circles: one may be chance.
LOOPS = 1
#: At most this share of what the notes do answer may be refused as not in them.
REFUSED = 0.10
#: Refused where the closed book is surely (its whole interval) worse than this, in nats per answer token.
CLOSED_LOSS = 0.05
#: A gain counts when its interval at this level lies above zero: one time in twenty by chance.
LEVEL = 0.90
#: With fewer questions than this, no interval can be trusted.
FEWEST = 4
#: A gain from memory needs more, for there it is small and alike everywhere, unless the nats of right answers surely
#: come to this part of what they were and what is said is surely better, too: who learned only which answers there are
#: is less surprised by all of them (measured). To have made things up, fewer will do.
FEWEST_RECALL, MUCH, FEWEST_NONE = 8, 0.8, 3
SAMPLES = 3

#: What is compared: the name of the gain, the system before, the system after.
PAIRS = {
    "notes": ("before+notes", "adapter+notes"),
    "closed": ("before", "adapter"),
    "recall": ("before recall", "adapter recall"),
    "known": ("before known", "adapter known"),
}
#: These are not let speak: what they would have said was not heard.
SILENT = frozenset(PAIRS["closed"])
NOTHING_WORSE = "Nothing that was measured got worse."


# ---- what was asked ---------------------------------------------------------------------------------------------


def build(
    questions: Sequence[Question],
    rows: Mapping[str, Sequence["Asked"]],
    *,
    against: str,
    general: dict[str, Any],
    scale: float = 1.0,
) -> dict[str, Any]:
    """Make a proof of the answers of each system in `rows`, whose names are those of PAIRS (and "base", "base+notes").

    `questions` are those of "before+notes" and "adapter+notes", in order; the systems of another pair may have been
    asked others.
    """
    # Here, so that a window that tells a proof loads no engine.
    from personal_ai.learning import evaluate

    systems = {name: evaluate.summary(asked, spoken=name not in SILENT) for name, asked in rows.items()}
    if against == "base":
        systems = {**{name.replace("before", "base"): row for name, row in systems.items()}, **systems}
    gains = {
        name: evaluate.difference(rows[before], rows[after], LEVEL, spoken=name != "closed")
        for name, (before, after) in PAIRS.items()
        if rows.get(before) and rows.get(after)
    }
    before, after = (rows.get(name, ()) for name in PAIRS["notes"])
    return {
        "questions": sum(row.answerable for row in after),
        "asked": len(after),
        "against": against,
        "scale": scale,
        "systems": systems,
        "gains": gains,
        "general": general,
        "samples": samples(questions, before, after),
    }


def samples(questions: Sequence[Question], before: Sequence["Asked"], after: Sequence["Asked"]) -> list[dict[str, Any]]:
    """Up to SAMPLES questions with both answers; first those that it can answer now and could not, the surest first."""
    both = list(zip(questions, before, after, strict=False))
    known = [(q, old, new) for q, old, new in both if old.answerable and new.answerable]

    def gained(old: "Asked", new: "Asked") -> bool:
        return _right(new) and not _right(old)

    known.sort(key=lambda three: (not gained(*three[1:]), three[1].f1 - three[2].f1))
    return [
        {
            "question": q.question,
            "gold": q.answer,
            "note": q.note,
            "before": old.answer,
            "after": new.answer,
            "new": gained(old, new),
        }
        for q, old, new in known[:SAMPLES]
    ]


def _right(asked: "Asked") -> bool:
    return not asked.abstained and (asked.contains == 1.0 or asked.f1 >= 0.75)


# ---- the gate ---------------------------------------------------------------------------------------------------


def judge(proof: dict[str, Any]) -> dict[str, Any]:
    """Add to a proof whether the adapter may be used, and the sentences for the person.

    It may where, with notes or of learned facts, the right answers are surely likelier or its own surely closer to them
    than before, and nothing that is limited is broken; surely means that the whole interval at LEVEL says so. `cut` in
    the proof says that there was no time for all questions.
    """
    fault = next(filter(None, (check(proof) for check in _CHECKS)), "")
    gained, got_worse = _gained(proof), worse(proof)
    return proof | {
        "accepted": not fault,
        "reason": fault or (gained[0] if gained else "It answers questions about your notes better than before."),
        "gained": gained,
        "worse": got_worse,
        "gain": {name: gain["nll"] for name, gain in proof["gains"].items() if "nll" in gain},
    }


def _borne(proof: dict[str, Any], pair: str, of: str = "questions", least: int = FEWEST) -> dict[str, Any]:
    """The gain of a pair that at least `least` questions bear out; the interval of fewer says nothing."""
    asked = proof["systems"].get(PAIRS[pair][1], {}).get(of, 0)
    return proof["gains"].get(pair, {}) if asked >= least else {}


def _recalled(proof: dict[str, Any]) -> dict[str, Any]:
    """The gain from memory that enough questions bear out."""
    gain = proof["gains"].get("recall", {})
    much = gain.get("nll_ratio", {}).get("high", 1.0) <= MUCH and gain.get("f1", _ZERO)["low"] > 0
    return _borne(proof, "recall", least=FEWEST if much else FEWEST_RECALL)


def _too_few(proof: dict[str, Any]) -> str:
    with_notes, recall = proof["questions"], proof["systems"].get("adapter recall", {}).get("questions", 0)
    if with_notes >= FEWEST or recall >= FEWEST_RECALL or _recalled(proof):
        return ""
    asked = with_notes + recall
    if proof.get("cut"):
        return f"There was time for only {asked} questions to prove it on. Give it more time."
    if asked == 1:
        return "There was only 1 question to prove it on. Add a few more notes."
    return f"There were only {asked} questions to prove it on. Add a few more notes."


def _no_gain(proof: dict[str, Any]) -> str:
    found = [_borne(proof, "notes"), _recalled(proof)]
    surely = any(gain[name]["low"] > 0 for gain in found for name in ("nll", "f1") if name in gain)
    return "" if surely else "It did not answer questions about your notes reliably better than before."


def _worse_with_notes(proof: dict[str, Any]) -> str:
    with_notes = _borne(proof, "notes")
    surely = any(with_notes[name]["high"] < 0 for name in ("nll", "f1", "contains") if name in with_notes)
    return "In part it answered questions about your notes worse than before." if surely else ""


def _worse_closed(proof: dict[str, Any]) -> str:
    # F1 is left out: whoever says “not in your notes” shares fewer words with any answer, and is right.
    closed = _borne(proof, "closed").get("nll")
    surely = closed and closed["high"] < -CLOSED_LOSS
    return "Without your notes at hand it answered worse than before." if surely else ""


def _lost_facts(proof: dict[str, Any]) -> str:
    found = [_borne(proof, pair) for pair in ("recall", "known")]
    lost = any(gain[name]["high"] < 0 for gain in found for name in ("contains", "nll") if name in gain)
    return "It would have forgotten facts that it had learned before." if lost else ""


def _makes_up(proof: dict[str, Any]) -> str:
    abstention = _borne(proof, "notes", "unanswerable", FEWEST_NONE).get("abstention")
    surely = abstention and abstention["high"] < 0
    return "It said less often than before that something is not in your notes." if surely else ""


def _refuses(proof: dict[str, Any]) -> str:
    row = proof["systems"].get("adapter+notes", {}).get("refused_interval")
    more = proof["gains"].get("notes", {}).get("refused")
    surely = row and more and row["low"] > REFUSED and more["low"] > 0
    return "It said too often that something is not in your notes when it is." if surely else ""


def forgets(general: Mapping[str, Any], share: float = 1.0, times: float = 1.0) -> bool:
    """Whether general.drift is beyond `times` of what is allowed, as it is about at a `share` of its strength.

    KL grows with about the square of the strength, nats of good answers with its third power (measured: +7.2 % at 1,
    +4.3 at .85, +2.1 at .7, +.7 at .55).
    """
    kl, rise = (general.get(name, _ZERO)["mean"] for name in ("kl", "nll_rise"))
    return kl * share**2 > times * KL or rise * share**3 > times * NLL_RISE


def _forgets(proof: dict[str, Any]) -> str:
    return "It would have forgotten too much of what it knew before." if forgets(proof["general"]) else ""


def _runs_in_circles(proof: dict[str, Any]) -> str:
    loops = proof["general"].get("loops", {"base": 0, "adapter": 0})
    return "It began to repeat itself." if loops["adapter"] > loops["base"] + LOOPS else ""


_ZERO = {"mean": 0.0, "low": 0.0, "high": 0.0}
#: In the order in which they are told: what can be mended first.
_CHECKS = (
    _too_few,
    _forgets,
    _runs_in_circles,
    _no_gain,
    _worse_with_notes,
    _worse_closed,
    _lost_facts,
    _makes_up,
    _refuses,
)


# ---- words ------------------------------------------------------------------------------------------------------


def _gained(proof: dict[str, Any]) -> list[str]:
    """What surely got better, the plainest first."""
    systems, found = proof["systems"], []
    for name, how in (("notes", "with your notes at hand"), ("recall", "from memory alone")):
        gain = _recalled(proof) if name == "recall" else _borne(proof, name)
        before, after = (systems.get(system, {}) for system in PAIRS[name])
        if gain.get("contains", _ZERO)["low"] > 0:
            count = after["questions"]
            right, then = round(after["contains"] * count), round(before["contains"] * count)
            found.append(f"It answers {right} of {count} questions {how}; before it was {then}.")
        elif gain.get("f1", _ZERO)["low"] > 0:
            found.append(f"Its answers {how} are closer to the right ones: {_change(before['f1'], after['f1'])}.")
        if gain.get("nll", _ZERO)["low"] > 0:
            saved = 1 - after["nll"]["mean"] / max(1e-9, before["nll"]["mean"])
            count = after["questions"]
            found.append(f"It is {saved:.0%} less surprised by the right answers to {count} questions, {how}.")
    notes = _borne(proof, "notes", "unanswerable", FEWEST_NONE)
    if notes.get("abstention", _ZERO)["low"] > 0:
        before, after = (systems[system] for system in PAIRS["notes"])
        count = after["unanswerable"]
        right, then = round(after["abstention"] * count), round(before["abstention"] * count)
        found.append(
            f"It says of {right} of {count} things that are not in your notes that they are not; before of {then}."
        )
    return found


def worse(proof: dict[str, Any]) -> list[str]:
    """What got worse, in plain words, within the limits or not; one sentence when nothing did."""
    found: list[str] = []
    for name, how in (
        ("notes", "with your notes at hand"),
        ("closed", "without your notes"),
        ("recall", "from memory"),
    ):
        gain = proof["gains"].get(name, {})
        before, after = (proof["systems"].get(system, {}) for system in PAIRS[name])
        if gain.get("contains", _ZERO)["high"] < 0:
            change = f"{before['contains']:.0%} before, {after['contains']:.0%} now"
            found.append(f"Its answers {how} hold the right words less often: {change}.")
        elif name != "closed" and gain.get("f1", _ZERO)["high"] < 0:
            found.append(f"Its answers {how} are further from the right ones: {_change(before['f1'], after['f1'])}.")
        if gain.get("nll", _ZERO)["high"] < 0:
            rise = after["nll"]["mean"] / max(1e-9, before["nll"]["mean"]) - 1
            found.append(f"It is {rise:.0%} more surprised by the right answers {how}.")
    notes = proof["gains"].get("notes", {})
    if notes.get("refused", _ZERO)["low"] > 0:
        row = proof["systems"]["adapter+notes"]
        found.append(f"It says of {row['refused']:.0%} of what is in your notes that it is not.")
    if fault := _makes_up(proof):
        found.append(fault)
    found += _general_worse(proof["general"])
    return found or [NOTHING_WORSE]


def _general_worse(general: dict[str, Any]) -> list[str]:
    found: list[str] = []
    rise, kl = general.get("nll_rise", _ZERO), general.get("kl", _ZERO)
    if rise["low"] > 0:
        found.append(
            f"Good answers to general questions became {rise['mean']:.1%} less natural to it "
            f"({NLL_RISE:.0%} is allowed)."
        )
    if kl["mean"] > KL:
        found.append(f"It answers general questions differently: {kl['mean']:.2f} nats a token ({KL:.2f} is allowed).")
    loops, refused = general.get("loops", {}), general.get("refused", {})
    if loops and loops["adapter"] > loops["base"]:
        found.append(
            f"It repeats itself in {loops['adapter']} of {general['prompts']} general answers, not {loops['base']}."
        )
    if refused and refused["adapter"] > refused["base"]:
        found.append(
            f"To {refused['adapter']} of {general['prompts']} general questions it says that it does not know."
        )
    ends = general.get("ends", {})
    if ends and ends["adapter"] < ends["base"] - 0.05:
        found.append(f"Fewer of its general answers come to an end: {ends['adapter']:.0%}, before {ends['base']:.0%}.")
    return found


def _change(before: float, after: float) -> str:
    return f"they share {before:.0%} of their words before, {after:.0%} now"


def words(proof: dict[str, Any]) -> list[str]:
    """The proof in sentences, for those who ask for details."""
    lines = [f"{proof['questions']} questions were set aside beforehand; this time none of them was practised."]
    for name, how in (("notes", "With your notes at hand"), ("closed", "From memory alone")):
        gain = proof["gains"].get(name, {}).get("nll")
        before, after = PAIRS[name]
        if gain and before in proof["systems"] and after in proof["systems"]:
            lines.append(
                f"{how}, surprise at the right answer went from {_mean(proof, before):.2f} to {_mean(proof, after):.2f}"
                f" nats a token (saved {_range(gain)}, the last two its {LEVEL:.0%} interval)."
            )
    general = proof["general"]
    if "kl" in general:
        moved, rise = general["kl"]["mean"], general["nll_rise"]["mean"]
        lines.append(
            f"On {general['prompts']} general questions it moved {moved:.3f} nats a token away from its old answers "
            f"(at most {KL:.2f} is allowed), and good answers became {rise:+.1%} less likely (at most {NLL_RISE:+.0%})."
        )
    reason = proof.get("reason")
    # Of one that was accepted the reason is its best gain.
    lines += [*(line for line in proof.get("gained", []) if line != reason), *proof.get("worse", [])]
    return [*lines, *([reason] if reason else [])]


def _range(gain: Mapping[str, float]) -> str:
    return f"{gain['mean']:.2f}, {gain['low']:.2f} to {gain['high']:.2f}"


def _mean(proof: dict[str, Any], system: str) -> float:
    return proof["systems"][system]["nll"]["mean"]
