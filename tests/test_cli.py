"""Words in, exit codes and sentences out."""

import pytest

from personal_ai import cli


@pytest.mark.parametrize(
    "words",
    [
        ["search", "bread", "--home", "d", "--json"],
        ["--home", "d", "--json", "search", "bread"],
        ["--home", "d", "search", "--json", "bread"],
    ],
)
def test_home_and_json_may_stand_before_or_after_the_command(words: list[str]) -> None:
    assert sorted(cli.shared_first(words)[:3]) == ["--home", "--json", "d"]
    assert cli.shared_first(words)[3:] == ["search", "bread"]


def test_what_follows_two_dashes_is_the_persons_own() -> None:
    assert cli.shared_first(["ask", "--", "--json"]) == ["ask", "--", "--json"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["dance"], "No such command 'dance'."),
        (["search"], "Missing argument"),
        (["adapters", "use"], "Missing argument"),
        (["ask", "why", "--max-tokens", "0"], "Invalid value for '--max-tokens'"),
        (["search", "why", "--home"], "--home needs a folder"),
        (["bench"], "Missing command."),
    ],
)
def test_a_wrong_word_is_one_line_on_stderr_and_exit_2(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 2
    output = capsys.readouterr()
    assert sentence in output.err
    assert len(output.err.splitlines()) == 1
    assert output.out == ""
