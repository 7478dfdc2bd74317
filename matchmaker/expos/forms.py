"""Forms of the expo pages. Choices that depend on the edition are set by the views."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms import Form as PlainForm
from wtforms.validators import Length, NumberRange, Optional

from ..accounts.rules import normal_email
from ..i18n import is_chinese
from ..trade.expos import expo_series
from ..web.forms import Form, chosen, obeys, required
from .rules import MAX_SLOT, MIN_SLOT, Part, check_slug, check_zone

NONE = 0  # of a choice that need not be made


def or_none(value: str | int | None) -> int | None:
    """Return the number of a choice; None for the empty one."""
    return int(value) if value not in (None, "", "None") and int(value) != NONE else None


class Choice(SelectField):
    """A choice of a row by its id; the first choice is 'none'."""

    def __init__(self, label: object, validators: list | None = None, **kwargs: object):
        super().__init__(label, validators, coerce=or_none, **kwargs)

    def offer(self, rows: list[tuple[int, str]], none: object) -> None:
        """Set the choices: none first, then ``rows``."""
        self.choices = [(NONE, none), *rows]

    def pre_validate(self, form: PlainForm) -> None:
        """Refuse what was not offered."""
        if self.data is not None and self.data not in {ident for ident, _label in self.choices}:
            raise ValidationError(_("Please choose."))


class DatesForm(Form):
    slug = StringField(
        _l("Address"), [required(), Length(max=40), obeys(check_slug)], description=_l("The end of its web address, like ciie-2026."))
    starts_on = DateField(_l("First day"), [required()])
    ends_on = DateField(_l("Last day"), [required()])


class CreateForm(DatesForm):
    series = SelectField(_l("Expo"), [chosen()])

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.series.choices = [(expo.code, expo.name.label("zh" if is_chinese() else "en")) for expo in expo_series()]


class ExpoForm(Form):
    name_en = StringField(_l("Name in English"), [required(), Length(max=200)])
    name_zh = StringField(_l("Name in Chinese"), [required(), Length(max=200)])
    starts_on = DateField(_l("First day"), [required()])
    ends_on = DateField(_l("Last day"), [required()])
    dates_confirmed = BooleanField(_l("The dates are confirmed"))
    tz = StringField(
        _l("Time zone"), [required(), Length(max=40), obeys(check_zone)], description=_l("Hours of days and slots are those of this zone."))
    venue_en = StringField(_l("Venue in English"), [Length(max=200)])
    venue_zh = StringField(_l("Venue in Chinese"), [Length(max=200)])
    is_open = BooleanField(_l("Companies may apply"))
    request_days = IntegerField(_l("A request expires after"), [chosen(), NumberRange(1, 60)])
    request_quota = IntegerField(_l("Open requests of a company"), [chosen(), NumberRange(1, 500)])
    max_meetings = IntegerField(_l("Meetings of a company"), [chosen(), NumberRange(1, 200)])
    walk_slots = IntegerField(_l("Free slots between two halls"), [chosen(), NumberRange(0, 8)])
    version = HiddenField()


class NamedForm(Form):
    code = StringField(_l("Code"), [required(), Length(max=12)])
    name_en = StringField(_l("Name in English"), [Length(max=120)])
    name_zh = StringField(_l("Name in Chinese"), [Length(max=120)])


class TablesForm(Form):
    hall = Choice(_l("Hall"), [chosen()])
    labels = StringField(_l("Tables"), [required(), Length(max=500)], description=_l("One or many at once, like A01-A12, B1, B2."))


class PartForm(PlainForm):
    start = TimeField(_l("From"), [Optional()])
    end = TimeField(_l("Until"), [Optional()])
    minutes = IntegerField(_l("Minutes a slot"), [Optional(), NumberRange(MIN_SLOT, MAX_SLOT)], default=30)


class DaysForm(Form):
    days = SelectMultipleField(_l("Days"), [required(_l("Choose at least one day."))])
    parts = FieldList(FormField(PartForm), min_entries=4, max_entries=8)
    confirmed = HiddenField()
    version = HiddenField()

    def chosen_parts(self) -> list[Part]:
        """Return the parts that are filled in."""
        return [Part(row.start.data, row.end.data, row.minutes.data or 30) for row in self.parts if row.start.data and row.end.data]

    def validate_parts(self, field: FieldList) -> None:
        """Refuse half a part: a begin without an end."""
        if any((row.start.data is None) != (row.end.data is None) for row in field):
            raise ValidationError(_("Give each part a begin and an end."))


class InterpreterForm(Form):
    name = StringField(_l("Name"), [required(), Length(max=120)])
    languages = SelectMultipleField(_l("Languages beside Chinese"), [chosen()], validate_choice=False)
    phone = StringField(_l("Phone"), [Length(max=40)])
    email = EmailField(_l("Account (e-mail address)"), [Length(max=320), obeys(normal_email)])


class StaffForm(Form):
    email = EmailField(_l("Account (e-mail address)"), [required(), Length(max=320), obeys(normal_email)])
    role = SelectField(_l("Role"), [chosen()])


class ApplyForm(Form):
    section = Choice(_l("Section"))
    booth_wish = StringField(_l("Wish for the booth"), [Length(max=200)])
    note = TextAreaField(_l("Note to the organizer"), [Length(max=500)])


class PlaceForm(Form):
    section = Choice(_l("Section"))
    hall = Choice(_l("Hall"))
    booth = StringField(_l("Booth"), [Length(max=20)])
    meets_at_booth = BooleanField(_l("Meets at its booth instead of a table"))
    max_meetings = IntegerField(_l("Most meetings"), [Optional(), NumberRange(0, 200)])
    version = HiddenField()


class DeclineForm(Form):
    reason = TextAreaField(_l("Reason"), [required(_l("Give a reason: the company reads it and can mend it.")), Length(max=500)])
    version = HiddenField()


def posted_version(form: Form) -> int | None:
    """Return the version that the reader had on screen."""
    text = form.version.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def posted_rows(data: MultiDict, idents: list[int]) -> list[tuple[int, str, str, int]]:
    """Return (id, English name, Chinese name, place) of the rows ``idents`` as posted; a place that is no number comes last."""
    rows = []
    for ident in idents:
        place = data.get(f"place-{ident}", "")
        number = int(place) if place.isascii() and place.isdigit() and len(place) < 4 else 999
        rows.append((ident, data.get(f"en-{ident}", "").strip()[:120], data.get(f"zh-{ident}", "").strip()[:120], number))
    return rows
