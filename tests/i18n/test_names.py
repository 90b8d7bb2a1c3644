import csv
import re
import unicodedata

import pytest

from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.i18n.lists import list_label, list_labels
from habitat_desktop.i18n.names import (
    countries,
    country,
    country_name,
    country_of_iso2,
    search_countries,
)
from habitat_desktop.resources import data_dir

SENSITIVE = [  # alpha-3, then en fr es ru ar zh
    ("PSE", "State of Palestine", "État de Palestine", "Estado de Palestina", "Государство Палестина",
     "دولة فلسطين", "巴勒斯坦国"),
    ("TWN", "Taiwan (Province of China)", "Taïwan (Province de Chine)", "Taiwán (Provincia de China)",
     "Тайвань (провинция Китая)", "تايوان (مقاطعة صينية)", "中国台湾省"),
    ("HKG", "China, Hong Kong Special Administrative Region",
     "Chine, région administrative spéciale de Hong Kong",
     "China, región administrativa especial de Hong Kong",
     "Китай, Специальный административный район Гонконг",
     "الصين، منطقة هونغ كونغ الإدارية الخاصة", "中国香港特别行政区"),
    ("MAC", "China, Macao Special Administrative Region", "Chine, région administrative spéciale de Macao",
     "China, región administrativa especial de Macao", "Китай, Специальный административный район Макао",
     "الصين، منطقة ماكاو الإدارية الخاصة", "中国澳门特别行政区"),
    ("PRK", "Democratic People’s Republic of Korea", "République populaire démocratique de Corée",
     "República Popular Democrática de Corea", "Корейская Народно-Демократическая Республика",
     "جمهورية كوريا الشعبية الديمقراطية", "朝鲜民主主义人民共和国"),
    ("KOR", "Republic of Korea", "République de Corée", "República de Corea", "Республика Корея",
     "جمهورية كوريا", "大韩民国"),
    ("MKD", "North Macedonia", "Macédoine du Nord", "Macedonia del Norte", "Северная Македония",
     "مقدونيا الشمالية", "北马其顿"),
    ("TUR", "Türkiye", "Türkiye", "Türkiye", "Турция", "تركيا", "土耳其"),
    ("CIV", "Côte d’Ivoire", "Côte d’Ivoire", "Côte d’Ivoire", "Кот-д’Ивуар", "كوت ديفوار", "科特迪瓦"),
    ("FLK", "Falkland Islands (Malvinas)", "Îles Falkland (Malvinas)", "Islas Malvinas (Falkland)",
     "Фолклендские (Мальвинские) острова", "جزر فوكلاند (مالفيناس)", "福克兰群岛（马尔维纳斯）"),
    ("NLD", "Netherlands (Kingdom of the)", "Pays-Bas (Royaume des)", "Países Bajos (Reino de los)",
     "Нидерланды (Королевство)", "مملكة هولندا", "荷兰王国"),
    ("ESH", "Western Sahara", "Sahara occidental", "Sáhara Occidental", "Западная Сахара", "الصحراء الغربية",
     "西撒哈拉"),
    ("MMR", "Myanmar", "Myanmar", "Myanmar", "Мьянма", "ميانمار", "缅甸"),
    ("CPV", "Cabo Verde", "Cabo Verde", "Cabo Verde", "Кабо-Верде", "كابو فيردي", "佛得角"),
    ("RUS", "Russian Federation", "Fédération de Russie", "Federación de Rusia", "Российская Федерация",
     "الاتحاد الروسي", "俄罗斯联邦"),
    ("BLR", "Belarus", "Bélarus", "Belarús", "Беларусь", "بيلاروس", "白俄罗斯"),
    ("IRN", "Iran (Islamic Republic of)", "Iran (République islamique d’)", "Irán (República Islámica del)",
     "Иран (Исламская Республика)", "إيران (جمهورية - الإسلامية)", "伊朗伊斯兰共和国"),
    ("SYR", "Syrian Arab Republic", "République arabe syrienne", "República Árabe Siria",
     "Сирийская Арабская Республика", "الجمهورية العربية السورية", "阿拉伯叙利亚共和国"),
    ("COD", "Democratic Republic of the Congo", "République démocratique du Congo",
     "República Democrática del Congo", "Демократическая Республика Конго", "جمهورية الكونغو الديمقراطية",
     "刚果民主共和国"),
    ("SWZ", "Eswatini", "Eswatini", "Eswatini", "Эсватини", "إسواتيني", "斯威士兰"),
    ("NRU", "Naoero", "Naoero", "Naoero", "Наоэро", "ناويرو", "瑙鲁"),
    ("NAM", "Namibia", "Namibie", "Namibia", "Намибия", "ناميبيا", "纳米比亚"),
    ("VAT", "Holy See", "Saint-Siège", "Santa Sede", "Святой Престол", "الكرسي الرسولي", "罗马教廷"),
    ("VEN", "Venezuela (Bolivarian Republic of)", "Venezuela (République bolivarienne du)",
     "Venezuela (República Bolivariana de)", "Венесуэла (Боливарианская Республика)",
     "فنزويلا (جمهورية - البوليفارية)", "委内瑞拉玻利瓦尔共和国"),
    ("BOL", "Bolivia (Plurinational State of)", "Bolivie (État plurinational de)",
     "Bolivia (Estado Plurinacional de)", "Боливия (Многонациональное Государство)",
     "بوليفيا (دولة - المتعددة القوميات)", "多民族玻利维亚国"),
    ("MDA", "Republic of Moldova", "République de Moldova", "República de Moldova",
     "Республика Молдова", "جمهورية مولدوفا", "摩尔多瓦共和国"),
    ("TZA", "United Republic of Tanzania", "République-Unie de Tanzanie", "República Unida de Tanzanía",
     "Объединенная Республика Танзания", "جمهورية تنزانيا المتحدة", "坦桑尼亚联合共和国"),
    ("LAO", "Lao People’s Democratic Republic", "République démocratique populaire lao",
     "República Democrática Popular Lao", "Лаосская Народно-Демократическая Республика",
     "جمهورية لاو الديمقراطية الشعبية", "老挝人民民主共和国"),
    ("GBR", "United Kingdom of Great Britain and Northern Ireland",
     "Royaume-Uni de Grande-Bretagne et d’Irlande du Nord",
     "Reino Unido de Gran Bretaña e Irlanda del Norte",
     "Соединенное Королевство Великобритании и Северной Ирландии",
     "المملكة المتحدة لبريطانيا العظمى وأيرلندا الشمالية", "大不列颠及北爱尔兰联合王国"),
    ("USA", "United States of America", "États-Unis d’Amérique", "Estados Unidos de América",
     "Соединенные Штаты Америки", "الولايات المتحدة الأمريكية", "美利坚合众国"),
    ("COG", "Congo", "Congo", "Congo", "Конго", "الكونغو", "刚果"),
    ("CZE", "Czechia", "Tchéquie", "Chequia", "Чехия", "تشيكيا", "捷克"),
    ("FSM", "Micronesia (Federated States of)", "Micronésie (États fédérés de)",
     "Micronesia (Estados Federados de)", "Микронезия (Федеративные Штаты)",
     "ميكرونيزيا (ولايات - الموحدة)", "密克罗尼西亚联邦"),
]  # fmt: skip


