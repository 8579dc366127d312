"""Signed files for tests, made as packaging/bundles.py makes them, with a key of the test's own."""

import base64
import hashlib
import io
import lzma
import tarfile
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from personal_ai import bundle
from personal_ai.bundle import Manifest

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(SECRET.public_key().public_bytes_raw()).decode()


def packed(files: dict[str, bytes]) -> bytes:
    """A tar.xz of these files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            about = tarfile.TarInfo(name)
            about.size, about.mode = len(data), 0o755 if name == "personal-ai" else 0o644
            archive.addfile(about, io.BytesIO(data))
    return lzma.compress(out.getvalue())


def write(
    path: Path,
    files: dict[str, bytes],
    part: str = "learning",
    secret: Ed25519PrivateKey = SECRET,
    **changed: str | int,
) -> Path:
    """Write a signed file with a part of the program in it; `changed` are other words in its manifest."""
    payload = packed(files)
    fields: dict[str, str | int] = {
        "part": part,
        "version": "0.2.0",
        "system": bundle.this_system(),
        "key": "abc",
        "packed": len(payload),
        "sha256": hashlib.sha256(payload).hexdigest(),
        "unpacked": sum(map(len, files.values())),
        "files": len(files),
    }
    line = msgspec.json.encode(msgspec.convert(fields | changed, Manifest)) + b"\n"
    path.write_bytes(bundle.FIRST_LINE + line + base64.b64encode(secret.sign(line)) + b"\n" + payload)
    return path
