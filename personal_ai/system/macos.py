"""What macOS says about the person, by its own frameworks. None is unknown; nothing raises."""

import ctypes
from typing import Any

FRAMEWORKS = "/System/Library/Frameworks/{0}.framework/{0}"
#: Input of this session from any device (kCGEventSourceStateCombinedSessionState, kCGAnyInputEventType).
SESSION, ANY_INPUT = 0, 0xFFFFFFFF
UTF8 = 0x08000100


def _load(name: str) -> Any:
    return ctypes.CDLL(FRAMEWORKS.format(name))


def idle_seconds(graphics: Any = None) -> float | None:
    """Seconds since the last input."""
    try:
        graphics = graphics or _load("CoreGraphics")
        ask = graphics.CGEventSourceSecondsSinceLastEventType
        ask.restype = ctypes.c_double
        ask.argtypes = (ctypes.c_int32, ctypes.c_uint32)
        seconds = float(ask(SESSION, ANY_INPUT))
    except (OSError, AttributeError):
        return None
    return seconds if seconds >= 0 else None


def lid_closed(kit: Any = None, foundation: Any = None) -> bool | None:
    """Whether the lid is closed; None for a computer without one."""
    try:
        kit, core = kit or _load("IOKit"), foundation or _load("CoreFoundation")
        for function in (kit.IOServiceMatching, kit.IORegistryEntryCreateCFProperty, core.CFStringCreateWithCString):
            function.restype = ctypes.c_void_p
        kit.IOServiceMatching.argtypes = (ctypes.c_char_p,)
        kit.IOServiceGetMatchingService.argtypes = (ctypes.c_uint, ctypes.c_void_p)
        kit.IORegistryEntryCreateCFProperty.argtypes = (
            ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint,
        )  # fmt: skip
        kit.IOObjectRelease.argtypes = (ctypes.c_uint,)
        core.CFStringCreateWithCString.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint)
        core.CFBooleanGetValue.argtypes = core.CFRelease.argtypes = (ctypes.c_void_p,)
        return _clamshell(kit, core)
    except (OSError, AttributeError):
        return None


def _clamshell(kit: Any, core: Any) -> bool | None:
    root = kit.IOServiceGetMatchingService(0, kit.IOServiceMatching(b"IOPMrootDomain"))
    if not root:
        return None
    name = core.CFStringCreateWithCString(None, b"AppleClamshellState", UTF8)
    value = kit.IORegistryEntryCreateCFProperty(root, name, None, 0)
    try:
        return bool(core.CFBooleanGetValue(value)) if value else None
    finally:
        for held in (name, value):
            if held:
                core.CFRelease(held)
        kit.IOObjectRelease(root)
