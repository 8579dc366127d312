"""Known failures, told to the person in one sentence. Everything else is our bug and stays loud."""

import errno
import traceback


class UserError(Exception):
    """A sentence that says what happened and what the person can do about it."""


class DiskFull(UserError):
    """What could not be stored for want of room; it can be stored later."""


class DiskAway(UserError):
    """What is to be read lies on a disk or network folder that went away; it can be read when that is back."""


_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


#: What a disk or a network folder says that is not there any more, or for the moment.
_AWAY = frozenset(
    getattr(errno, name, errno.ENOENT)
    for name in (
        *("ENOENT", "EIO", "ENODEV", "ENXIO", "ESTALE", "EREMOTEIO", "ENOLINK", "ETIMEDOUT", "ENOTCONN", "EPIPE"),
        *("ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH"),
    )
)


def is_away(error: OSError) -> bool:
    """Whether the disk was at fault, and may be in order again later: it went away, or could not be read."""
    return error.errno in _AWAY


def disk_error(error: OSError, doing: str) -> UserError:
    """The error to raise for one of the operating system, met while `doing` something: DiskFull where it was that."""
    return (DiskFull if error.errno in _FULL else UserError)(disk_sentence(error, doing))


def disk_sentence(error: OSError, doing: str) -> str:
    """Put an operating-system error met while `doing` something ("saving your notes") into one sentence."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in _FULL:
        return f"The disk is full, so {doing} stopped{where}. Free some space and try again; nothing was changed."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Personal AI may not write here, so {doing} stopped{where}. Choose a folder you can write to."
    reason = error.strerror or str(error)
    return f"The system refused while {doing}{where}: {reason}. Nothing was changed."


def way(error: BaseException) -> str:
    """The way of an exception through the code, for a log: types and lines, not its words, which may be a note's."""
    passed = "".join(traceback.format_tb(error.__traceback__))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{f'{way(before)}, then ' if before else ''}{type(error).__name__}\n{passed}".rstrip()
