"""The window; no rules live here."""

import sys

import PySide6.QtCore  # noqa: F401

# After it PySide reads the source of every module that is imported, torch's and llama.cpp's too, and keeps it, to see
# whether that module may want Qt's names written in another way. None does; answered at once, the window is there
# 35 ms of the processor earlier, and holds 16 MB less.
if _feature := sys.modules.get("shibokensupport.feature"):
    _feature._mod_uses_pyside = lambda _module: True  # type: ignore[attr-defined]
