"""The learning add-on's folder: the libraries that learning needs, without what nothing here ever loads."""

import hashlib
import json
import re
import shutil
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

import tree
from shape import SHARED

# Named by the extra `learn` of pyproject.toml; what they need comes along.
ROOTS = ("torch", "peft", "gguf", "safetensors")

#: Needed by what others say they need, and never loaded: builders, downloaders, commands.
UNUSED = ("setuptools", "hf-xet", "certifi", "typer", "rich", "requests", "urllib3", "pip", "wheel")

#: Folders and files that learning never loads, by what they begin with: test programs, headers, other people's models.
DROPPED = (
    *("torch/test/", "torch/include/", "torch/share/", "torch/_vendor/quack", "functorch/"),
    *("torch/lib/libbackend_with_compiler", "torch/lib/libjitbackend_test", "torch/lib/libtorchbind_test"),
    *("torch/lib/libaoti_custom_ops", "torch/lib/libshm_windows", "torch/lib/libshm/"),
    *("torch/_inductor/codegen/cuda", "torch/_inductor/autoheuristic", "torch/utils/model_dump"),
    *("transformers/exporters/", "transformers/pipelines/", "transformers/cli/", "transformers/kernels/"),
    *("accelerate/test_utils/", "huggingface_hub/cli/", "huggingface_hub/inference/", "huggingface_hub/templates/"),
    *("sympy/physics/", "sympy/benchmarks/", "networkx/drawing/", "networkx/readwrite/json_graph/tests"),
)
#: Of transformers' families of models, those that peft looks at when it is imported.
KEPT_MODELS = re.compile(r"transformers/models/(__init__\.py|auto/|bloom/|encoder_decoder/)")

#: torch looks for it when it is imported. It is a program.
MANAGER = "torch/bin/torch_shm_manager"

_NOT_SHIPPED = re.compile(r"(^|/)(__pycache__|tests?|testing_data)/|\.(pyi|pyx|pxd|h|hpp|cpp|cu|cmake|a)$|^\.\./|^bin/")
#: Of what an installer wrote about a package, what the package reads of itself and what its licence asks to go along.
_ABOUT = re.compile(
    r"\.dist-info/(METADATA|entry_points\.txt|top_level\.txt|licenses?/.*|LICEN[CS]E.*|NOTICE.*|COPYING.*)$"
)


def distributions() -> list[Distribution]:
    """List the packages of the add-on, by name: what learning needs and the app does not bring."""
    return [package for package, here in _needed() if here]


def brought() -> list[Distribution]:
    """List the packages that learning needs and the app brings; the add-on tells their versions to who asks."""
    return [package for package, here in _needed() if not here]


def _needed() -> list[tuple[Distribution, bool]]:
    """Everything that learning needs, by name, and whether the add-on brings it itself."""
    found: dict[str, Distribution] = {}
    waiting = list(ROOTS)
    while waiting:
        name = plain(waiting.pop())
        if name in found or name in UNUSED:
            continue
        found[name] = distribution(name)
        waiting += [plain(need) for need in found[name].requires or () if is_needed(need)]
    ours = {plain(name) for name in SHARED} | {"pyyaml"}
    return [(found[name], name not in ours) for name in sorted(found)]


def plain(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement.strip())
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def is_needed(requirement: str) -> bool:
    _, _, condition = requirement.partition(";")
    if "extra" in condition:
        return False
    versions = re.search(r"python_version\s*(<=?)\s*['\"]3\.(\d+)", condition)
    system = re.search(r"(sys_platform|platform_system)\s*==\s*['\"](\w+)", condition)
    if versions and int(versions[2]) < sys.version_info[1] + (versions[1] == "<"):
        return False
    return not (system and not sys.platform.startswith(system[2].lower()))


def key(packages: list[Distribution]) -> str:
    """Sum up which set of libraries this is; programs that need the same set share an add-on."""
    python = "{}.{}".format(*sys.version_info)
    names = [f"{plain(package.metadata['Name'])}=={package.version}" for package in packages]
    return hashlib.sha256("\n".join([python, *names]).encode()).hexdigest()[:16]


def is_shipped(name: str) -> bool:
    """Whether a file of a package goes into the add-on, by its path below site-packages."""
    if ".dist-info/" in name:
        return bool(_ABOUT.search(name))
    if name.startswith("torch/bin/"):
        return name == MANAGER
    if _NOT_SHIPPED.search(name) or name.startswith(DROPPED):
        return False
    return not name.startswith("transformers/models/") or bool(KEPT_MODELS.match(name))


def forget_interpreter(module: Path) -> None:
    """Take out of a module which program starts it, often one that no system has: here none is started by itself."""
    text = module.read_bytes()
    if text.startswith(b"#!"):
        # The lines keep their numbers.
        module.write_bytes(b"#\n" + text.partition(b"\n")[2])


def build(target: Path, version: str) -> dict:
    """Make the add-on's folder and return what the app must know of it: key, version, bytes on the disk."""
    shutil.rmtree(target, ignore_errors=True)
    packages = distributions()
    for package in [*packages, *brought()]:
        for file in package.files or ():
            told = file.as_posix().endswith(".dist-info/METADATA")
            if told or (package in packages and is_shipped(file.as_posix())):
                place = target / "lib" / file
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(package.locate_file(file)), place)
                if place.suffix == ".py":
                    forget_interpreter(place)
    tree.strip(target)
    files = {
        path.relative_to(target).as_posix(): path.stat().st_size for path in sorted(target.rglob("*")) if path.is_file()
    }
    about = {"key": key(packages), "version": version, "files": files}
    (target / "addon.json").write_text(json.dumps(about, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    return {"key": about["key"], "version": version, "unpacked": sum(files.values())}


if __name__ == "__main__":
    print(json.dumps(build(Path(sys.argv[1]), sys.argv[2])))
