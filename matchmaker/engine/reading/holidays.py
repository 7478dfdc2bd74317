"""Days that buyers count from: lunar ones from the `holidays` package, the rest fixed in the calendar."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

from datetime import date
from functools import cache

_LUNAR = {"spring": "Spring Festival", "dragon": "Dragon Boat Festival", "autumn": "Mid-Autumn Festival", "qingming": "Tomb-Sweeping Day"}
_FIXED = {"new_year": (1, 1), "labour": (5, 1), "national": (10, 1), "christmas": (12, 25), "double11": (11, 11), "double12": (12, 12), "618": (6, 18), "women": (3, 8),
          "children": (6, 1), "school": (9, 1), "valentine": (2, 14), "black_friday": (11, 27), "ciie": (11, 5), "halloween": (10, 31), "year_goods": (1, 10)}
NAMES = {
    "spring": r"春节|农历新年|农历年|过年|新春|年关|chinese new year|spring festival|lunar new year|cny(?= (?:holiday|season|\d{4}|period|festival))|chinesisch\w+ neujahr\w*|nouvel an chinois|año nuevo chino"
              r"|китайск\w+ нов\w+ год\w*|春節|설날|旧正月|춘절|fête du printemps|frühlingsfest\w*",
    "year_goods": r"年货节|年货季", "dragon": r"端午节?|dragon boat(?: festival)?", "autumn": r"中秋节?|mid-?autumn(?: festival)?|moon festival|mondfest|추석",
    "qingming": r"清明节?|qingming", "new_year": r"元旦|new year(?:'s day)?|neujahr|nouvel an|año nuevo|нов\w+ год\w*|新年", "labour": r"五一|劳动节|labou?r day|may day|golden week in may",
    "national": r"国庆节?|(?<!双)十一(?:黄金周|假期|长假|前)|national day|golden week", "christmas": r"圣诞节?|christmas|xmas|noël|navidad|weihnacht\w*|рождеств\w*|クリスマス|성탄절|크리스마스",
    "double11": r"双十一|双11|双十1|双1{2}|光棍节|11\.11|singles'? day|double (?:11|eleven)|광군제|独身の日", "double12": r"双十二|双12|double (?:12|twelve)", "618": r"618|六一八",
    "women": r"三八节|妇女节|女神节|women's day", "children": r"六一(?!八)|儿童节|children's day", "school": r"开学季?|back[ -]to[ -]school", "valentine": r"情人节|valentine'?s?(?: day)?",
    "black_friday": r"黑五|黑色星期五|black friday", "ciie": r"进博会|ciie", "halloween": r"万圣节?|halloween",
}


@cache
def _lunar(year: int) -> dict[str, date]:
    import holidays  # slow to import, and only texts that name a festival need it

    calendar = holidays.country_holidays("CN", years=[year], language="en_US", observed=False)
    found = {}
    for key, name in _LUNAR.items():
        days = [day for day in calendar.get_named(name, lookup="icontains") if day.year == year and "Eve" not in calendar[day]]
        if days:
            found[key] = min(days)
    return found


def festival(key: str, today: date, year: int | None = None) -> date | None:
    """Return the day of a festival: in ``year``, else the next one after ``today``; None outside the calendar."""
    for one in (year,) if year else (today.year, today.year + 1):
        if not 2000 <= one <= 2098:
            return None
        day = date(one, *_FIXED[key]) if key in _FIXED else _lunar(one).get(key)
        if day and (year or day > today):
            return day
    return None
