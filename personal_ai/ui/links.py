"""A link is only words until the person has seen where it leads."""

import re
import unicodedata

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from personal_ai.ui.widgets import Banner

#: What may be opened at all, by the system's own program for it.
SCHEMES = ("http", "https", "mailto")
#: Longer addresses are cut in the middle of the banner; nothing honest is that long.
LONGEST = 300


def ask(banner: Banner, address: str) -> None:
    """Show where a link leads, in full, and offer to open it where that is harmless."""
    if scheme(address) not in SCHEMES:
        banner.say(f"This link leads to “{shown(address)}”, which Personal AI does not open.")
        return
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if not url.isValid():
        banner.say(f"This link leads to “{shown(address)}”, which is no address that can be opened.")
        return
    plain = bytes(url.toEncoded().data()).decode("ascii", "replace")
    warning = _warning(url)
    banner.say(
        f"This link leads out of Personal AI, to {shown(plain)}{warning}",
        "warning" if warning else "info",
        action="Open in browser" if scheme(address) != "mailto" else "Write a mail",
        then=lambda: QDesktopServices.openUrl(url),
    )


def scheme(address: str) -> str:
    """The word before the first colon, in small letters; nothing where there is none."""
    found = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", address)
    return found[1].lower() if found else ""


def shown(address: str) -> str:
    """An address as it can be looked at: what has no width or turns the text around is written out."""
    visible = "".join(
        f"%{ord(letter):X}" if unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp") else letter
        for letter in address
    )
    if len(visible) > LONGEST:
        half = LONGEST // 2
        return f"{visible[:half]}…{visible[-half:]} ({len(address):,} characters)"
    return visible


def _warning(url: QUrl) -> str:
    """Why to look twice: letters of other scripts in the host, or a name before an @ that looks like the host."""
    host = url.host(QUrl.ComponentFormattingOption.EncodeUnicode)
    if url.userInfo() and url.scheme() != "mailto":
        return f". Look twice: it leads to “{host}”, whatever stands before the @."
    if "xn--" in host.lower():
        return f". Look twice: “{shown(url.host())}” is written with letters that can look like others."
    return ""
