"""The form of a bundle."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from ..documents.forms import ShareForm
from ..sheets.forms import Picks


class BundleForm(ShareForm):
    """Which documents, for whom, until when."""

    title = StringField(_l("Title"), description=_l("What it is for: the meeting, the order, the sample."))
    note = TextAreaField(_l("Note"), description=_l("A word to read first."))
    documents = Picks(_l("Documents"))
