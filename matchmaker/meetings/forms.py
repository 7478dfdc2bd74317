"""Forms of the meeting pages."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from ..web.forms import Form, chosen, required
from .rules import AGAIN, DECLINE_REASONS, MESSAGE_LIMIT, RATINGS, REASON_LIMIT, RESULTS


def _choices(words: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(code, _l(text)) for code, text in words.items()]


class AskForm(Form):
    """``own`` is the asker's own sheet: a buyer's demand or an exhibitor's product."""

    own = SelectField(_l("Your own sheet"), [Optional()], validate_choice=True)
    message = TextAreaField(_l("Message"), [Length(max=MESSAGE_LIMIT)])


class DeclineForm(Form):
    reason = RadioField(_l("Why not"), [chosen(_l("Please choose a reason."))], choices=_choices(DECLINE_REASONS))
    note = TextAreaField(_l("A word for the other side"), [Length(max=REASON_LIMIT)])


class CancelForm(Form):
    reason = TextAreaField(_l("Why"), [required(_l("Please say why; the other side will read it.")), Length(max=REASON_LIMIT)])


class OutcomeForm(Form):
    """Each of the first two is saved by its own tap; what a tap does not say stays as it was."""

    result = RadioField(_l("What did you agree?"), [Optional()], choices=_choices(RESULTS), validate_choice=False)
    again = RadioField(_l("Meet again?"), [Optional()], choices=_choices(AGAIN), validate_choice=False)
    rating = RadioField(_l("How good was the meeting?"), [Optional()], choices=[SelectChoice(str(n), n * "★") for n in RATINGS],
                        validate_choice=False)
    note = TextAreaField(_l("A note for your own side"), [Length(max=1000)])
