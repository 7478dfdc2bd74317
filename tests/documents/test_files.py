"""What may lie in a locker: honest files are kept, hostile ones of many kinds are refused in words, and none is ever executed."""

import io
import threading
import time

import pytest
from PIL import Image

from matchmaker.documents import actions, files, queries
from matchmaker.errors import Invalid, NotFound, TooLarge
from matchmaker.infra import storage
from matchmaker.infra.db import commit

from .. import factories
from . import papers

pytestmark = pytest.mark.database
HOSTILE = papers.hostile()


def test_there_are_many_kinds():
    assert len(HOSTILE) >= 45


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_words(app, what):
    name, content = HOSTILE[what]
    began = time.monotonic()
    with app.test_request_context(), pytest.raises(Invalid) as refused:
        files.checked(content, name)
    assert refused.value.field == "file" and len(str(refused.value)) > 10
    assert time.monotonic() - began < 60  # the inspector has ten seconds; the rest is for a busy machine


@pytest.mark.parametrize(("what", "why"), [
    ("JavaScript on opening", "active"), ("a packed script", "active"), ("a packed name", "active"), ("an attachment", "attachments"),
    ("a packed attachment", "attachments"), ("locked", "encrypted"), ("locked for changes", "encrypted"), ("201 pages", "pages"),
    ("a bomb", "damaged")])
def test_the_refusal_says_what_is_wrong(what, why):
    from matchmaker.infra.pdf_files import REFUSALS

    with pytest.raises(Invalid) as refused:
        files.checked(HOSTILE[what][1], "paper.pdf")
    assert refused.value.message == REFUSALS[why]


def test_an_honest_pdf_is_kept_byte_for_byte():
    found = files.checked(papers.pdf(3), "certificate.PDF")
    assert (found.content, found.pages, found.media_type) == (papers.pdf(3), 3, "application/pdf")


def test_a_pdf_with_links_and_an_opening_page_is_honest():
    from pypdf.generic import ArrayObject, NameObject, NumberObject, TextStringObject

    linked = papers.annotated("Link", A=papers.action("URI", URI=TextStringObject("https://example.org")))
    opening = papers.with_object(OpenAction=ArrayObject([NumberObject(0), NameObject("/Fit")]))
    assert files.checked(linked, "a.pdf").pages == files.checked(opening, "a.pdf").pages == 1


def test_a_pdf_of_our_own_typesetter_is_honest():
    typst = pytest.importorskip("typst")
    made = typst.compile(b"= Sample\n#link(\"https://example.org\")[x] /Launch", format="pdf")
    assert files.checked(made, "a.pdf").pages == 1


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("JPEG", "a.JPEG"), ("PNG", "a.png"), ("WEBP", "a.webp")])
def test_a_picture_is_made_anew(kind, name):
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at 31.2, 121.5"
    Image.new("RGB", (3000, 200)).save(target, kind, exif=exif)
    found = files.checked(target.getvalue(), name)
    with Image.open(io.BytesIO(found.content)) as kept:
        assert kept.format == "WEBP" and max(kept.size) == files.LONGEST and not kept.getexif()
    assert b"121.5" not in found.content


def test_too_large_is_413(app):
    with pytest.raises(TooLarge) as refused:
        files.checked(papers.pdf() + b"\0" * files.MOST_BYTES, "a.pdf")
    assert refused.value.status == 413


@pytest.mark.parametrize(("given", "shown"), [
    ("../../etc/passwd", "passwd"), ("C:\\Users\\x\\证书.pdf", "证书.pdf"), ("a\x00b\n.pdf", "ab.pdf"), ("x" * 300, "x" * 200)])
def test_the_uploaders_name_is_only_ever_shown(given, shown):
    assert files.shown_name(given) == shown


def test_a_download_has_a_name_of_ours():
    assert files.safe_name("ORGANIC", 'a/../b"; filename=x\r\n证书', "v1", suffix="pdf") == "ORGANIC-a-b-filename-x-v1.pdf"


@pytest.mark.parametrize("key", ["../../secret_key", "a" * 64 + "/../x", "/etc/passwd", "", "a" * 64 + ".pdf/.."])
def test_no_key_leads_out_of_the_folder(context, key):
    with pytest.raises(NotFound):
        storage.get(key)


def test_equal_files_share_a_place_and_the_last_one_takes_it_along(context):
    actors = [factories.actor(factories.member()) for _ in range(2)]
    made = [actions.add_document(actor, company_id=actor.company_id, fields={"kind": "GACC"}, content=papers.pdf(), file_name="a.pdf")
            for actor in actors]
    commit()
    keys = {document.current.key for document in made}
    assert len(keys) == 1
    actions.remove_document(actors[0], made[0])
    commit()
    assert storage.get(next(iter(keys))) == papers.pdf()
    actions.remove_document(actors[1], queries.own(actors[1], made[1].id))
    commit()
    with pytest.raises(NotFound):
        storage.get(next(iter(keys)))


def test_45_hostile_uploads_leave_the_site_well(app, browse):
    """Through the door, as people come in: no 5xx, the health check answers meanwhile, nothing is kept."""
    user = factories.member()
    browser, watcher, waits, stop = browse(user), app.test_client(), [], threading.Event()

    def watch() -> None:
        while not stop.is_set():
            began = time.monotonic()
            assert watcher.get("/healthz").status_code == 200
            waits.append(time.monotonic() - began)
            stop.wait(0.05)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        statuses = {what: browser.post("/documents/new", data={
            "kind": "ORGANIC", "audience": "named", "file": (io.BytesIO(content), name or "x")}).status_code
            for what, (name, content) in HOSTILE.items()}
    finally:
        stop.set()
        watching.join()
    assert set(statuses.values()) == {422}
    assert waits and max(waits) < 10  # nobody waits for a file that is looked through
    assert queries.count(factories.actor(user).company_id) == 0
    answer = browser.post("/documents/new", data={"kind": "ORGANIC", "file": (io.BytesIO(papers.pdf()), "a.pdf")})
    assert answer.status_code == 302 and queries.count(factories.actor(user).company_id) == 1


def test_all_that_is_wrong_is_said_at_once_and_a_good_file_is_asked_for_again(browse):
    browser = browse(factories.member())
    text = browser.post("/documents/new", data={"expires_on": "2026-13-01"}).text
    assert "3 things to correct" in text and "Choose a file." in text and "Please choose" in text and "is not a day" in text
    text = browser.post("/documents/new", data={"file": (io.BytesIO(papers.pdf()), "a.pdf")}).text
    assert "One thing to correct" in text and "Choose the file once more" in text


def test_a_file_over_the_limit_is_413_on_the_page(browse):
    browser = browse(factories.member())
    head = (b'--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\nORGANIC\r\n'
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n')
    body = head + papers.pdf() + b"\0" * files.MOST_BYTES + b"\r\n--b--\r\n"
    answer = browser.post("/documents/new", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413 and "10" in answer.text
