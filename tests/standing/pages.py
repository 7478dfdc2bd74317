"""A page as a tree, and what is wrong with the facts it shows.

The world of these tests puts a number behind every text of every rule ("[#17]"), so that a page tells by itself from which rule each
of its words comes. Beside the words of a doubtful rule (one that nobody verified) there must stand a mark: an element with
``data-standing``, or "(not verified)" in words. Beside means in the same entry: the line, cell, pair, note or head that the words belong
to. Two things are no facts of ours: what a form offers to choose from, and what stands in an element with ``data-stated``, the words
in which a company says what it has or asks for.
"""

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pypdf import PdfReader
from python_calamine import CalamineWorkbook

TAG = re.compile(r"\[#(\d+)\]")
IN_WORDS = ("not verified", "未核实")
MARKS = ("unverified", "sample", "assumed")
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
UNSEEN = frozenset({"head", "script", "style", "template"})
ENTRIES = frozenset({"li", "tr", "td", "label", "legend", "section", "article", "main"})
FRAMES = frozenset({"pagehead", "head", "note", "panel", "landed-brief"})


@dataclass(eq=False)
class Node:
    """An element or, without a name, a text."""

    name: str
    attrs: dict[str, str]
    parent: "Node | None"
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def above(self) -> Iterator["Node"]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def words(self) -> str:
        return " ".join(node.text for node in self.walk() if node.text)

    def has(self, *names: str) -> bool:
        return not {*self.attrs.get("class", "").split()}.isdisjoint(names)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Node("", {}, None)

    def handle_starttag(self, name, attrs):
        node = Node(name, {key: value or "" for key, value in attrs}, self.here)
        self.here.children.append(node)
        if name not in VOID:
            self.here = node

    def handle_endtag(self, name):
        for node in (self.here, *self.here.above()):
            if node.name == name:
                self.here = node.parent or self.root
                return

    def handle_data(self, data):
        self.here.children.append(Node("", {}, self.here, " ".join(data.split())))


def read(html: str) -> Node:
    """Return the root of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.root


NOTHING = read("")


def numbers(text: str) -> set[int]:
    """Return the numbers of the rules whose words a text says."""
    return set(map(int, TAG.findall(text)))


def facts(page: Node) -> list[tuple[Node, set[int]]]:
    """Return the texts of a page that say what rules say, with the numbers of those."""
    return [(text, numbers(text.text)) for text in page.walk() if "[#" in text.text and not _is_no_fact(text)]


def unmarked(page: Node, doubtful: Collection[int]) -> list[str]:
    """Return the words of doubtful rules that stand on a page without a mark beside them, each with where it stands."""
    return [f"{text.text[:140]} @ {' < '.join(_named(node) for node in list(text.above())[:4])}"
            for text, said in facts(page) if not said.isdisjoint(doubtful) and not is_marked(entry(text))]


def unmarked_in_file(content: bytes, mimetype: str, doubtful: Collection[int]) -> list[str]:
    """Return the names of doubtful rules in a file behind which neither "(not verified)" nor "(sample)" follows.

    A PDF breaks lines anywhere, so that spaces say nothing.
    """
    words = "|".join(word.replace(" ", "") for word in (*IN_WORDS, "sample", "示例"))
    behind = re.compile(rf"\[#(\d+)\](?![(（](?:{words}))")
    said = ("".join(text.split()) for text in texts(content, mimetype))
    return [text[max(0, match.start() - 60):match.end() + 30] for text in said for match in behind.finditer(text)
            if int(match[1]) in doubtful]


def texts(content: bytes, mimetype: str) -> Iterator[str]:
    """Yield what a file says: cells of a workbook, pages of a PDF, parts of an archive, or its text."""
    if mimetype == "application/pdf":
        yield from (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif mimetype.endswith("sheet"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        yield from (str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row)
    elif mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    else:
        yield content.decode("utf-8", "replace")


def entry(text: Node) -> Node:
    """Return the entry to which a text belongs. Lists of plain lines belong to what stands above them."""
    for node in text.above():
        if "data-entry" in node.attrs or node.has(*FRAMES) or _is_pair(node):
            return node
        if node.name in ENTRIES and not (node.name == "li" and node.parent and node.parent.has("facts-list", "lines")):
            return node
    return text


def is_marked(found: Node) -> bool:
    """Tell whether an entry says that something in it is not verified, assumed or a sample."""
    said = found.words().casefold()
    return any(word in said for word in IN_WORDS) or any(node.attrs.get("data-standing") in MARKS for node in found.walk())


def frame(text: Node) -> Node:
    """Return the panel or card that a text stands in, else the page."""
    return next((node for node in text.above() if node.has("panel", "card") or node.name == "main"), text)


def without_marks(html: str) -> str:
    """Return a page as it would be if it forgot its marks."""
    for name in MARKS:
        html = html.replace(f'data-standing="{name}"', "")
    for word in IN_WORDS:
        html = re.sub(re.escape(word), "", html, flags=re.IGNORECASE)
    return html


def _is_no_fact(text: Node) -> bool:
    return any(node.name in UNSEEN or node.name == "option" or node.has("choice", "crumbs") or "data-stated" in node.attrs
               for node in text.above())


def _is_pair(node: Node) -> bool:
    return node.name == "div" and node.parent is not None and node.parent.name == "dl"


def _named(node: Node) -> str:
    return ".".join([node.name, *node.attrs.get("class", "").split()])
