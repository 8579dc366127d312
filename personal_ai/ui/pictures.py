"""Pictures that the person attaches: read within limits, made small enough to keep, and shown as small ones."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter, QPainter, QPixmap

from personal_ai.errors import UserError
from personal_ai.ui.language import tr

SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"))
#: The longest side of what is kept and of what is shown, in pixels; and the largest file that is read, in bytes.
KEPT, SHOWN, LARGEST = 1600, 220, 40 * 1024 * 1024
_FORMATS = (b"png", b"jpg", b"jpeg", b"webp", b"gif", b"bmp")


def read(path: Path) -> bytes:
    """Read a picture's file and return what is kept of it, PNG or JPEG. Raises UserError."""
    try:
        if path.stat().st_size > LARGEST:
            raise UserError(
                tr("“{name}” is too large a picture. Make it smaller and try again.").format(name=path.name)
            )
        data = path.read_bytes()
    except OSError as error:
        raise UserError(tr("“{name}” cannot be read. See whether it is still there.").format(name=path.name)) from error
    return kept(_image(data, KEPT, path.name))


def kept(image: QImage) -> bytes:
    """What is kept of a picture: PNG where that is small, as for a screenshot, else JPEG; what is clear becomes white.

    Raises UserError.
    """
    if max(image.width(), image.height()) > KEPT:
        image = image.scaled(KEPT, KEPT, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    if image.hasAlphaChannel():
        image = _on_white(image)
    png = _written(image, b"png")
    if len(png) < 400_000:
        return png
    return min(png, _written(image, b"jpg"), key=len)


def _on_white(image: QImage) -> QImage:
    # A model knows no clear pixels: it would see whatever colour stands behind them, mostly black.
    whole = QImage(image.size(), QImage.Format.Format_RGB32)
    whole.fill(Qt.GlobalColor.white)
    painter = QPainter(whole)
    painter.drawImage(0, 0, image)
    painter.end()
    return whole


def small(data: bytes) -> QPixmap:
    """A picture as it is shown under a question."""
    return QPixmap.fromImage(_image(data, SHOWN, tr("The picture")))


def _image(data: bytes, side: int, name: str) -> QImage:
    device = QBuffer()
    device.setData(QByteArray(data))
    device.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(device)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if bytes(reader.format().data()).lower() not in _FORMATS or not size.isValid():
        raise UserError(tr("“{name}” is damaged, or no picture that can be shown.").format(name=name))
    # Decoded at the size that is needed: a small file may hold a very large picture.
    if max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise UserError(tr("“{name}” is damaged, or no picture that can be shown.").format(name=name))
    return image


def _written(image: QImage, form: bytes) -> bytes:
    device = QBuffer()
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(device, QByteArray(form))
    writer.setQuality(85 if form == b"jpg" else -1)
    writer.write(image)
    return bytes(device.data().data())
