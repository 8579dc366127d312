"""Links: looked at whole before they open, and what looks like another host is said."""

import pytest
from pytestqt.qtbot import QtBot

from personal_ai.ui import links
from personal_ai.ui.theme import Theme
from personal_ai.ui.widgets import Banner


@pytest.fixture
def banner(qtbot: QtBot, look: Theme) -> Banner:
    made = Banner(look)
    qtbot.addWidget(made)
    return made


def test_a_link_is_shown_whole_before_it_opens(banner: Banner, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("personal_ai.ui.links.QDesktopServices.openUrl", lambda url: opened.append(url.toString()))
    links.ask(banner, "https://example.org/steal?x=1")
    assert "https://example.org/steal?x=1" in banner.text
    assert opened == []
    banner._action.click()
    assert opened == ["https://example.org/steal?x=1"]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "\\\\host\\share",
        "javascript:alert(1)",
        "data:text/html,hi",
        " FILE:///x",
        "smb://host/x",
        "",
    ],
)
def test_what_does_not_lead_to_a_page_or_a_mail_is_not_offered(banner: Banner, address: str) -> None:
    links.ask(banner, address)
    assert banner._action.isHidden()


def test_what_looks_like_another_host_is_said(banner: Banner) -> None:
    links.ask(banner, "https://www.google.com@evil.example/login")
    assert "evil.example”, whatever stands before the @" in banner.text
    links.ask(banner, "https://аррӏе.com/")
    assert "xn--" in banner.text
    assert "Look twice" in banner.text


def test_nothing_in_an_address_is_invisible() -> None:
    assert links.shown("https://a.org/\u202ecod\u200b.exe") == "https://a.org/%202Ecod%200B.exe"
    assert len(links.shown("https://a.org/" + "x" * 10_000)) < 400
