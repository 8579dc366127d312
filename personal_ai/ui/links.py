"""A link is only words until the person has seen where it leads."""

import re
import unicodedata

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from personal_ai.ui.language import tr
from personal_ai.ui.widgets import Banner

#: What may be opened at all, by the system's own program for it.
SCHEMES = ("http", "https", "mailto")
#: Longer addresses are cut in the middle of the banner; nothing honest is that long.
LONGEST = 300


def ask(banner: Banner, address: str) -> None:
    """Show where a link leads, in full, and offer to open it where that is harmless."""
    if scheme(address) not in SCHEMES:
        banner.say(
            tr("This link leads to “{address}”, which Personal AI does not open.").format(address=shown(address))
        )
        return
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if not url.isValid():
        banner.say(
            tr("This link leads to “{address}”, which is no address that can be opened.").format(address=shown(address))
        )
        return
    plain = bytes(url.toEncoded().data()).decode("ascii", "replace")
    warning = _warning(url)
    banner.say(
        tr("This link leads out of Personal AI, to {address}{warning}").format(address=shown(plain), warning=warning),
        "warning" if warning else "info",
        action=tr("Open in browser") if scheme(address) != "mailto" else tr("Write a mail"),
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
        return tr("{address} ({n:,} characters)").format(address=f"{visible[:half]}…{visible[-half:]}", n=len(address))
    return visible


def _warning(url: QUrl) -> str:
    """Why to look twice: letters of other scripts in the host, or a name before an @ that looks like the host."""
    host = url.host(QUrl.ComponentFormattingOption.EncodeUnicode)
    if url.userInfo() and url.scheme() != "mailto":
        return tr(". Look twice: it leads to “{host}”, whatever stands before the @.").format(host=host)
    if "xn--" in host.lower():
        return tr(". Look twice: “{host}” is written with letters that can look like others.").format(
            host=shown(url.host())
        )
    return ""
