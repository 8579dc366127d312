"""A model names a conversation, and only a title that is certainly about it takes the place of the rule's.

A small model mostly says something else than a title: another answer, a refusal, words that nobody said. Every such
line is left out, however many good ones go with it: the title by rule (titles.py) is never wrong.
"""

import re

from personal_ai import messages
from personal_ai.chat.aside import Aside
from personal_ai.chat.asking import Ask
from personal_ai.chat.model_worker import ModelWorker
from personal_ai.chat.titles import LONGEST, title_of
from personal_ai.messages import Sampling, Turn
from personal_ai.store import terms

#: Later it is known to the person by the name it has.
QUESTIONS = 3
#: What a title may have at most; of scripts without spaces it may have so many characters.
WORDS, CHARACTERS = 6, 20
#: What is longer was no title.
TOKENS = 24
SAMPLING = Sampling(temperature=0.0, repeat_penalty=1.0)
WANTED = (
    f"Give our conversation a title of at most {WORDS} words, in the language of my questions. "
    "Write the title alone, without quotation marks."
)

_QUOTES = "\"'`*_“”„‟‘’‚«»‹›「」『』《》〈〉"
_LABEL = re.compile(r"(?i)^(?:title|titel|titre|título|titolo|标题|題目|标題)\s*[:：]\s*")
#: Marks that no title has: of a sentence, a list, mark-up, an address.
_MARKS = re.compile(r"[.!?。！？…;；|#<>{}\[\]()\\/=@~]|\w:\w")
#: Words of an answer, a refusal, or talk about the talk.
_TALK = re.compile(
    r"(?i)\b(?:i|i'm|i’m|im|me|my|you|your|sorry|apolog\w+|cannot|can't|can’t|unable|sure|certainly|here|title|untitled"
    r"|chat|conversation|dialog\w*|assistant|ai|user|question|questions|answer|answers|notes|example|language"
    r"|is|are|was|were|am|has|have|had|does|did|will|would|should|could"
    r"|ich|leider|entschuldig\w*|titel|gespräch|ist|sind|war|désolé|je|titre|est|sont|siento|título|está|son)\b"
    r"|抱歉|对不起|無法|无法|不能|标题|標題|对话|對話|作为|我"
)
_WORD = re.compile(r"[^\W_]+")
_SHORT = 4


def name(ask: Ask, worker: ModelWorker, aside: Aside) -> str:
    """Ask the model what the conversation behind an answer should be called; "" where it had no good title.

    The worker must still hold that conversation. Raises UserError and RuntimeError as an answer does, and WorkerDied.
    """
    if len(ask.history) >= QUESTIONS or not ask.turns:
        return ""
    request = messages.Generate(
        id=worker.next_id(),
        turns=[*ask.turns, Turn("assistant", ask.text), Turn("user", WANTED)],
        sampling=SAMPLING,
        max_tokens=TOKENS,
        aside=True,
    )
    said, reason = "", ""
    with aside.running(lambda: worker.cancel(request.id)) as free:
        for event in worker.generate(request) if free else ():
            if isinstance(event, messages.Text):
                said += event.text
            else:
                reason = event.reason
    questions = [*(asked.text for asked, _ in ask.history), ask.question]
    answers = [*(answered.text for _, answered in ask.history), ask.text]
    return title(said, questions, answers) if reason == "end" else ""


def title(said: str, questions: list[str], answers: list[str]) -> str:
    """The title that a model said, cleaned; "" where it is none, or not certainly about these questions and answers."""
    line = said.strip()
    if "\n" in line:
        return ""
    line = _LABEL.sub("", line.strip(_QUOTES + " ")).strip(_QUOTES + " ")
    line = " ".join(line.removesuffix(".").split())
    words = _WORD.findall(line)
    if not 2 <= len(line) <= LONGEST or _MARKS.search(line) or _TALK.search(line):
        return ""
    short = len(line) <= CHARACTERS if _unspaced(line) else 2 <= len(words) <= WORDS
    if not short or words[-1].lower() in terms.FUNCTION_WORDS or _repeats(words):
        return ""
    # A question's own beginning is what the rule says already, and better.
    if terms.fold(title_of(questions[0])).startswith(terms.fold(line)):
        return ""
    return line[:1].upper() + line[1:] if _is_about(line, questions, answers) else ""


def _is_about(line: str, questions: list[str], answers: list[str]) -> bool:
    """Whether the words that tell something were said, nearly all of them, one at least by the person."""
    asked, said = (set(terms.index_terms(" ".join(texts))) for texts in (questions, answers))
    telling = _telling(line)
    known = [term for term in telling if term in asked or term in said]
    new = [term for term in telling if term not in known]
    if not any(term in asked for term in telling) or any(term.isdecimal() for term in new):
        return False
    # Pairs of letters overlap two words now and then.
    return len(new) <= len(known) if _unspaced(line) else len(new) <= 1 and 2 * len(new) <= len(known)


def _telling(line: str) -> list[str]:
    """The terms of a title without those that stand in every text of its language: the short ones, mostly."""
    words = [word for word in _WORD.findall(line) if word.lower() not in terms.FUNCTION_WORDS]
    found = dict.fromkeys(terms.index_terms(" ".join(words)))
    return [t for t in found if t.isdecimal() or len(t) >= (2 if _unspaced(t) else _SHORT)]


def _unspaced(text: str) -> bool:
    """Whether most of a text is in a script that writes no spaces: there one word gives several terms."""
    return len(terms.index_terms(text)) > 1.5 * len(_WORD.findall(text))


def _repeats(words: list[str]) -> bool:
    return len({terms.fold(word) for word in words}) < len(words)
