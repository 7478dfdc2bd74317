"""What one asks of a landed cost: a form that is sent by GET, so that a figure has an address."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from ..catalog.models import Product
from ..errors import Invalid
from ..i18n import day, lang, number, territory
from ..reference.queries import mode_name
from ..sheets import rules as sheet
from ..trade import codes
from ..trade.bills import GENERAL_TRADE, RETAIL_ROADS, Inquiry
from ..trade.expos import series
from ..trade.measures import measures
from ..trade.places import country_codes
from ..trade.roads import import_roads
from ..web.forms import Form

WAYS = (("", _l("Usual for the origin")), ("sea", _l("By sea")), ("air", _l("By air")), ("land", _l("By rail or road")))
MOST, MOST_ITEMS = Decimal(10**9), 1000
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


class Amount(StringField):
    """A number as people write it (1,250.50 or 12万), above nothing; it may stay empty, or say 0 where ``zero`` lets it."""

    def __init__(self, label: Any = None, *, zero: bool = True, most: Decimal = MOST, whole: bool = False, **kwargs: Any):
        super().__init__(label, **kwargs)
        self.zero, self.most, self.whole = zero, most, whole

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = None  # what was typed stays in ``raw_data``, for the page that says what is wrong with it
            self.data = self._read(str(valuelist[0]).strip())

    def _read(self, text: str) -> Decimal | None:
        if self.zero and text == "0":
            return Decimal(0)
        try:
            found = sheet.amount(text)
        except Invalid as problem:
            raise ValueError(str(problem)) from problem
        if found is not None and found > self.most:
            raise ValueError(gettext("Give a number up to %(most)s.", most=number(self.most)))
        if self.whole and found is not None and found != int(found):
            raise ValueError(gettext("Give a whole number."))
        return found

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "" if self.data is None else f"{self.data:f}"


def near(_form: Form, field: Field) -> None:
    """Refuse a day that no rule of ours can speak of."""
    if field.data is not None and not FIRST <= field.data <= LAST:
        raise ValidationError(gettext("Choose a day from %(first)s to %(last)s.", first=day(FIRST), last=day(LAST)))


class CostForm(Form):
    """The way, the quantity and the day; what the card does not say."""

    class Meta(Form.Meta):
        csrf = False  # it changes nothing

    road = SelectField(_l("Road"))
    quantity = Amount(_l("Quantity"), zero=False)
    on = DateField(_l("Day of import"), [Optional(), near])
    origin = SelectField(_l("Origin"))
    way = SelectField(_l("Carriage"), choices=[SelectChoice(*pair) for pair in WAYS])
    freight = Amount(_l("Freight to the port of entry, all"))
    insurance = Amount(_l("Insurance, all"))
    kg = Amount(_l("Net weight of one unit"))
    litre = Amount(_l("Volume of one unit"))
    in_quota = BooleanField(_l("The importer holds a quota certificate"))
    exhibit = SelectField(_l("Sold as an exhibit during"))
    hainan = BooleanField(_l("Enters the Hainan Free Trade Port"))
    retail_price = Amount(_l("Consumer's price of one unit, yuan"))
    order_items = Amount(_l("Units in one order"), zero=False, most=Decimal(MOST_ITEMS), whole=True)
    spent = Amount(_l("Spent by the consumer this year, yuan"))

    @classmethod
    def of(cls, defaults: dict[str, Any], expos: list[str]) -> "CostForm":
        """Return the form with what the address says; what it leaves out is as in ``defaults`` (any part makes a good address).

        ``expos`` are the series with a relief for exhibits.
        """
        said = {"way": "", "exhibit": "", **{name: str(value) for name, value in defaults.items()}}
        form = cls(formdata=MultiDict({**said, **request.args.to_dict()}))
        form.road.choices = [SelectChoice(code, f"{code} {mode_name(code)}") for code in import_roads()]
        pairs = sorted(((code, territory(code)) for code in country_codes()), key=lambda pair: pair[1])
        form.origin.choices = [SelectChoice("", "—"), *(SelectChoice(*pair) for pair in pairs)]
        names = [SelectChoice(code, series(code).short.label(lang())) for code in expos]
        form.exhibit.choices = [SelectChoice("", _l("not sold there")), *names]
        return form

    def over(self, asked: Inquiry, product: Product) -> Inquiry:
        """Return the inquiry with what the form says; what is refused stays as it was."""
        right = {name: field.data for name, field in self._fields.items() if not field.errors and field.data not in (None, "")}
        road, origin = right.get("road", GENERAL_TRADE), asked.origin if self.origin.errors else self.origin.data
        retail = {name: right[name] for name in ("retail_price", "order_items", "spent") if name in right} if road in RETAIL_ROADS else {}
        held = measures(product.price_unit, right.get("kg"), right.get("litre"))
        return Inquiry(
            asked.code, origin, right.get("on", asked.on), asked.price,
            asked.currency, asked.incoterm, right.get("quantity", asked.quantity), asked.price_high, road, right.get("way", ""),
            right.get("freight"), right.get("insurance"), held, bool(right.get("in_quota")), right.get("exhibit", ""),
            "HAINAN_FTP" if right.get("hainan") else "", **retail)


def unit_name(product: Product) -> str:
    """Return the name of the product's priced unit."""
    return codes.unit_label(product.price_unit, 1, lang()) if product.price_unit else ""


def consignment(quantity: Decimal, product: Product) -> str:
    """Return "300 cartons", or "300 units" where the card names no unit."""
    if not product.price_unit:
        return ngettext("%(shown)s unit", "%(shown)s units", float(quantity), shown=number(quantity))
    return f"{number(quantity)} {codes.unit_label(product.price_unit, quantity, lang())}"
