"""The key that releases are signed with.

.venv/bin/python packaging/release_key.py make FILE     a new pair: its secret half into FILE, its public half printed
.venv/bin/python packaging/release_key.py check FILE    whether FILE is the other half of the key that is trusted here

The add-on and the updates that people install from files are signed; the program installs none that is not
(personal_ai/bundle.py). The secret half of the key is in no repository. Whoever makes the first release, or has lost
that half:

1. `make` a pair, with FILE outside this checkout; keep two copies of FILE where only those who release can read them.
2. Put the public half that it prints into PUBLIC_KEY of personal_ai/bundle.py, and commit that.
3. `python3 packaging/build.py linux --signing-key FILE` makes and signs everything; it refuses any other FILE.

A program from before a new pair refuses what is signed with it, rightly: people install that version once by its
package or its installer, and their data stays. So a pair is made anew only when its secret half is lost, or known to
others.
"""

import base64
import binascii
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from console import Stop

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROOT = Path(__file__).resolve().parent.parent


def main(words: list[str]) -> int:
    """Do what the person asked for; return the exit code."""
    if len(words) != 2 or words[0] not in ("make", "check"):
        sys.stderr.write(__doc__ or "")
        return 2
    file = Path(words[1]).expanduser()
    try:
        if words[0] == "make":
            print(f'PUBLIC_KEY = "{make(file)}"')
            sys.stderr.write(f"The secret half is in {file}. Put the line above into personal_ai/bundle.py.\n")
        else:
            check(file, trusted(ROOT))
            print("It is the other half of PUBLIC_KEY in personal_ai/bundle.py.")
    except (Stop, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def make(file: Path) -> str:
    """Write the secret half of a new pair to `file`, which must not exist, for its owner's eyes; return the other."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    secret = Ed25519PrivateKey.generate()
    try:
        # Never for a moment readable by others, and never over another key.
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Stop(f"{file} is there already, and a key that is written over is lost: name another file.") from None
    with os.fdopen(handle, "wb") as out:
        out.write(base64.b64encode(secret.private_bytes_raw()) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    return public_half(secret)


def read(file: Path) -> "Ed25519PrivateKey":
    """The secret half in `file`: 32 bytes in base64. Raises Stop for anything else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(file.read_bytes().strip(), validate=True))
    except OSError as error:
        raise Stop(f"The signing key {file} cannot be read: {error.strerror}.") from error
    except (binascii.Error, ValueError) as error:
        raise Stop(f"{file} is no signing key: it holds something else than 32 bytes in base64.") from error


def public_half(secret: "Ed25519PrivateKey") -> str:
    """The half that the program holds, in base64."""
    return base64.b64encode(secret.public_key().public_bytes_raw()).decode()


def check(file: Path, public: str) -> None:
    """Raise Stop unless `file` holds the other half of `public`."""
    if public_half(read(file)) != public:
        raise Stop(
            f"{file} is not the other half of PUBLIC_KEY in personal_ai/bundle.py, so this program would refuse what "
            "it signs: take the right file, or make a new pair as packaging/release_key.py says."
        )


def trusted(root: Path) -> str:
    """The public half that the program of this checkout trusts."""
    text = (root / "personal_ai" / "bundle.py").read_text(encoding="utf-8")
    return text.partition('PUBLIC_KEY = "')[2].partition('"')[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
