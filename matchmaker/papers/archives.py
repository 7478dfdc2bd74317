"""A ZIP that is sent while it is made: one file in memory at a time, however many there are."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator


class _Pipe(io.RawIOBase):
    """What the archive writes to; it cannot go back."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._waiting += data
        return len(data)

    def drain(self) -> bytes:
        """Return what was written since the last time."""
        ready, self._waiting = bytes(self._waiting), bytearray()
        return ready


def zipped(files: Iterable[tuple[str, Callable[[], bytes]]]) -> Iterator[bytes]:
    """Yield a ZIP of (name, what loads its content), piece by piece. PDFs and pictures are packed already: they are stored."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, load in files:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), load())
            yield pipe.drain()
    yield pipe.drain()
