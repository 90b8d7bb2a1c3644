"""A form with a question for every appearance, made in code; and a picture with regions to choose from."""

from pathlib import Path

APPEARANCES = (
    ("select_one few", "plain_one", ""),
    ("select_one five", "list_one", ""),
    ("select_one five", "minimal_one", "minimal"),
    ("select_one five", "columns_one", "columns"),
    ("select_one five", "pack_one", "columns-pack"),
    ("select_one five", "two_columns_one", "columns-2"),
    ("select_one five", "row_one", "horizontal"),
    ("select_one five", "bare_one", "no-buttons columns-3"),
    ("select_one five", "quick_one", "quick columns"),
    ("select_one five", "likert_one", "likert"),
    ("select_one five", "labelled_one", "list"),
    ("select_one five", "searched_one", "autocomplete"),
    ("select_one many", "many_one", ""),
    ("select_one four or_other", "other_one", "columns-pack"),
    ("select_multiple five", "some", ""),
    ("select_multiple five", "some_packed", "columns-pack"),
    ("select_multiple five", "some_minimal", "minimal"),
    ("select_multiple many", "many_some", ""),
    ("select_one regions", "region", "image-map"),
    ("rank five", "ranked", ""),
    ("range", "slid", ""),
    ("range", "upright", "vertical"),
    ("range", "unmarked", "no-ticks"),
    ("range", "picked", "picker"),
    ("range", "rated", "rating"),
    ("integer", "counted", "counter"),
    ("date", "day", ""),
    ("date", "day_alone", "no-calendar"),
    ("date", "month", "month-year"),
    ("date", "year", "year"),
    ("date", "ethiopian", "ethiopian"),
    ("time", "hour", ""),
    ("dateTime", "moment", ""),
    ("acknowledge", "read", ""),
    ("select_one five", "unknown_one", "sparkling w3"),
)
LISTS = {
    "few": ("Yes", "No"),
    "five": ("Very bad", "Bad", "Neither good nor bad", "Good", "Very good"),
    "four": ("Piped", "Well", "Vendor", "River"),
    "regions": ("North", "South", "Lake"),
}
MANY = 300
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200">
<rect width="300" height="200" fill="#eef3f6"/>
<path id="regions1" d="M10 10 H290 V90 H10 Z" fill="#b9d3c2" stroke="#345"/>
<g id="regions2"><path d="M10 100 H180 V190 H10 Z" fill="#d9cba4" stroke="#345"/></g>
<circle id="regions3" cx="235" cy="145" r="42" fill="#a8cbe0" stroke="#345"/>
</svg>"""


def write_form(folder: Path, picture: str = PICTURE) -> Path:
    """Write the form `choices` and its picture into `folder`; return the form."""
    rows = [
        "| survey | | | | | | |",
        "| | type | name | label | appearance | image | parameters |",
    ]
    for number, (type_name, name, appearance) in enumerate(APPEARANCES):
        if number % 7 == 0:
            if number:
                rows.append("| | end_group | | | | | |")
            rows.append(f"| | begin_group | g{number // 7} | Part {number // 7 + 1} | | | |")
        image = "map.svg" if appearance == "image-map" else ""
        ends = "start=1 end=5 step=1" if name in ("picked", "rated") else "start=0 end=100 step=5"
        parameters = ends if type_name == "range" else ""
        label = f"{type_name} {appearance}".strip()
        rows.append(f"| | {type_name} | {name} | {label} | {appearance} | {image} | {parameters} |")
    rows += [
        "| | end_group | | | | | |",
        "| | begin_group | grid | How was it? | table-list | | |",
        "| | select_one five | water | Water | | | |",
        "| | select_one five | roads | Roads and paths | | | |",
        "| | select_one five | light | Street lights | | | |",
        "| | end_group | | | | | |",
        "| | begin_group | grid2 | Which are there? | field-list | | |",
        "| | select_multiple five | head | | label | | |",
        "| | select_multiple five | early | In the morning | list-nolabel | | |",
        "| | select_multiple five | late | In the evening | list-nolabel | | |",
        "| | end_group | | | | | |",
        "| choices | | | |",
        "| | list_name | name | label |",
    ]
    for name, labels in LISTS.items():
        rows += [f"| | {name} | {name}{n} | {label} |" for n, label in enumerate(labels, start=1)]
    rows += [f"| | many | m{n} | Settlement {n} |" for n in range(1, MANY + 1)]
    rows += [
        "| settings | | | |",
        "| | form_id | version | form_title |",
        "| | choices | 1 | Every way to choose |",
    ]
    (folder / "map.svg").write_text(picture, encoding="utf-8")
    form = folder / "choices.md"
    form.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return form
