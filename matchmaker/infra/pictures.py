"""Pictures: looked at before they are decoded, decoded one at a time, and made anew as WebP without what cameras write into them."""

import io
import struct
import threading
from dataclasses import dataclass
from typing import Any

from ..errors import N_, Invalid

MOST_BYTES = 8 * 2**20
MOST_PIXELS = 40_000_000
LONGEST, THUMB = 1600, 400
NO_PICTURE = N_("This is not a picture that we can read. Use JPEG, PNG or WebP.")
_one_at_a_time = threading.Lock()  # 40 megapixels take 160 MB


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture as WebP in two sizes; ``width`` and ``height`` of the larger."""

    full: bytes
    thumb: bytes
    width: int
    height: int


def encode(content: bytes, longest: int = LONGEST) -> Encoded:
    """Return the picture in our own encoding, its longer side at most ``longest`` pixels; raise ``Invalid`` for anything that is no
    JPEG, PNG or WebP within bounds."""
    if len(content) > MOST_BYTES:
        raise Invalid(N_("This picture has more than %(count)s MB."), field="picture", count=MOST_BYTES // 2**20)
    kind = kind_of(content)
    if kind is None:
        raise Invalid(NO_PICTURE, field="picture")
    if kind == "WEBP":  # its decoder takes memory for the whole canvas when it is opened
        _check_pixels(*_webp_size(content))
    with _one_at_a_time:
        return _encode(content, kind, longest)


def kind_of(content: bytes) -> str | None:
    """Return JPEG, PNG or WEBP by the first bytes; None for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def _encode(content: bytes, kind: str, longest: int) -> Encoded:
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            _check_pixels(*picture.size)
            picture.draft("RGB", (longest, longest))
            clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            small = picture if picture.mode in ("RGB", "RGBA", "L") else picture.convert("RGBA" if clear else "RGB")
            small.thumbnail((longest, longest))
            small = ImageOps.exif_transpose(small)
            full = small.convert("RGBA" if clear else "RGB")
    except (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, struct.error, EOFError, ArithmeticError,
            Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(NO_PICTURE, field="picture") from error
    thumb = full.copy()
    thumb.thumbnail((THUMB, THUMB))
    return Encoded(_webp(full), _webp(thumb), *full.size)


def _webp(picture: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, "WEBP", quality=82, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return target.getvalue()


def _check_pixels(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise Invalid(N_("This picture has more than %(count)s million pixels."), field="picture", count=MOST_PIXELS // 1_000_000)


def _webp_size(content: bytes) -> tuple[int, int]:
    """Return width and height as the first chunk says; raise ``Invalid`` for none."""
    chunk, body = content[12:16], content[20:34]
    if chunk == b"VP8X" and len(body) >= 10:
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if chunk == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 " and body[3:6] == b"\x9d\x01\x2a" and len(body) >= 10:
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise Invalid(NO_PICTURE, field="picture")
