"""A password and a recovery code open the same key, and nothing else does."""

import unicodedata
from pathlib import Path

import pytest

from personal_ai import keys
from personal_ai.errors import UserError
from personal_ai.paths import locate
from tests import light


def test_the_password_and_the_recovery_code_open_the_same_key() -> None:
    file, made, code = light.make()
    assert keys.unwrap(file, light.PASSWORD) == keys.unwrap(file, code) == made
    assert keys.unwrap(file, code.lower().replace("-", " ").replace("0", "o")) == made
    assert len(code) == 39 and keys.read_code(code) == code


def test_a_password_is_the_same_however_its_letters_are_composed() -> None:
    file, made, _ = light.make()
    assert keys.unwrap(file, unicodedata.normalize("NFD", light.PASSWORD)) == made


def test_nothing_else_opens_it_and_no_secret_stands_in_the_file(tmp_path: Path) -> None:
    file, made, code = light.make()
    _, _, other = light.make()
    for wrong in ("", "Träume von Lissabon ", other, code[:-1], made.whole.hex()):
        with pytest.raises(keys.WrongPassword):
            keys.unwrap(file, wrong)
    paths = locate(tmp_path)
    keys.save(paths, file)
    kept = paths.key_file.read_bytes()
    for secret in (light.PASSWORD.encode(), code.encode(), made.whole, made.whole.hex().encode()):
        assert secret not in kept
    assert keys.load(paths) == file
    assert len({made.whole, made.files, bytes.fromhex(made.database)}) == 3


def test_a_short_password_is_refused_and_another_one_leaves_key_and_code() -> None:
    with pytest.raises(UserError, match="at least 8"):
        light.make("1234567")
    file, made, code = light.make()
    changed = keys.change(file, made, "another one of them", light.LIGHT)
    assert keys.unwrap(changed, "another one of them") == keys.unwrap(changed, code) == made
    with pytest.raises(keys.WrongPassword):
        keys.unwrap(changed, light.PASSWORD)


def test_ten_wrong_passwords_only_cost_time(tmp_path: Path) -> None:
    paths, clock = locate(tmp_path), [1000.0]
    file, made, _ = light.make()
    keys.save(paths, file)
    waited = []
    for number in range(10):
        with pytest.raises(keys.WrongPassword, match="not the password"):
            keys.open_with(paths, "wrong", lambda: clock[0])
        wait = keys.wait_seconds(number + 1)
        if wait:
            with pytest.raises(keys.WrongPassword, match=f"Wait {wait} s"):
                keys.open_with(paths, light.PASSWORD, lambda: clock[0])
        waited.append(wait)
        clock[0] += wait
    assert waited == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32]
    # A clock that was set back makes nobody wait for years.
    with pytest.raises(keys.WrongPassword, match="Wait 32 s"):
        keys.open_with(paths, "wrong", lambda: clock[0] - 1e8)
    assert keys.open_with(paths, light.PASSWORD, lambda: clock[0])[1] == made
    assert not paths.tries.exists()


def test_a_damaged_or_newer_lock_is_a_sentence(tmp_path: Path) -> None:
    paths = locate(tmp_path)
    paths.key_file.write_bytes(b"{")
    with pytest.raises(UserError, match="damaged"):
        keys.load(paths)
    paths.key_file.write_bytes(keys.msgspec.json.encode(keys.msgspec.structs.replace(light.make()[0], version=2)))
    with pytest.raises(UserError, match="newer"):
        keys.load(paths)
