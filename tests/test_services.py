"""Each service is built once, late, and handed what it needs of the others."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from personal_ai.errors import UserError
from personal_ai.paths import locate
from personal_ai.services import Services


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Open an empty data folder."""
    services = Services(locate(tmp_path / "home"))
    yield services
    services.close()


def test_many_threads_get_the_same_service(services: Services) -> None:
    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(services.library)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len({id(library) for library in got}) == 1


def test_a_choice_made_by_one_process_is_seen_by_another(services: Services) -> None:
    other = Services(services.paths)
    services.change_settings(passages=7)
    assert other.settings.passages == 7
    assert other.change_settings(theme="dark").passages == 7
    assert services.settings.theme == "dark"


def test_a_model_for_this_time_only_is_not_kept(services: Services) -> None:
    once = Services(services.paths, model="something else")
    with pytest.raises(UserError, match="something else"):
        once.model()
    assert services.settings.model == "built-in"
    assert services.model().built_in


def test_without_an_adapter_of_the_persons_own_the_reading_skill_answers(services: Services) -> None:
    (skill,) = services.adapters_in_use()
    assert Path(skill.path).is_relative_to(services.paths.home / "skills")
    assert skill.scale == 1.0
    assert services.only_reads()
    assert not Services(services.paths, model="something else").only_reads()


def test_close_ends_everything_and_may_be_called_twice(services: Services) -> None:
    assert services.library.counts().documents == 0
    services.close()
    services.close()


def test_what_starts_by_itself_is_found_after_an_update(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, services: Services
) -> None:
    (tmp_path / "versions" / "0.1.0").mkdir(parents=True)
    (tmp_path / "current").symlink_to(Path("versions") / "0.1.0")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "versions" / "0.1.0" / "personal-ai"))
    program, home = str(tmp_path / "current" / "personal-ai"), ["--home", str(services.paths.home)]
    assert services.at_login._command == [program, "--tray", *home]
    assert services.night_timer._command == [program, "night", *home]


def test_who_asks_for_one_service_does_not_wait_while_another_is_built(services: Services) -> None:
    library, building, done = services.library, threading.Event(), threading.Event()

    def build() -> None:
        with services._lock:
            building.set()
            done.wait(60)

    builder = threading.Thread(target=build)
    builder.start()
    building.wait(60)
    assert services.library is library
    done.set()
    builder.join()


def test_searching_loads_no_chat_no_learning_and_no_window(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from personal_ai.paths import locate;"
        "from personal_ai.services import Services;"
        f"Services(locate(Path({str(tmp_path)!r}))).library.search('bread');"
        "print([m for m in sys.modules if m.startswith(('personal_ai.chat', 'personal_ai.learning', 'PySide6',"
        " 'llama_cpp', 'torch', 'numpy'))])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    assert out.strip() == "[]"
