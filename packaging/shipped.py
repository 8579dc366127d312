"""What is shipped besides our own code: the bill of materials (CycloneDX) and every licence."""

import json
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import learning_tree


@dataclass(frozen=True)
class Component:
    """One thing that somebody else made."""

    name: str
    version: str
    licence: str
    kind: str = "library"
    #: The package URL that tells it from all others; empty where there is none.
    purl: str = ""
    #: "app" or "learning": which part brings it.
    part: str = "app"
    #: The words of its licence, as they came with it.
    texts: list[str] = field(default_factory=list)


#: What no package manager tells about.
QT_LICENCE = "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"
COMMON = Path("/usr/share/common-licenses")


def python_packages(root: Path, modules: set[str]) -> list[Component]:
    """The libraries of the app: of what pyproject.toml asks for, and what those need, the ones with `modules` in it."""
    waiting = [*_dependencies(root), "safetensors", "gguf"]
    found: dict[str, Distribution] = {}
    while waiting:
        name = learning_tree.plain(waiting.pop())
        if name in found or name in ("torch", "setuptools"):
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        waiting += [need for need in found[name].requires or () if learning_tree.is_needed(need)]
    return [_of(found[name], "app") for name in sorted(found) if _top_modules(found[name]) & modules]


def frozen_modules(program: Path) -> set[str]:
    """The top-level modules that a frozen program holds, in its archive or beside it."""
    from PyInstaller.archive.readers import CArchiveReader  # pyright: ignore[reportMissingImports]

    archive = CArchiveReader(str(program / "personal-ai"))
    names = {name.partition(".")[0] for name in archive.open_embedded_archive("PYZ.pyz").toc}
    return names | {path.name.partition(".")[0] for path in (program / "_internal").iterdir()}


def _top_modules(package: Distribution) -> set[str]:
    names = {file.parts[0].partition(".")[0] for file in package.files or () if file.suffix in (".py", ".so", ".pyd")}
    return names - {"..", ""}


def learning_packages() -> list[Component]:
    """The libraries of the learning add-on."""
    return [_of(package, "learning") for package in learning_tree.distributions()]


def _dependencies(root: Path) -> list[str]:
    import tomllib

    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]


def _of(package: Distribution, part: str) -> Component:
    name = package.metadata["Name"]
    texts = [
        Path(str(package.locate_file(file))).read_text(encoding="utf-8", errors="replace").strip()
        for file in package.files or ()
        if re.search(r"\.dist-info/(licenses?/)?.*(LICEN[CS]E|COPYING|NOTICE)", file.as_posix(), re.IGNORECASE)
    ]
    version = package.version
    purl = f"pkg:pypi/{learning_tree.plain(name)}@{version.partition('+')[0]}"
    licence = licence_of(package)
    if not texts and licence.startswith("Apache"):
        texts = [(Path(__file__).resolve().parent.parent / "LICENSE").read_text(encoding="utf-8").strip()]
    return Component(name, version, licence, purl=purl, part=part, texts=sorted(set(texts)))


def licence_of(package: Distribution) -> str:
    """The licence of a package in a few words: its expression, else its own word for it, else its classifiers."""
    about = package.metadata
    if "License-Expression" in about:
        return about["License-Expression"]
    classifiers = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    word = " ".join(about.get_all("License") or ()).strip().splitlines()
    if word and len(word[0]) < 80:
        return word[0]
    return " / ".join(name for name in classifiers if name != "OSI Approved") or "see its text"


def system_libraries(folder: Path) -> list[Component]:
    """The libraries of the build machine that the frozen program brings along, by Debian's word for who made them."""
    owners: dict[str, list[str]] = {}
    # Python's own comes from where this Python comes from.
    for library in sorted(path for path in folder.glob("*.so*") if not path.name.startswith("libpython")):
        for place in (f"/usr/lib/x86_64-linux-gnu/{library.name}", f"/lib/x86_64-linux-gnu/{library.name}"):
            said = subprocess.run(["dpkg", "-S", place], capture_output=True, text=True, check=False).stdout
            if said:
                owners.setdefault(said.partition(":")[0], []).append(library.name)
                break
    return [_debian(package) for package in sorted(owners)]


