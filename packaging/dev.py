"""Set up, run, test and check Personal AI with nothing but Python 3.11 to 3.13 on the machine.

python3 packaging/dev.py run [ARGS]   set up what is missing, then open the window (ARGS go to the program)
python3 packaging/dev.py test         set up, then every check and test
python3 packaging/dev.py check        set up, then the checks and the tests that need no model
python3 packaging/dev.py setup        only set up
"""

# This file keeps to words that Python 3.6 can read: an older Python must get as far as the sentence that refuses it.

import os
import shutil
import subprocess
import sys

SUPPORTED = ((3, 11), (3, 12), (3, 13))


def find_supported_python() -> list:
    """Return the command that starts a supported Python, or an empty list when this machine has none on PATH."""
    for version in reversed(SUPPORTED):
        name = "{}.{}".format(*version)
        # Windows keeps its Pythons off PATH, behind the launcher `py`.
        program = shutil.which("py" if os.name == "nt" else "python" + name)
        if not program:
            continue
        command = [program, "-" + name] if os.name == "nt" else [program]
        # A pyenv shim is on PATH for every version it knows, and fails for those that are not switched on.
        if subprocess.call([*command, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return command
    return []


def wrong_python_sentence(version: tuple) -> str:
    """Say which Python this is and which one is needed."""
    return (
        f"Personal AI needs Python 3.11, 3.12 or 3.13, and this is Python {version[0]}.{version[1]}: "
        "install one of them and run this again with it, as in: python3.12 packaging/dev.py run"
    )


def hand_over(command: list, environ: dict) -> None:
    """Become `command`; this never comes back."""
    if os.name == "nt":
        # Windows has no exec: the shell would come back while the new process still runs.
        sys.exit(subprocess.call(command, env=environ))
    os.execve(command[0], command, environ)


def move_to_supported_python() -> None:
    """Start again with a supported Python when this one is not, or end with a sentence."""
    if sys.version_info[:2] in SUPPORTED:
        return
    command = find_supported_python()
    if not command:
        sys.stderr.write(wrong_python_sentence(sys.version_info) + "\n")
        sys.exit(2)
    hand_over([*command, *sys.argv], dict(os.environ))


def lacks_display(platform: str, environ: dict) -> bool:
    """Tell whether there is no screen to open a window on."""
    return platform.startswith("linux") and not environ.get("DISPLAY") and not environ.get("WAYLAND_DISPLAY")


def run_words(arguments: list, platform: str, environ: dict) -> list:
    """Return the words the program is started with: the demo where there is nothing to open a window on."""
    if not arguments and lacks_display(platform, environ):
        return ["demo"]
    return arguments


def run(place, arguments: list) -> None:
    """Become the program."""
    words = run_words(arguments, sys.platform, dict(os.environ))
    if words != arguments:
        sys.stderr.write("There is no display to open a window on, so here is `personal-ai demo` instead.\n")
        sys.stderr.flush()
    hand_over([str(place.python), "-m", "personal_ai", *words], place.environment())


def poe(place, task: str) -> None:
    """Become a task of pyproject.toml's [tool.poe.tasks]; its exit code is ours."""
    os.chdir(str(place.root))
    # Windows are drawn in memory: tests must neither need a screen nor flash on one.
    environ = dict(place.environment(), QT_QPA_PLATFORM="offscreen")
    hand_over([str(place.python), "-m", "poethepoet", task], environ)


def main(arguments: list) -> int:
    """Do what the person asked for; return the exit code."""
    command = arguments[0] if arguments else "help"
    if command not in ("run", "test", "check", "setup"):
        sys.stderr.write(__doc__ or "")
        return 0 if command in ("help", "-h", "--help") else 2

    # Not at the top: the steps are written in today's Python.
    import set_up

    place, screen = set_up.here()
    code = set_up.guarded(place, screen)
    if code != 0:
        return code
    if command == "setup":
        screen.say("ready: python3 packaging/dev.py run")
    elif command == "run":
        run(place, arguments[1:])
    else:
        set_up.tools_for_tests(place, screen)
        poe(place, command)
    return 0


if __name__ == "__main__":
    move_to_supported_python()
    sys.exit(main(sys.argv[1:]))
