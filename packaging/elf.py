"""Linux's programs and libraries (ELF): what only a debugger reads is taken out, and where they were made is forgotten.

Some wheels bring libraries whose tables their makers have moved; `strip` moves those once more, and they load no
longer. So its work is kept only where all that the loader maps is the same afterwards; else the symbols are blanked
where they lie.
"""

import hashlib
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

#: Numbers of the format, by their names in /usr/include/elf.h.
PT_LOAD, PT_DYNAMIC, PT_TLS = 1, 2, 7
SHT_SYMTAB, SHT_NOBITS = 2, 8
DT_NULL, DT_STRTAB, DT_RPATH, DT_RUNPATH = 0, 5, 15, 29


class Segment(NamedTuple):
    """A part of a file as the loader sees it."""

    kind: int
    flags: int
    offset: int
    address: int
    physical: int
    size: int
    size_in_memory: int
    alignment: int


class Section(NamedTuple):
    """A part of a file as linkers and debuggers see it."""

    name: int
    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int


class Elf:
    """A program or library for 64 bits, little end first, as bytes that can be changed."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        begin, self._sections_at = struct.unpack_from("<QQ", data, 32)
        size, count, self._section_size, sections, self._names = struct.unpack_from("<5H", data, 54)
        self._segment_table = slice(begin, begin + count * size)
        places = range(begin, begin + count * size, size)
        self.segments = [Segment._make(struct.unpack_from("<IIQQQQQQ", data, place)) for place in places]
        places = (self._sections_at + number * self._section_size for number in range(sections))
        self.sections = [Section._make(struct.unpack_from("<IIQQQQI", data, place)) for place in places]

    def symbols(self) -> set[int]:
        """Number the sections that only a debugger reads: symbols, their names, and what is called `.debug`."""
        tables = {number for number, part in enumerate(self.sections) if part.kind == SHT_SYMTAB}
        # Where the names of the sections themselves lie among them, they stay.
        found = tables | {self.sections[number].link for number in tables} - {self._names}
        found |= {number for number, part in enumerate(self.sections) if self._is_debug(part)}
        return {number for number in found if self._is_beside(self.sections[number])}

    def _is_debug(self, part: Section) -> bool:
        return self.data.startswith((b".debug", b".zdebug"), self.sections[self._names].offset + part.name)

    def _is_beside(self, part: Section) -> bool:
        """Whether a section's bytes are in the file, and the loader maps none of them."""
        loaded = (segment for segment in self.segments if segment.kind == PT_LOAD)
        end = part.offset + part.size
        return part.kind != SHT_NOBITS and not any(s.offset < end and part.offset < s.offset + s.size for s in loaded)

    def blank(self, number: int) -> None:
        """Leave nothing of a section but zeros, which take no room in a package; all else stays where it is."""
        part, place = self.sections[number], self._sections_at + number * self._section_size
        self.data[part.offset : part.offset + part.size] = bytes(part.size)
        self.data[place : place + self._section_size] = bytes(self._section_size)

    def mapped(self) -> list[tuple]:
        """Tell what the loader maps and how; where that lies in the file, and what sections there are, is no part."""
        plain = bytearray(self.data)
        # The header's words about sections, and the segments' places: the segments are told by themselves.
        for told in (slice(40, 48), slice(58, 64), self._segment_table):
            plain[told] = bytes(told.stop - told.start)
        told = []
        for part in self.segments:
            inside = memoryview(plain)[part.offset : part.offset + part.size] if part.kind == PT_LOAD else b""
            step = max(part.alignment, 1)
            # What belongs to one thread is rounded up by the loader; `strip` takes the rounding out.
            room = -(-part.size_in_memory // step) * step if part.kind == PT_TLS else part.size_in_memory
            seen = part._replace(offset=0, size_in_memory=room)
            told.append((seen, (part.address - part.offset) % step, hashlib.sha256(inside).digest()))
        return told

    def search_paths(self) -> list[str]:
        """Where the loader looks for the libraries that this one needs, before it looks where the system has them."""
        return [self._text(value) for tag, value in self._dynamic() if tag in (DT_RPATH, DT_RUNPATH)]

    def forget_search_paths(self) -> None:
        """Take these places out."""
        kept = [entry for entry in self._dynamic() if entry[0] not in (DT_RPATH, DT_RUNPATH)]
        table = b"".join(struct.pack("<QQ", *entry) for entry in kept)
        for part in self.segments:
            if part.kind == PT_DYNAMIC:
                self.data[part.offset : part.offset + part.size] = table.ljust(part.size, b"\0")

    def _dynamic(self) -> Iterator[tuple[int, int]]:
        for part in self.segments:
            if part.kind == PT_DYNAMIC:
                for tag, value in struct.iter_unpack("<QQ", self.data[part.offset : part.offset + part.size]):
                    if tag == DT_NULL:
                        return
                    yield tag, value

    def _text(self, place: int) -> str:
        address = place + next(value for tag, value in self._dynamic() if tag == DT_STRTAB)
        (part,) = (s for s in self.segments if s.kind == PT_LOAD and 0 <= address - s.address < s.size)
        begin = address - part.address + part.offset
        return self.data[begin : self.data.index(0, begin)].decode()


def strip(path: Path) -> None:
    """Take out of a program or library what only a debugger reads; nothing that is loaded changes."""
    before = Elf(path.read_bytes())
    if not (symbols := before.symbols()):
        return
    with tempfile.TemporaryDirectory(prefix="strip") as folder:
        draft = Path(folder) / path.name
        done = subprocess.run(
            ["strip", "--strip-unneeded", "-o", str(draft), str(path)], capture_output=True, check=False
        )
        after = draft.read_bytes() if done.returncode == 0 else b""
    if not after or Elf(after).mapped() != before.mapped():
        for number in symbols:
            before.blank(number)
        after = bytes(before.data)
    path.write_bytes(after)


def forget_where_made(path: Path) -> None:
    """Take out of a program or library the folders where it looked for others on the machine that it was made on.

    What it finds beside itself (`$ORIGIN`) it goes on finding.
    """
    library = Elf(path.read_bytes())
    folders = [folder for line in library.search_paths() for folder in line.split(":")]
    if away := [folder for folder in folders if not folder.startswith(("$ORIGIN", "${ORIGIN}"))]:
        if away != folders:
            raise SystemExit(
                f"{path.name} looks for libraries beside itself and in {away[0]}: it must be made otherwise"
            )
        library.forget_search_paths()
        path.write_bytes(bytes(library.data))
