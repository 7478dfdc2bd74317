"""The upload of an official nomenclature."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, StringField
from wtforms.validators import Length, Optional

from ..web.forms import Form, required


class LoadForm(Form):
    file = FileField(
        _l("List"), [FileRequired(_l("Choose a file."))],
        description=_l("CSV or xlsx, up to 25,000 rows: a column of codes, and descriptions in English, Chinese or both."))
    edition = StringField(
        _l("Name of the edition"), [required(), Length(max=80)],
        description=_l("How people here call it, like “Tariff 2026”."))
    source = StringField(_l("Source"), [Length(max=200)], description=_l("The office that publishes it. Empty: the name of the file."))
    valid_from = DateField(_l("Valid from"), [Optional()])
