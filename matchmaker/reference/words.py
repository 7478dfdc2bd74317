"""What is wrong with a rule, in words: one sentence for each reason of ``trade.schema``."""

from collections.abc import Mapping

from ..errors import N_
from ..trade.schema import Fault

REASONS: Mapping[str, str] = {
    "missing": N_("This must be filled in."),
    "no_text": N_("“%(value)s” is no text."),
    "too_long": N_("This is longer than %(value)s characters."),
    "no_pair": N_("“%(value)s” is no text in English and Chinese."),
    "one_language": N_("Write it in English and in Chinese: both readers see it."),
    "no_list": N_("“%(value)s” is no list."),
    "no_integer": N_("“%(value)s” is no whole number."),
    "no_number": N_("“%(value)s” is no number."),
    "out_of_range": N_("The number is outside %(value)s."),
    "no_share": N_("“%(value)s” is no part of a whole: write a percentage or a number from 0 to 1."),
    "no_flag": N_("“%(value)s” is neither yes nor no."),
    "no_day": N_("“%(value)s” is no day: write it like 2026-06-01."),
    "no_days": N_("Write a line for each country: its two letters and the day, like “CL 2006-10-01”, or “IN ?” when it is not known."),
    "no_choice": N_("“%(value)s” is none of the choices."),
    "no_code": N_("“%(value)s” is no customs code of HS 2022."),
    "no_country": N_("“%(value)s” is no two-letter code of a country or region, like CL."),
    "no_json": N_("This cannot be read as JSON: %(value)s"),
}


def said(fault: Fault) -> str:
    """Return the msgid of a fault; its ``value`` fills it."""
    return REASONS[fault.reason]
