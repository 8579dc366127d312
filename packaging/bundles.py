"""For any Linux: signed files that the program itself installs, an installer without root, an AppImage's folder."""

import base64
import json
import shutil
from pathlib import Path

import debian
import release_key
import tree
from debian import Release

SYSTEM = "linux-x86_64"
#: As `personal_ai.bundle` reads it.
FIRST_LINE = b"personal-ai bundle 1\n"
HEADER_SIZE = 1 << 14


def build_all(release: Release, program: Path, work: Path, out: Path, key: Path | None) -> list[Path]:
    """Make the installer, the folder for an AppImage and, with the release key, the update; return what was made."""
    payload = work / "app.tar.xz"
    tree.pack(program, payload, release.moment, release.level)
    made = [installer(release, program, payload, work, out), app_dir(release, program, out)]
    if key:
        made.append(_signed(release, "app", program, payload, out, key))
    return made


# ---- signed files -----------------------------------------------------------------------------------------------


def sign(release: Release, part: str, folder: Path, out: Path, key: Path) -> Path:
    """Pack a folder into a signed file; return it."""
    payload = out / f".{part}.tar.xz"
    tree.pack(folder, payload, release.moment, release.level)
    made = _signed(release, part, folder, payload, out, key)
    payload.unlink()
    return made


def _signed(release: Release, part: str, folder: Path, payload: Path, out: Path, key: Path) -> Path:
    manifest = {
        **{"part": part, "version": release.version, "system": SYSTEM, "key": release.key},
        **{"packed": payload.stat().st_size, "sha256": tree.sha256(payload)},
        **{"unpacked": tree.size(folder), "files": sum(1 for _ in folder.rglob("*"))},
    }
    names = {"app": "personal-ai", "learning": "personal-ai-learning"}
    target = out / f"{names[part]}-{release.version}-{SYSTEM}.personal-ai"
    line = json.dumps(manifest, sort_keys=True).encode() + b"\n"
    with target.open("wb") as file, payload.open("rb") as packed:
        file.write(FIRST_LINE + line + signature(line, key) + b"\n")
        shutil.copyfileobj(packed, file, 1 << 20)
    return target


def signature(line: bytes, key: Path) -> bytes:
    """Sign a manifest with the secret key in a file (32 bytes in base64); return the signature in base64."""
    return base64.b64encode(release_key.read(key).sign(line))


# ---- an installer without root ----------------------------------------------------------------------------------


def installer(release: Release, program: Path, payload: Path, work: Path, out: Path) -> Path:
    """A shell script with the program behind it, which installs it for one person; return it."""
    share = work / "share"
    shutil.rmtree(share, ignore_errors=True)
    debian.desktop_files(release, share)
    tree.settle(share, release.moment)
    extra = work / "share.tar.xz"
    tree.pack(share, extra, release.moment, release.level)
    script = (release.root / "packaging" / "linux" / "install.sh").read_text(encoding="utf-8")
    libc = next(name for name in debian.dependencies(program) if name.startswith("libc6"))
    values = {
        "VERSION": release.version,
        "KIBIBYTES": str(tree.size(program) // 1024),
        "GLIBC": libc.partition(">= ")[2].rstrip(")"),
        "SHARE_BYTES": str(extra.stat().st_size),
        "APP_BYTES": str(payload.stat().st_size),
        "APP_SHA256": tree.sha256(payload),
        "HEADER_BYTES": str(HEADER_SIZE),
    }
    for name, value in values.items():
        script = script.replace(f"@{name}@", value)
    head = script.encode()
    if len(head) > HEADER_SIZE:
        raise SystemExit("the installer's script is longer than the place that is kept for it")
    target = out / f"personal-ai-{release.version}-{SYSTEM}.run"
    with target.open("wb") as file:
        # The script ends with `exit`; what follows is never read as a script.
        file.write(head + b"\n" * (HEADER_SIZE - len(head)))
        for part in (extra, payload):
            with part.open("rb") as packed:
                shutil.copyfileobj(packed, file, 1 << 20)
    target.chmod(0o755)
    return target


# ---- a folder for an AppImage -----------------------------------------------------------------------------------


def app_dir(release: Release, program: Path, out: Path) -> Path:
    """The folder that `appimagetool` makes an AppImage of; return it. The tool itself comes from elsewhere."""
    root = out / "Personal_AI.AppDir"
    shutil.rmtree(root, ignore_errors=True)
    tree.copy(program, root / "usr/lib/personal-ai")
    debian.desktop_files(release, root / "usr/share")
    tree.copy(root / "usr/share/applications/personal-ai.desktop", root / "personal-ai.desktop")
    tree.copy(release.root / "resources/icons/app.svg", root / "personal-ai.svg")
    (root / ".DirIcon").symlink_to("personal-ai.svg")
    tree.copy(release.root / "packaging/linux/AppRun", root / "AppRun")
    tree.settle(root, release.moment, ("personal-ai", "AppRun"))
    return root
