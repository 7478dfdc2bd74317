"""Papers in the lockers of the demo: PDFs made here, plainly samples, put in and shared by the verbs."""

from datetime import date, timedelta

import sqlalchemy as sa

from ..catalog.models import Product, ProductCertificate
from ..documents import actions, consented, consents, kinds
from ..documents.models import Document
from ..errors import Invalid
from ..infra import pdf
from ..infra.db import db
from ..meetings.models import Meeting
from ..meetings.states import AGREED
from ..papers import actions as papers
from .console import Say
from .world import START, World, go_to

MOST = 14  # a PDF takes half a second to make and to look through
FIRST = ("CL", "FR", "AU")  # origins whose papers come first: cherries, wine
SOON = START.date() + timedelta(days=19)  # the last day of the first paper
AUDIENCES = ("matched", "named", "accepted", "matched", "us")
LASTS = timedelta(days=540)


def put_in(world: World, say: Say) -> None:
    """Let some exhibitors put in the certificates that their cards name; the first ends soon."""
    go_to("2026-10-16 16:40")
    rows = db.session.execute(
        sa.select(ProductCertificate, Product).join(Product).where(ProductCertificate.number != "", ProductCertificate.issuer != "")
        .order_by(sa.case({origin: place for place, origin in enumerate(FIRST)}, value=Product.origin, else_=9), ProductCertificate.id)
        .limit(MOST)).all()
    kept = 0
    for place, row in enumerate(rows):
        kept += _put(world, row.ProductCertificate, row.Product, AUDIENCES[place % len(AUDIENCES)], SOON if place == 0 else None)
    say(f"{kept} papers in lockers")


def share(world: World, say: Say) -> None:
    """Let each locker show its first paper to a buyer that it agreed to meet, the first one as a bundle; and a buyer ask for one."""
    go_to("2026-11-03 15:10")
    shown = 0
    for document in db.session.scalars(sa.select(Document).where(Document.audience != "us").order_by(Document.id)).all():
        owner = world.owner(document.company_id)
        meeting = db.session.scalar(sa.select(Meeting).where(
            Meeting.exhibitor_id == document.company_id, Meeting.state.in_([str(state) for state in AGREED]),
            Meeting.buyer_id.in_(list(consented.partners(document.company_id)))).order_by(Meeting.id).limit(1))
        if meeting is None:
            continue
        if shown == 0:
            papers.make_bundle(owner, owner_id=document.company_id, company_id=meeting.buyer_id, documents=[document], meeting=meeting,
                               title="Papers for our meeting")
            consents.ask(world.owner(meeting.buyer_id), owner_id=document.company_id, kind="CERTIFICATE_OF_ORIGIN",
                         note="海关需要原产地证书。")
        else:
            consents.share(owner, owner_id=document.company_id, company_id=meeting.buyer_id, document=document)
        shown += 1
    say(f"{shown} of them shown to buyers")


def _put(world: World, certificate: ProductCertificate, product: Product, audience: str, last: date | None) -> bool:
    """Put the paper of one certificate in; without the packages that make PDFs there is none."""
    issued = START.date() - timedelta(days=200)
    ends = last or certificate.expires_on or issued + LASTS
    rows = [("Number 编号", certificate.number), ("Issuer 签发机构", certificate.issuer), ("Holder 持有人", product.company.name),
            ("Product 产品", product.title), ("Issued 签发日期", issued.isoformat()), ("Valid until 有效期至", ends.isoformat())]
    title = f"{kinds.label(certificate.kind, 'en')} {kinds.label(certificate.kind, 'zh')}"
    try:
        content = pdf.make("sample_document", {"title": title, "issuer": certificate.issuer, "rows": rows}, made_at=START)
    except Invalid:
        return False
    actions.add_document(
        world.owner(product.company_id), company_id=product.company_id, product_id=product.id, content=content, file_name="sample.pdf",
        fields={"kind": certificate.kind, "number": certificate.number, "issuer": certificate.issuer, "issued_on": issued,
                "expires_on": ends, "lang": "en", "audience": audience})
    return True
