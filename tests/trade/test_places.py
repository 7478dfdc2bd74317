from matchmaker.trade import places


def test_the_249_codes_of_the_standard_are_offered():
    assert len(places.country_codes()) == 249
    assert {"CN", "CL", "TW", "HK", "MO"} <= places.country_codes()
    assert not {"EU", "ZZ", "XK"} & places.country_codes()


def test_chinese_territory_names_are_those_of_the_default_table():
    assert [places.country_name(code, "zh") for code in ("TW", "HK", "MO")] == ["中国台湾", "中国香港", "中国澳门"]
    assert dict(places.country_choices("zh_Hans_CN"))["TW"] == "中国台湾"


def test_a_setting_replaces_the_table():
    table = {"zh": {"MO": "澳门"}, "en": {"MO": "Macao, China"}}
    assert places.country_name("MO", "zh", table) == "澳门"
    assert places.country_name("MO", "en_GB", table) == "Macao, China"
    assert places.country_name("CL", "zh", table) == "智利"


def test_an_unknown_code_is_shown_as_it_is():
    assert places.country_name("Q9", "en") == "Q9"
    assert places.language_name("qq1", "zh") == "qq1"


def test_choices_are_sorted_for_the_reader():
    english = [name for _, name in places.country_choices("en")]
    assert english[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    chinese = [name for _, name in places.country_choices("zh")]
    assert chinese.index("阿根廷") < chinese.index("德国") < chinese.index("智利")


def test_every_language_offered_has_a_name_in_both_languages():
    codes = places.language_codes()
    assert len(set(codes)) == len(codes) and codes[0] == "zh"
    for code, name in [*places.language_choices("zh"), *places.language_choices("en")]:
        assert name and name != code
