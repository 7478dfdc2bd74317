"""What one asks of a landed cost: a form that is sent by GET, so that a figure has an address."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, DecimalField, Field, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from ..catalog.models import Product
from ..i18n import day, lang, territory
from ..reference.queries import mode_name
from ..trade import codes
from ..trade.bills import GENERAL_TRADE, RETAIL_ROADS, Inquiry
from ..trade.expos import series
from ..trade.measures import measures
from ..trade.places import country_codes
from ..trade.roads import import_roads
from ..web.forms import Form

WAYS = (("", _l("Usual for the origin")), ("sea", _l("By sea")), ("air", _l("By air")), ("land", _l("By rail or road")))
MOST = Decimal(10**9)
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


def amount(label: Any, least: Decimal = Decimal(0)) -> DecimalField:
    """Return a field for a number that may stay empty."""
    return DecimalField(label, [Optional(), NumberRange(least, MOST)], places=None)


def near(_form: Form, field: Field) -> None:
    """Refuse a day that no rule of ours can speak of."""
    if field.data is not None and not FIRST <= field.data <= LAST:
        raise ValidationError(gettext("Choose a day from %(first)s to %(last)s.", first=day(FIRST), last=day(LAST)))


class CostForm(Form):
    """The way, the quantity and the day; what the card does not say."""

    class Meta(Form.Meta):
        csrf = False  # it changes nothing

    road = SelectField(_l("Road"))
    quantity = amount(_l("Quantity"), Decimal("0.0001"))
    on = DateField(_l("Day of import"), [Optional(), near])
    origin = SelectField(_l("Origin"))
    way = SelectField(_l("Carriage"), choices=[SelectChoice(*pair) for pair in WAYS])
    freight = amount(_l("Freight to the port of entry, all"))
    insurance = amount(_l("Insurance, all"))
    kg = amount(_l("Net weight of one unit"))
    litre = amount(_l("Volume of one unit"))
    in_quota = BooleanField(_l("The importer holds a quota certificate"))
    exhibit = SelectField(_l("Sold as an exhibit during"))
    hainan = BooleanField(_l("Enters the Hainan Free Trade Port"))
    retail_price = amount(_l("Consumer's price of one unit, yuan"))
    order_items = IntegerField(_l("Units in one order"), [Optional(), NumberRange(1, 1000)])
    spent = amount(_l("Spent by the consumer this year, yuan"))

    @classmethod
    def of(cls, defaults: dict[str, Any], expos: list[str]) -> "CostForm":
        """Return the form with what the address says, or with the defaults. ``expos`` are the series with a relief for exhibits."""
        form = cls(formdata=request.args if is_asked() else None, data=defaults)
        form.road.choices = [SelectChoice(code, f"{code} {mode_name(code)}") for code in import_roads()]
        pairs = sorted(((code, territory(code)) for code in country_codes()), key=lambda pair: pair[1])
        form.origin.choices = [SelectChoice("", "—"), *(SelectChoice(*pair) for pair in pairs)]
        names = [SelectChoice(code, series(code).short.label(lang())) for code in expos]
        form.exhibit.choices = [SelectChoice("", _l("not sold there")), *names]
        return form

    def over(self, asked: Inquiry, product: Product) -> Inquiry:
        """Return the inquiry with what the form says; what is refused stays as it was."""
        right = {name: field.data for name, field in self._fields.items() if not field.errors and field.data not in (None, "")}
        road = right.get("road", GENERAL_TRADE)
        retail = {name: right[name] for name in ("retail_price", "order_items", "spent") if name in right} if road in RETAIL_ROADS else {}
        held = measures(product.price_unit, right.get("kg"), right.get("litre"))
        return Inquiry(
            asked.code, right.get("origin", "" if "origin" in request.args else asked.origin), right.get("on", asked.on), asked.price,
            asked.currency, asked.incoterm, right.get("quantity", asked.quantity), asked.price_high, road, right.get("way", ""),
            right.get("freight"), right.get("insurance"), held, bool(right.get("in_quota")), right.get("exhibit", ""),
            "HAINAN_FTP" if right.get("hainan") else "", **retail)


def is_asked() -> bool:
    """Tell whether the address says what is asked."""
    return bool(request.args.keys() & {"road", "quantity", "on"})


def unit_name(product: Product) -> str:
    """Return the name of the product's priced unit."""
    return codes.unit_label(product.price_unit, 1, lang()) if product.price_unit else ""
