"""The README tells the truth about the tree and the commands."""

import re
from pathlib import Path

from personal_ai import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def listed() -> set[str]:
    """Read the paths in the README's tree, from its indentation."""
    (tree,) = re.findall(r"```\n(personal_ai/\n.*?)```", README, re.DOTALL)
    found, folders = set(), []
    for line in tree.splitlines():
        match = re.match(r"( *)(\S+)", line)
        assert match, line
        depth = len(match[1]) // 2
        folders = [*folders[:depth], match[2]]
        if match[2].endswith(".py"):
            found.add("".join(folders))
    return found


def test_the_tree_names_every_module_and_no_other() -> None:
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "personal_ai").rglob("*.py")
        if path.name != "__init__.py" or "readers" in path.parts
    }
    assert {path for path in listed() if path.startswith("personal_ai/")} == modules


def test_every_command_is_named() -> None:
    commands = {command.name or command.callback.__name__ for command in cli.app.registered_commands}  # type: ignore
    groups = {group.name for group in cli.app.registered_groups}
    for name in commands | groups:
        assert f"personal-ai {name}" in README


def test_everything_it_points_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).is_file(), target
