"""How many, how large and how long, in words."""

from personal_ai.ui.language import QT_TR_NOOP, tr


def size_words(size: float) -> str:
    """A number of bytes as a person says it."""
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:
            if unit == "bytes":
                return tr("{n:.0f} bytes").format(n=size)
            return f"{size:.0f} {unit}" if size >= 10 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def rate_words(rate: float) -> str:
    """How many a second: a slow machine is not told that there are none."""
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"


def duration_words(seconds: float) -> str:
    """A span of time as a person says it."""
    if seconds < 90:
        return tr("{n} s").format(n=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("{n} min").format(n=minutes)
    return tr("{h} h {m:02d} min").format(h=minutes // 60, m=minutes % 60)


#: What is counted: one of it, and many.
THINGS = {
    "chat": (QT_TR_NOOP("{n:,} chat"), QT_TR_NOOP("{n:,} chats")),
    "fact": (QT_TR_NOOP("{n:,} fact"), QT_TR_NOOP("{n:,} facts")),
    "file": (QT_TR_NOOP("{n:,} file"), QT_TR_NOOP("{n:,} files")),
    "model": (QT_TR_NOOP("{n:,} model"), QT_TR_NOOP("{n:,} models")),
    "note": (QT_TR_NOOP("{n:,} note"), QT_TR_NOOP("{n:,} notes")),
    "part": (QT_TR_NOOP("{n:,} part"), QT_TR_NOOP("{n:,} parts")),
    "passage": (QT_TR_NOOP("{n:,} passage"), QT_TR_NOOP("{n:,} passages")),
    "question": (QT_TR_NOOP("{n:,} question"), QT_TR_NOOP("{n:,} questions")),
    "replaced": (
        QT_TR_NOOP("{n:,} older statement gave way to a newer one"),
        QT_TR_NOOP("{n:,} older statements gave way to newer ones"),
    ),
}


def count_words(number: int, thing: str) -> str:
    """`3 notes`, `1 note`: `thing` is one of THINGS."""
    one, many = THINGS[thing]
    return tr(one if number == 1 else many).format(n=number)
