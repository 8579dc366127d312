"""What a conversation is called before the person calls it something."""

import re

LONGEST = 60
_MARKS = re.compile(r"```.*?(?:```|\Z)|[*_`#>|~]+", re.DOTALL)
# What people say before they come to it.
_GREETING = re.compile(
    r"(?i)^(?:hi|hello|hey|good (?:morning|afternoon|evening)|ok(?:ay)?|so|please|thanks|thank you)\b(?: there)?"
    r"[\s,.!:;–-]+"
)
_ASKING = re.compile(
    r"(?i)^(?:(?:can|could|would|will) you (?:please )?(?:tell me|explain(?: to me)?|show me|help me(?: with| to)?)?|"
    r"(?:please )?(?:tell me|explain to me)|i(?:'d| would) like to know|do you know)\s+(?=\S+\s+\S)"
)
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])")


def title_of(question: str) -> str:
    """A title from a first question: its first sentence without mark-up, greetings and “can you tell me”."""
    line = " ".join(_MARKS.sub(" ", question).split()) or " ".join(question.split())
    for pattern in (_GREETING, _GREETING, _ASKING):
        line = pattern.sub("", line) or line
    begun = _SENTENCE.split(line, maxsplit=1)[0]
    # “Hm. And when does it open?” is not called “Hm.”
    line = begun if len(begun) > 8 else line
    line = line[:1].upper() + line[1:]
    if len(line) <= LONGEST:
        return line.rstrip(".,:; ")
    cut = line[: LONGEST - 1]
    # Words are not cut, where there are any.
    return (cut.rsplit(" ", 1)[0] if " " in cut[LONGEST // 2 :] else cut).rstrip(".,:;– ") + "…"
