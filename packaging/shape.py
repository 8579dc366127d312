"""What goes into the frozen program and what is left out: read by PyInstaller's spec and by its tests."""

import re
import sys
from fnmatch import fnmatch
from pathlib import Path

# The learning add-on brings these in a tree of its own.
LEARNING = (
    "torch",
    "torchgen",
    "peft",
    "transformers",
    "accelerate",
    "sympy",
    "networkx",
    "huggingface_hub",
    "tokenizers",
)

#: Modules that nothing in the app uses, and that its libraries would draw in.
EXCLUDED = [
    *LEARNING,
    *("tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "test", "ensurepip", "venv", "pydoc_data", "turtledemo"),
    *("setuptools", "pkg_resources", "pip", "distutils", "pytest", "hypothesis", "IPython", "matplotlib", "PIL"),
    *("requests", "urllib3", "certifi", "readline"),
    *("numpy.f2py", "numpy.distutils", "numpy.tests", "docx", "pyright", "uvicorn", "fastapi", "starlette"),
    # The web server of llama-cpp-python, and the old name of what looks at pictures.
    *("llama_cpp.server", "llama_cpp.llava_cpp"),
]

# What both the app and the learning libraries use is whole in the app: a module of theirs that was left out here would
# be looked for in the app's copy and not be found.
SHARED = (
    *(
        "numpy",
        "psutil",
        "filelock",
        "typing_extensions",
        "jinja2",
        "markupsafe",
        "safetensors",
        "gguf",
        "tqdm",
        "yaml",
    ),
    *("packaging", "click", "typer", "rich", "shellingham", "diskcache", "platformdirs", "pygments", "annotated_doc"),
    *("idna", "charset_normalizer", "msgspec"),
)

#: Parts of the standard library that a program without a terminal of its own for development never loads.
_STANDARD_DROPPED = re.compile(
    r"(tkinter|_tkinter|turtle|turtledemo|idlelib|lib2to3|test|ensurepip|venv|pydoc_data|distutils|antigravity|this|"
    r"msilib|nt|_winapi|winreg|winsound|msvcrt|_scproxy|_overlapped|_msi|nturl2path|_winreg|crypt|_crypt|nis|ossaudiodev|"
    r"spwd|curses|_curses|_curses_panel|readline|dbm|_dbm|_gdbm|_testcapi|_test.*|xxlimited.*|_xx.*)(\..*)?$"
)

#: Of each folder of resources: what the program shows, says or learns by. Pictures are for the README.
RESOURCES = (
    *("fonts", "icons", "models", "prompts", "proof", "sample_notes", "skills", "words", "licences"),
    "translations",
)

_QT_PLUGINS = (
    *("platforms/libqxcb", "platforms/libqoffscreen", "platforms/libqwayland"),
    *(
        "platformthemes/libqxdgdesktopportal",
        "iconengines/libqsvgicon",
        "imageformats/libqsvg",
        "imageformats/libqjpeg",
    ),
    *("platforminputcontexts/libcompose", "platforminputcontexts/libibus"),
    *("wayland-shell-integration/libxdg-shell", "wayland-decoration-client/libadwaita"),
    *("wayland-decoration-client/libbradient",),
    # The names they have on Windows and macOS.
    *("platforms/qwindows", "platforms/qoffscreen", "platforms/libqcocoa", "styles/qmodernwindowsstyle"),
    *("styles/libqmacstyle", "iconengines/qsvgicon", "imageformats/qsvg", "imageformats/qjpeg"),
)
_QT_LIBRARIES = ("Core", "DBus", "Gui", "Network", "Svg", "WaylandClient", "Widgets", "XcbQpa")

#: The languages of the window, ours and what Qt says itself.
_LANGUAGES = ("resources/translations/*.qm", "*PySide6/*translations/qtbase_zh_CN.qm")

_DROPPED = (
    *("*/translations/*", "PySide6/Qt/qml/*", "PySide6/qml/*", "*.pyi", "*/py.typed", "*.cmake", "*.pc"),
    # llama.cpp is put in afterwards, one of each, by `freeze.py`.
    *("*libllama*", "*libggml*", "*libmtmd*", "llama_cpp/lib/*", "lib/libggml*", "lib/libllama*"),
    # Nothing of these is reached without OpenGL, GTK or a database of Qt's own.
    *("*libQt6OpenGL*", "*libgtk-3*", "*libgdk-3*", "*libEGL*", "*libGL*", "*libcups*", "*opengl32sw.dll"),
    *("*/tests/*", "numpy/_core/_*_tests.*", "*/*.h", "*/include/*"),
    # Programs and extensions of SQLite that nothing here starts or loads; of lxml and PyYAML, what nothing here imports
    # or what they do without. Each brings a library of its own, which its makers would have to keep safe.
    *("apsw/sqlite_extra*", "lxml/objectify*", "yaml/_yaml*"),
    # Every desktop has these, looks after them, and has newer ones where its own libraries need that.
    *("libstdc++.so*", "libgcc_s.so*", "libX*.so*", "libxcb.so*", "libglib-2.0.so*", "libgthread-2.0.so*"),
    *("libgmodule-2.0.so*", "libgobject-2.0.so*", "libgio-2.0.so*", "libdbus-1.so*", "libfontconfig.so*"),
    *("libfreetype.so*", "libgssapi_krb5.so*", "libbrotlidec.so*", "libz.so*", "libexpat.so*", "libpng16.so*"),
)


def hidden_imports(root: Path) -> list[str]:
    """Name what is imported by words instead of by `import`: our own modules, and what the learning add-on leans on."""
    from PyInstaller.utils.hooks import collect_submodules

    ours = [
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((root / "personal_ai").rglob("*.py"))
    ]
    shared = [name for package in SHARED for name in collect_submodules(package, filter=_is_used, on_error="ignore")]
    return [*ours, *shared, *standard_library()]


def _is_used(module: str) -> bool:
    return not re.search(r"(^|\.)(tests?|testing_data|conftest|f2py|distutils|_pyinstaller)(\.|$)", module)


def standard_library() -> list[str]:
    """Name every module of the standard library that a library may want: the add-on brings none of it."""
    import pkgutil

    found = []
    for name in sorted(sys.stdlib_module_names):
        if _STANDARD_DROPPED.match(name):
            continue
        found.append(name)
        if name in (
            "asyncio",
            "concurrent",
            "ctypes",
            "email",
            "http",
            "importlib",
            "json",
            "logging",
            "multiprocessing",
        ):
            package = __import__(name)
            found += [module.name for module in pkgutil.walk_packages(package.__path__, f"{name}.")]
    found += [
        "unittest.mock",
        "xml.etree.ElementTree",
        "urllib.request",
        "wsgiref.simple_server",
        "os.path",
        "encodings",
    ]
    return [
        name for name in found if not _STANDARD_DROPPED.match(name) and not re.search(r"\.(__main__|tests?)\b", name)
    ]


def resources(root: Path) -> list[str]:
    """List the folders of resources that are shipped and are there."""
    return [name for name in RESOURCES if (root / "resources" / name).is_dir()]


def keeps(destination: str) -> bool:
    """Whether a collected file is shipped, by where it would lie in the frozen program."""
    place = destination.replace("\\", "/")
    if any(fnmatch(place, pattern) for pattern in _LANGUAGES):
        return True
    if any(fnmatch(place, pattern) for pattern in _DROPPED):
        return False
    if found := re.search(r"PySide6/(?:Qt/)?plugins/(.+)", place):
        return found[1].startswith(_QT_PLUGINS)
    if found := re.search(r"libQt6(\w+?)\.so", place):
        return found[1] in _QT_LIBRARIES
    return True
