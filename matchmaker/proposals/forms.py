"""Forms of proposals."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from ..web.forms import Form, required
from .rules import REASON_LIMIT


class AnswerForm(Form):
    """A figure of one's own."""

    figure = StringField(_l("Your figure"), [required()])


class RefuseForm(Form):
    """No, with a word if one wants."""

    reason = TextAreaField(_l("A word to the other side"), render_kw={"maxlength": REASON_LIMIT, "rows": 2})
