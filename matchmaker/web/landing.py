"""What the visitor's page says about the three expos: usual days, place, sections and latest published figures."""

from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale
from babel.dates import format_interval
from babel.lists import format_list
from babel.numbers import format_decimal
from flask_babel import get_locale, gettext

from ..errors import N_
from ..trade.expos import ExpoFact, ExpoSeries, PastEdition, expo_series
from ..trade.shipped import sources

# Within a season the phases of a fair lie a few days apart.
PHASE_GAP = timedelta(days=10)
ANY_YEAR = 2023  # not a leap year; only month and day are shown
MEASURES = {
    "exhibitors": N_("%(n)s exhibitors"), "countries": N_("%(n)s countries and regions"), "brands": N_("%(n)s brands"),
    "area_m2": N_("%(n)s m²"),
}


@dataclass(frozen=True, slots=True)
class SeriesCard:
    """One expo for the page, in the reader's language. ``unverified``: the names of its sections have no source."""

    code: str
    name: str
    short: str
    word: str
    when: tuple[str, ...]
    rhythm: str
    venue: str
    sections: tuple[str, ...]
    more_sections: int
    fact: str
    fact_source: str
    unverified: bool


def series_cards(most_sections: int = 6) -> list[SeriesCard]:
    """Return the three expos, each with at most ``most_sections`` names."""
    return [_card(series, most_sections) for series in expo_series()]


def _card(series: ExpoSeries, most: int) -> SeriesCard:
    locale = get_locale() or Locale("en")
    lang = locale.language
    seasons = _seasons(series)
    latest = _latest(series)
    names = tuple(section.name.label(lang).split(" (")[0] for section in series.sections)
    return SeriesCard(
        code=series.code,
        name=series.name.label(lang),
        short=series.short.label(lang),
        word=series.short.zh,
        when=tuple(format_interval(first, last, "MMMd", locale=locale) for first, last in seasons),
        rhythm=gettext("once a year") if len(seasons) == 1 else gettext("twice a year, in phases"),
        venue=series.venue.label(lang),
        sections=names[:most],
        more_sections=max(0, len(names) - most),
        fact=_fact(latest, locale) if latest else "",
        fact_source="; ".join(sources(lang)[code] for code in latest.src.split(";")) if latest else "",
        unverified=not all(section.verified for section in series.sections),
    )


def _seasons(series: ExpoSeries) -> list[tuple[date, date]]:
    """Join the phases of a season: six phases of the Canton Fair are two seasons."""
    seasons: list[tuple[date, date]] = []
    for first, last in sorted(series.usual_periods):
        start, end = date(ANY_YEAR, *first), date(ANY_YEAR, *last)
        if seasons and start - seasons[-1][1] <= PHASE_GAP:
            seasons[-1] = (seasons[-1][0], end)
        else:
            seasons.append((start, end))
    return seasons


def _latest(series: ExpoSeries) -> PastEdition | None:
    """Return the latest edition with published figures that are told here."""
    known = [edition for edition in series.editions if any(fact.measure in MEASURES for fact in edition.facts)]
    return max(known, key=lambda edition: (edition.year, edition.number), default=None)


def _fact(latest: PastEdition, locale: Locale) -> str:
    """Return the figures of an edition in a sentence."""
    phrases = format_list(_phrases(latest, locale)[:3], locale=locale)
    return gettext("Edition %(number)s, %(year)s: %(figures)s", number=latest.number, year=latest.year, figures=phrases)


def _phrases(edition: PastEdition, locale: Locale) -> list[str]:
    facts = {fact.measure: _amount(fact, locale) for fact in edition.facts}
    return [gettext(said, n=facts[measure]) for measure, said in MEASURES.items() if measure in facts]


def _amount(fact: ExpoFact, locale: Locale) -> str:
    figure = format_decimal(fact.value, locale=locale)
    return gettext("over %(n)s", n=figure) if fact.at_least else figure
