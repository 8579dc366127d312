"""Draw packaging/windows/personal-ai.ico from resources/icons/app.svg: python packaging/windows/make_icon.py [TARGET].

An .ico of PNG pictures, which Windows has read since Vista. Needs the libraries of .venv.
"""

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).resolve().parents[2]
SIZES = (16, 24, 32, 48, 64, 128, 256)


def picture(source: Path, size: int) -> bytes:
    """Draw the icon as a PNG of size by size pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(source)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore - it takes words, whatever its types say
    return bytes(data.data())


def icon(pictures: dict[int, bytes]) -> bytes:
    """Put PNG pictures, by their size in pixels, into one .ico."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    at = len(head) + 16 * len(pictures)
    for size, data in pictures.items():
        # 256 is written as 0.
        head += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), at)
        at += len(data)
    return head + b"".join(pictures.values())


if __name__ == "__main__":
    application = QGuiApplication(["make_icon", "-platform", "offscreen"])
    target = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).with_name("personal-ai.ico")
    target.write_bytes(icon({size: picture(ROOT / "resources/icons/app.svg", size) for size in SIZES}))