def _debian(package: str) -> Component:
    said = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=True
    ).stdout
    text = Path(f"/usr/share/doc/{package}/copyright").read_text(encoding="utf-8", errors="replace").strip()
    names = sorted(set(re.findall(r"^License:\s*(\S.*?)\s*$", text, re.MULTILINE)))
    licence = ", ".join(names) if 0 < len(names) < 6 else "see its text"
    purl = f"pkg:deb/debian/{package}@{said}?arch=amd64"
    return Component(package, said, licence, purl=purl, texts=[text])


def fixed(root: Path) -> list[Component]:
    """What comes along without a package of its own."""
    fonts = (root / "resources" / "fonts" / "LICENCES.txt").read_text(encoding="utf-8").strip()
    python = "{}.{}.{}".format(*sys.version_info)
    vision = (root / "packaging" / "vision-licences.txt").read_text(encoding="utf-8").strip()
    apache = (root / "LICENSE").read_text(encoding="utf-8").strip()
    return [
        Component("Python", python, "PSF-2.0", "platform", f"pkg:generic/python@{python}", texts=[_python_licence()]),
        Component("Inter and JetBrains Mono", "", "OFL-1.1", "file", texts=[fonts]),
        Component("SmolLM2-135M-Instruct", "Q4_1", "Apache-2.0", "machine-learning-model", texts=[apache]),
        Component("libraries in llama.cpp’s libmtmd", "", "MIT, MIT-0, BSD-2-Clause, public domain", texts=[vision]),
        Component("Qt", _qt_version(), QT_LICENCE, "framework", f"pkg:generic/qt@{_qt_version()}", texts=_lgpl()),
    ]


def _qt_version() -> str:
    return distribution("PySide6_Essentials").version


def _lgpl() -> list[str]:
    names = [COMMON / name for name in ("LGPL-3", "GPL-3")]
    return [name.read_text(encoding="utf-8").strip() for name in names if name.is_file()]


def _python_licence() -> str:
    place = Path(sys.base_prefix) / "lib" / "python{}.{}".format(*sys.version_info) / "LICENSE.txt"
    return place.read_text(encoding="utf-8").strip() if place.is_file() else "https://docs.python.org/3/license.html"


def write(components: list[Component], folder: Path, version: str, moment: str) -> None:
    """Write what About shows (`licences.json`) and the bill of materials (`sbom.cdx.json`) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = [
        {"name": c.name, "version": c.version, "licence": c.licence, "part": c.part, "text": "\n\n\n".join(c.texts)}
        for c in sorted(components, key=lambda c: c.name.casefold())
    ]
    (folder / "licences.json").write_text(json.dumps(shown, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    bill = bill_of_materials(components, version, moment)
    (folder / "sbom.cdx.json").write_text(json.dumps(bill, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def bill_of_materials(components: list[Component], version: str, moment: str) -> dict:
    """List everything that is shipped, as CycloneDX 1.5 has it; the same components make the same bytes."""
    rows = [_row(component) for component in sorted(components, key=lambda c: (c.part, c.name.casefold()))]
    names = "\n".join(f"{row['name']} {row.get('version', '')}" for row in rows)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'personal-ai {version} {names}')}",
        "version": 1,
        "metadata": {
            "timestamp": moment,
            "component": {
                "type": "application",
                "bom-ref": "personal-ai",
                "name": "Personal AI",
                "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": rows,
        "dependencies": [{"ref": "personal-ai", "dependsOn": [row["bom-ref"] for row in rows]}],
    }


def _row(component: Component) -> dict:
    row = {
        "type": component.kind,
        "bom-ref": component.purl or f"personal-ai/{component.name}",
        "name": component.name,
        "version": component.version,
        "licenses": [{"license": {"name": component.licence}}],
        "properties": [{"name": "personal-ai:part", "value": component.part}],
    }
    return row | ({"purl": component.purl} if component.purl else {})


def main(words: list[str]) -> None:
    """Write licences and bill of materials of a frozen program: ROOT PROGRAM FOLDER VERSION MOMENT."""
    root, program, folder, version, moment = Path(words[0]), Path(words[1]), Path(words[2]), words[3], words[4]
    found = [*python_packages(root, frozen_modules(program)), *learning_packages(), *fixed(root)]
    write([*found, *system_libraries(program / "_internal")], folder, version, moment)


if __name__ == "__main__":
    main(sys.argv[1:])