@pytest.mark.parametrize("row", SENSITIVE, ids=lambda row: row[0])
def test_names_the_owner_signed_for_do_not_change_by_accident(row):
    assert [country_name(row[0], language) for language in ("en", "fr", "es", "ru", "ar", "zh")] == list(
        row[1:]
    )


def test_all_249_rows_are_complete_and_unique():
    assert len(countries()) == 249
    rows = [country(code) for code in countries()]
    for column in ("alpha3", "iso2", "m49"):
        assert len({getattr(row, column) for row in rows}) == 249
    assert all(re.fullmatch(r"[A-Z]{3}", row.alpha3) and re.fullmatch(r"[A-Z]{2}", row.iso2) for row in rows)
    assert all(re.fullmatch(r"\d{3}", row.m49) for row in rows)
    for language in LANGUAGES:
        assert len({row.names[language] for row in rows}) == 249
        assert all(row.names[language].strip() == row.names[language] != "" for row in rows)


def test_names_are_composed_and_spelled_one_way():
    for code in countries():
        for name in country(code).names.values():
            assert unicodedata.normalize("NFC", name) == name
            assert not re.search(r"['_*?]|  ", name), name


def test_every_decision_in_the_names_is_listed_for_the_owner():
    listed = (data_dir("translations") / "names" / "decisions.md").read_text(encoding="utf-8")
    decided = [code for code in countries() if "decision" in country(code).source]
    assert "TWN" in decided
    assert [code for code in decided if f"| {code} |" not in listed] == []


def test_codes_are_found_from_alpha_2():
    assert country_of_iso2("KE") == "KEN"
    assert country_of_iso2("na") == "NAM"
    assert country_of_iso2("XX") is None


def test_an_unknown_code_stays_visible():
    assert country_name("XKX", "fr") == "XKX"
    assert country("XKX") is None


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("ken", "en", "KEN"),
        ("KE", "fr", "KEN"),
        ("кени", "ru", "KEN"),
        ("كِينيا", "ar", "KEN"),
        ("肯尼", "zh", "KEN"),
        ("cote d'iv", "fr", "CIV"),
        ("allemagne", "en", "DEU"),
        ("مصر", "en", "EGY"),
    ],
)
def test_a_country_is_found_by_any_spelling(text, language, first):
    assert search_countries(text, language)[0] == first


def test_a_search_for_nothing_shows_all_and_for_nonsense_none():
    assert search_countries(" ", "en") == countries()
    assert search_countries("qqqq", "en") == []


def test_every_country_of_the_form_list_has_its_names():
    with (data_dir("forms") / "lists" / "countries.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    assert [code for code in codes if country(code) is None] == []


def test_lists_of_the_program_have_english_labels():
    assert list_labels("reporter_role")["hpm"] == "Habitat Programme Manager (HPM)"
    assert list_label("regional_office", "ROAP", "en") == "Regional Office for Asia and the Pacific"
    assert list_label("regional_office", "ROXX", "fr") == "ROXX"
