"""One notification of the desktop's own, where there is no icon to hang it on."""

from collections.abc import Mapping

from personal_ai.system.bus import Bus

SERVICE, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
SHOWN_MS = 15_000


def notify(title: str, text: str, environment: Mapping[str, str] | None = None) -> bool:
    """Show a title and plain text for a while. Whether somebody took it."""
    bus = Bus("session", environment)
    # Some desktops read the text as markup.
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    body = ("Personal AI", 0, "personal-ai", title, plain, [], {"desktop-entry": ("s", "personal-ai")}, SHOWN_MS)
    answer = bus.call(SERVICE, PATH, SERVICE, "Notify", "susssasa{sv}i", *body)
    bus.close()
    return answer is not None
