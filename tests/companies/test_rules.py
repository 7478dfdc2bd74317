"""Rules of companies: country, identifier, website, names that mean the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.companies.models import Company, name_key
from matchmaker.companies.rules import check_country, check_languages, check_website, clean_company, clean_person
from matchmaker.errors import Invalid
from matchmaker.i18n import reading_in
from matchmaker.trade.identifiers import sample_uscc

EXHIBITOR = {"name": "Huerta del Río SpA", "country": "CL"}


@pytest.mark.parametrize("country", ["CL", "hk", "MO", "TW", "ET"])
def test_exhibitors_come_from_outside_the_mainland(country):
    assert check_country("exhibitor", country) == country.upper()


@pytest.mark.parametrize(
    ("kind", "country"), [("exhibitor", "CN"), ("buyer", "HK"), ("buyer", "CL"), ("exhibitor", ""), ("exhibitor", "XX"), ("buyer", "ZZ")]
)
def test_a_company_in_the_wrong_place_is_refused_at_its_field(kind, country):
    with pytest.raises(Invalid) as refused:
        check_country(kind, country)
    assert refused.value.field == "country"


def test_a_social_credit_code_is_checked():
    code = sample_uscc(7)
    values = clean_company("buyer", {"name": "春禾超市", "country": "CN", "identifier": f" {code.lower()} "})
    assert (values["identifier"], values["identifier_status"], values["identifier_kind"]) == (code, "valid", "uscc")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(Invalid) as refused:
        clean_company("buyer", {"name": "春禾超市", "country": "CN", "identifier": wrong})
    assert refused.value.field == "identifier"
    assert str(refused.value)


def test_an_identifier_nobody_can_check_is_kept_as_unchecked():
    values = clean_company("exhibitor", EXHIBITOR | {"country": "ET", "identifier": "MT/AA/2/0012345", "identifier_kind": "registration"})
    assert (values["identifier"], values["identifier_status"]) == ("MT/AA/2/0012345", "unchecked")


def test_fields_of_the_other_kind_and_unknown_fields_are_dropped():
    values = clean_company(
        "exhibitor", EXHIBITOR | {"mission": "上海交易团", "buyer_kind": "importer", "kind": "buyer", "id": 7, "is_sample": True}
    )
    assert (values["mission"], values["buyer_kind"]) == ("", "")
    assert not {"kind", "id", "is_sample", "version"} & set(values)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("huerta.example", "https://huerta.example"),
        ("http://a.example/x?y=1", "http://a.example/x?y=1"),
        ("", ""),
        ("a.example:8080/x", "https://a.example:8080/x"),
        ("https://例え.example/路", "https://例え.example/路"),
    ],
)
def test_a_website_has_its_scheme(text, stored):
    assert check_website(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example",
        "https://",
        "https://user:pw@a.example",
        "//evil",
        "https://a b.example",
        'https://a.example/"onclick=x',
        "http://[::1",
        "https://localhost",
        "https://a.example:99999",
        "x" * 301 + ".example",
    ],
)
def test_what_is_no_website_is_refused(text):
    with pytest.raises(Invalid):
        check_website(text)


@given(st.text(max_size=60))
def test_a_website_is_http_or_refused(text):
    try:
        assert check_website(text).startswith(("http://", "https://")) or not text.strip()
    except Invalid as refused:
        assert refused.field == "website"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Huerta del Río S.A.", "HUERTA DEL RIO"),
        ("Chunhe Supermarkets Co., Ltd.", "Chunhe Supermarkets"),
        ("春禾超市有限公司", "春禾超市股份有限公司"),
        ("Moretti Meccanica s.r.l.", "Moretti  Meccanica SRL"),
    ],
)
def test_two_spellings_of_one_name_have_one_key(one, other):
    assert name_key(one) == name_key(other)


@given(st.text(max_size=300))
def test_a_key_is_bounded_and_stays(name):
    assert len(name_key(name)) <= 200
    assert Company(name=name).name_key == name_key(name)


def test_different_names_have_different_keys():
    assert len({name_key(name) for name in ("Aurora Orchards", "Aurora Orchard Foods", "春禾超市", "春和超市", "Co. Ltd")}) == 5


def test_languages_are_of_the_list_each_once():
    assert check_languages(["es", "en", "es"]) == ["es", "en"]
    for wrong in (["xx"], ["en", "<b>"]):
        with pytest.raises(Invalid):
            check_languages(wrong)


def test_text_is_one_line_where_it_must_be():
    person = clean_person({"name": "Eve\r\nBcc: x", "title": "Head\nof sales", "languages": ["en"], "attends": "y"})
    assert (person["name"], person["title"], person["attends"], person["user_id"]) == ("Eve Bcc: x", "Head of sales", True, None)


@pytest.mark.parametrize(
    "given_", [{"name": ""}, {"name": "x" * 201}, {"size": "enormous"}, {"about": "x" * 4001}, {"about_lang": "tlh"}, {"city": "x" * 101}]
)
def test_bad_values_are_refused_at_their_field(given_):
    with pytest.raises(Invalid) as refused:
        clean_company("exhibitor", EXHIBITOR | given_)
    assert refused.value.field == next(iter(given_))


def test_a_name_is_shown_in_the_readers_language_or_the_next_best(app):
    company = Company(name="شركة النخيل", name_en="Nakheel Dates", name_zh="", country="AE")
    with app.app_context():
        with reading_in("zh_Hans_CN"):
            assert (company.display_name, company.display_lang) == ("Nakheel Dates", "en")
            company.name_zh = "棕榈椰枣"
            assert (company.display_name, company.display_lang) == ("棕榈椰枣", "zh")
        with reading_in("en"):
            assert company.display_name == "Nakheel Dates"
            company.name_en = ""
            assert (company.display_name, company.display_lang) == ("شركة النخيل", "")
