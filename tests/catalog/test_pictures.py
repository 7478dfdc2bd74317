"""Pictures: hostile files are refused in words, good ones are made anew and served as nothing but pictures."""

import io
import struct
import zlib

import pytest
from PIL import Image

from matchmaker.catalog import actions
from matchmaker.errors import Invalid, NotFound
from matchmaker.infra import pictures, storage
from matchmaker.infra.db import commit, db

from .. import factories
from .test_products import world  # noqa: F401

pytestmark = pytest.mark.database


def picture(kind="JPEG", size=(640, 480), mode="RGB", **more) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 0).save(target, kind, **more)
    return target.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """Return a PNG whose header promises more than it has."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


HOSTILE = {
    "empty": b"",
    "text": b"<svg onload=alert(1)>",
    "html in a jpeg name": b"<html><script>alert(1)</script>",
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "half a jpeg": picture()[:200],
    "half a png": picture("PNG")[:60],
    "only magic": b"\xff\xd8\xff",
    "png header": b"\x89PNG\r\n\x1a\n",
    "webp header": b"RIFF\x00\x00\x00\x00WEBP",
    "huge png": huge_png(100_000, 100_000),
    "41 megapixels": huge_png(8200, 5001),
    "huge webp": b"RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\xff\x3f\x00" * 2 + b"\x00" * 8,
    "pdf": b"%PDF-1.7",
    "too many bytes": picture() + b"\0" * (8 * 2**20),
    "zip": b"PK\x03\x04" + b"\0" * 50,
    "a script behind jpeg magic": b"\xff\xd8\xff<script>alert(1)</script>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(name):
    with pytest.raises(Invalid) as refused:
        pictures.encode(HOSTILE[name])
    assert str(refused.value)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("WEBP", "RGB"), ("PNG", "LA")],
)
def test_good_pictures_become_webp_in_two_sizes(kind, mode):
    found = pictures.encode(picture(kind, (2000, 1000), mode))
    full, thumb = Image.open(io.BytesIO(found.full)), Image.open(io.BytesIO(found.thumb))
    assert (full.format, full.size, thumb.size) == ("WEBP", (1600, 800), (400, 200)) and (found.width, found.height) == (1600, 800)


def test_nothing_that_a_camera_wrote_is_kept_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "canary camera"
    found = pictures.encode(picture(size=(300, 200), exif=exif))
    assert (found.width, found.height) == (200, 300) and b"canary" not in found.full and b"EXIF" not in found.full


def test_up_to_six_are_kept_and_a_file_goes_with_its_last_picture(world):  # noqa: F811
    product = factories.ProductFactory(company=world.company)
    for _n in range(6):
        actions.add_picture(world.actor, product, content=picture())
    with pytest.raises(Invalid):
        actions.add_picture(world.actor, product, content=picture())
    key = product.pictures[0].key
    for found in list(product.pictures):
        assert storage.get(key)
        actions.remove_picture(world.actor, product, picture_id=found.id)
        commit()
    with pytest.raises(NotFound):
        storage.get(key)


def test_a_picture_is_served_as_nothing_else_and_only_to_who_reads_the_product(world, browse):  # noqa: F811
    product = factories.ProductFactory(company=world.company)
    factories.show(product, world.expo)
    commit()
    browser = browse(world.owner)
    assert browser.post(f"/products/{product.id}/pictures", data={"picture": (io.BytesIO(picture()), "evil.html")}).status_code == 302
    db.session.expire_all()
    ident = product.pictures[0].id
    address = f"/e/{world.expo.slug}/products/{product.id}/pictures/{ident}"
    for answer in (browse(factories.member(world.buyer)).get(address), browser.get(f"/products/{product.id}/pictures/{ident}?size=thumb")):
        assert (answer.status_code, answer.mimetype, answer.headers["Content-Disposition"]) == (200, "image/webp", "inline")
        assert "sandbox" in answer.headers["Content-Security-Policy"] and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert browse(factories.member(world.far_buyer)).get(address).status_code == 404
    assert browse(factories.member(world.buyer)).get(f"/products/{product.id}/pictures/{ident}").status_code == 404
    assert "pictures/" in browse(factories.member(world.buyer)).get(f"/e/{world.expo.slug}/products/{product.id}").text
    assert browser.post(f"/products/{product.id}/pictures/{ident}/remove").status_code == 302


@pytest.mark.parametrize("content", [b"not a picture", HOSTILE["huge png"], b""])
def test_a_refused_picture_answers_422_with_words(world, browse, content):  # noqa: F811
    product = factories.ProductFactory(company=world.company)
    commit()
    answer = browse(world.owner).post(f"/products/{product.id}/pictures", data={"picture": (io.BytesIO(content), "x.jpg")})
    assert answer.status_code == 422 and "field-errors" in answer.text
