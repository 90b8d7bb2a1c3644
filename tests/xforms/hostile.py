"""Files made to hurt: each is written here when it is needed, and none is a form anybody can use.

A case is a function that writes its file into a folder and returns the path; `CASES` holds them by name.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

Write = Callable[[Path], Path]
CASES: dict[str, Write] = {}
# unusual, but within the limits and without harm: these may open
HARMLESS = {
    "paths_of_everything_below_everything",
    "a_zip_bomb_in_a_part_nobody_reads",
}

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{parts}</Types>'
)
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TEXTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "ha">{}]>'.format(
    "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"ha" * 50_000}">]>'


def case(suffix: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Enter a function giving the bytes of a hostile file with `suffix` under its own name."""

    def enter(make: Callable[[], bytes]) -> Callable[[], bytes]:
        def write(folder: Path) -> Path:
            path = folder / f"{make.__name__}{suffix}"
            path.write_bytes(make())
            return path

        CASES[make.__name__] = write
        return make

    return enter


def xform(
    nodes: str = "<a/>", model: str = "", body: str = "", doctype: str = "", title: str = "Hostile"
) -> bytes:
    """An XForm with `nodes` in its primary instance."""
    return (
        f'<?xml version="1.0"?>{doctype}<h:html xmlns="http://www.w3.org/2002/xforms" '
        'xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa" '
        f'xmlns:odk="http://www.opendatakit.org/xforms"><h:head><h:title>{title}</h:title>'
        f'<model><instance><data id="hostile">{nodes}</data></instance>{model}</model></h:head>'
        f"<h:body>{body}</h:body></h:html>"
    ).encode()


def row(cells: Iterable[str], number: int | None = None) -> str:
    """One row of a sheet, its texts inline."""
    place = f' r="{number}"' if number else ""
    inner = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f"<row{place}>{inner}</row>"


def sheet(*rows: str) -> str:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def workbook(
    survey: str, choices: str = "", texts: str = "", doctype: str = "", extra: dict[str, bytes] | None = None
) -> bytes:
    """A workbook written by hand, so that it can hold what no library would write."""
    sheets = {"survey": survey} | ({"choices": choices} if choices else {})
    parts = "".join(
        f'<Override PartName="/xl/worksheets/{name}.xml" ContentType="{_SHEET_TYPE}"/>' for name in sheets
    )
    if texts:
        parts += f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TEXTS_TYPE}"/>'
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/worksheet" Target="worksheets/{name}.xml"/>'
        for name in sheets
    )
    named = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="{name}"/>' for i, name in enumerate(sheets, 1))
    if texts:
        relations += f'<Relationship Id="t" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    files = {
        "[Content_Types].xml": _TYPES.format(parts=parts),
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="w" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{doctype}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
        **{f"xl/worksheets/{name}.xml": content for name, content in sheets.items()},
    }
    if texts:
        files["xl/sharedStrings.xml"] = texts
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return made.getvalue()


HEADER = row(["type", "name", "label"])
ONE_QUESTION = sheet(HEADER, row(["text", "a", "A"]))
CHOICES = row(["list_name", "name", "label"])


# -- entities --------------------------------------------------------------------------------------------


@case(".xml")
def laughs_in_xform() -> bytes:
    return xform("<a>&a11;</a>", doctype=LAUGHS)


@case(".xml")
def laughs_in_an_attribute() -> bytes:
    return xform(model='<bind nodeset="/data/a" calculate="&a11;"/>', doctype=LAUGHS)


@case(".xml")
def quadratic_entities() -> bytes:
    return xform(f"<a>{'&a;' * 20_000}</a>", doctype=QUADRATIC)


@case(".xml")
def quadratic_entities_in_attributes() -> bytes:
    binds = "".join(f'<bind nodeset="/data/a" calculate="{"&a;" * 80}"/>' for _ in range(2000))
    return xform(model=binds, doctype=QUADRATIC)


@case(".xml")
def external_entity() -> bytes:
    return xform("<a>&x;</a>", doctype='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


@case(".xml")
def external_document_type() -> bytes:
    return xform(doctype='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">')


@case(".xml")
def parameter_entities() -> bytes:
    return xform(doctype='<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>')


@case(".xml")
def document_type_in_utf16() -> bytes:
    text = xform("<a>&a11;</a>", doctype=LAUGHS).decode().removeprefix('<?xml version="1.0"?>')
    return f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")


@case(".xlsx")
def laughs_in_a_sheet() -> bytes:
    return workbook(LAUGHS + ONE_QUESTION.replace("<t>A</t>", "<t>&a11;</t>"))


@case(".xlsx")
def laughs_in_the_workbook() -> bytes:
    return workbook(ONE_QUESTION, doctype=LAUGHS)


@case(".xlsx")
def quadratic_shared_strings() -> bytes:
    many = "<si><t>" + "&a;" * 2000 + "</t></si>"
    return workbook(ONE_QUESTION, texts=f'{QUADRATIC}<sst xmlns="{_MAIN}">{many * 20}</sst>')


# -- nesting ---------------------------------------------------------------------------------------------


def _nested(depth: int) -> tuple[str, str]:
    nodes = "".join(f"<g{i}>" for i in range(depth)) + "".join(f"</g{i}>" for i in reversed(range(depth)))
    refs, path = [], "/data"
    for i in range(depth):
        path += f"/g{i}"
        refs.append(f'<group ref="{path}">')
    return nodes, "".join(refs) + "</group>" * depth


@case(".xml")
def nested_groups_3000() -> bytes:
    nodes, body = _nested(3000)
    return xform(nodes, body=body)


@case(".xml")
def nested_groups_700() -> bytes:
    nodes, body = _nested(700)
    return xform(nodes, body=body)


@case(".xml")
def nested_body_1500() -> bytes:
    return xform(body="<group>" * 1500 + "</group>" * 1500)


@case(".xml")
def nested_repeats_200() -> bytes:
    nodes, body = _nested(200)
    body = body.replace("<group ref", "<repeat nodeset").replace("</group>", "</repeat>")
    return xform(nodes, body=body)


@case(".xlsx")
def nested_groups_in_a_workbook() -> bytes:
    begins = [row(["begin group", f"g{i}", "G"]) for i in range(3000)]
    return workbook(sheet(HEADER, *begins, row(["text", "a", "A"]), *[row(["end group"])] * 3000))


@case(".xlsx")
def nested_repeats_in_a_workbook() -> bytes:
    begins = [row(["begin repeat", f"g{i}", "G"]) for i in range(300)]
    return workbook(sheet(HEADER, *begins, row(["text", "a", "A"]), *[row(["end repeat"])] * 300))


@case(".xml")
def nested_expression() -> bytes:
    return xform(model=f'<bind nodeset="/data/a" calculate="{"(" * 100_000}1{")" * 100_000}"/>')


# -- numbers of things -----------------------------------------------------------------------------------


@case(".xlsx")
def a_million_choices_in_a_workbook() -> bytes:
    rows = "".join(row(["x", f"c{i}", f"C {i}"]) for i in range(1_000_000))
    return workbook(sheet(HEADER, row(["select_one x", "a", "A"])), sheet(CHOICES, rows))


@case(".xlsx")
def a_million_alike_choices() -> bytes:
    rows = row(["x", "c", "C"]) * 1_000_000
    return workbook(sheet(HEADER, row(["select_one x", "a", "A"])), sheet(CHOICES, rows))


@case(".md")
def a_million_choices_in_a_table() -> bytes:
    rows = "".join(f"| | x | c{i} | C {i} |\n" for i in range(1_000_000))
    return (
        "| survey |\n| | type | name | label |\n| | select_one x | a | A |\n"
        f"| choices |\n| | list_name | name | label |\n{rows}"
    ).encode()


@case(".xml")
def a_million_inline_choices() -> bytes:
    items = "".join(f"<item><label>C {i}</label><value>c{i}</value></item>" for i in range(1_000_000))
    return xform(body=f'<select1 ref="/data/a">{items}</select1>')


@case(".xml")
def a_million_items_in_an_instance() -> bytes:
    items = "".join(f"<item><name>c{i}</name><label>C {i}</label></item>" for i in range(1_000_000))
    return xform(
        model=f'<instance id="x"><root>{items}</root></instance>',
        body='<select1 ref="/data/a"><itemset nodeset="instance(\'x\')/root/item">'
        '<value ref="name"/><label ref="label"/></itemset></select1>',
    )


@case(".xml")
def a_million_empty_elements() -> bytes:
    return xform(model='<instance id="x"><root>' + "<i/>" * 3_000_000 + "</root></instance>")


@case(".xml")
def a_million_attributes() -> bytes:
    attributes = "".join(f' a{i:x}=""' for i in range(900_000))
    return xform(model=f'<instance id="x"><root{attributes}/></instance>')


@case(".xml")
def hundred_thousand_questions() -> bytes:
    return xform(
        "".join(f"<q{i}/>" for i in range(100_000)),
        "".join(f'<bind nodeset="/data/q{i}" relevant="/data/q0 = 1"/>' for i in range(100_000)),
        "".join(f'<input ref="/data/q{i}"><label>Q</label></input>' for i in range(100_000)),
    )


def _list_beside(name: str, content: Callable[[], bytes]) -> None:
    def write(folder: Path) -> Path:
        (folder / "big").with_suffix(Path(name).suffix).write_bytes(content())
        path = folder / f"{name.replace('.', '_')}.xml"
        source = f"big{Path(name).suffix}"
        path.write_bytes(
            xform(
                "<a/><n/>",
                model=f'<instance id="big" src="jr://file/{source}"/>'
                '<bind nodeset="/data/n" calculate="count(instance(\'big\')/root/item)"/>',
                body='<select1 ref="/data/a"><itemset nodeset="randomize(instance(\'big\')/root/item)">'
                '<value ref="name"/><label ref="label"/></itemset></select1>',
            )
        )
        return path

    CASES[name.replace(".", "_")] = write


_list_beside(
    "a_million_rows.csv",
    lambda: ("name,label\n" + "".join(f"c{i},C {i}\n" for i in range(1_000_000))).encode(),
)
_list_beside("a_row_of_a_million_columns.csv", lambda: b"c" + b",c" * 1_000_000 + b"\n" + b"1," * 1_000_000)
_list_beside("a_hundred_columns.csv", lambda: (b"c," * 99 + b"c\n") + (b"," * 99 + b"\n") * 100_000)
_list_beside(
    "a_million_features.geojson",
    lambda: (
        json.dumps({"features": [{"id": "1", "geometry": {"type": "Point", "coordinates": [1, 2]}}]})
        .replace("[{", "[" + '{"id": 1},' * 3_000_000 + "{")
        .encode()
    ),
)
_list_beside("a_million_elements.xml", lambda: b"<root>" + b"<item/>" * 3_000_000 + b"</root>")
_list_beside("nested.geojson", lambda: b'{"features": ' + b"[" * 100_000)
_list_beside("laughs.xml", lambda: f"{LAUGHS}<root><item>&a11;</item></root>".encode())


# -- circles ---------------------------------------------------------------------------------------------


def _binds(**calculations: str) -> str:
    return "".join(
        f'<bind nodeset="/data/{name}" type="string" calculate="{text}"/>'
        for name, text in calculations.items()
    )


@case(".xml")
def a_calculation_of_itself() -> bytes:
    return xform("<a/>", _binds(a="/data/a + 1"))


@case(".xml")
def a_circle_of_ten_thousand() -> bytes:
    names = [f"q{i}" for i in range(10_000)]
    return xform(
        "".join(f"<{name}/>" for name in names),
        _binds(**{name: f"/data/{names[i - 1]} + 1" for i, name in enumerate(names)}),
    )


@case(".xml")
def a_relevance_of_itself() -> bytes:
    return xform("<g><a/></g>", '<bind nodeset="/data/g" relevant="/data/g/a = \'\'"/>')


@case(".xml")
def paths_of_everything_below_everything() -> bytes:
    nodes = "".join(f"<g{i}><a/><b/><c/></g{i}>" for i in range(50))
    return xform(f"<a/>{nodes}", _binds(a="count(//node()" + "//node()" * 100 + ")"))


# -- large values ----------------------------------------------------------------------------------------


@case(".xlsx")
def a_cell_of_100_megabytes() -> bytes:
    return workbook(sheet(HEADER, row(["text", "a", "A" * 100_000_000])))


@case(".xlsx")
def a_shared_string_of_100_megabytes() -> bytes:
    texts = f'<sst xmlns="{_MAIN}"><si><t>{"A" * 100_000_000}</t></si></sst>'
    return workbook(ONE_QUESTION.replace('t="inlineStr"><is><t>A</t></is>', 't="s"><v>0</v>'), texts=texts)


@case(".xml")
def a_label_of_30_megabytes() -> bytes:
    return xform(body=f'<input ref="/data/a"><label>{"A" * 30_000_000}</label></input>')


@case(".xml")
def a_hundred_labels_of_9_megabytes() -> bytes:
    label = f'<input ref="/data/a"><label>{"A" * 9_000_000}</label></input>'
    return xform(body=label * 30)


@case(".xml")
def an_expression_of_9_megabytes() -> bytes:
    return xform(model=_binds(a="1" + "+1" * 4_500_000))


@case(".md")
def an_expression_in_a_table() -> bytes:
    sums = "1" + " + ${a}" * 200_000
    return (
        "| survey |\n| | type | name | label | calculation |\n| | text | a | A | |\n"
        f"| | calculate | b | | {sums} |\n"
    ).encode()


@case(".xlsx")
def labels_with_many_references() -> bytes:
    rows = [row(["text", f"q{i}", "${a}" * 1000]) for i in range(1000)]
    return workbook(sheet(HEADER, row(["text", "a", "A"]), *rows))


# -- containers ------------------------------------------------------------------------------------------


@case(".xlsx")
def a_zip_bomb() -> bytes:
    return workbook(sheet(HEADER, "<row></row>" * 8_000_000))


@case(".xlsx")
def a_zip_bomb_in_a_part_nobody_reads() -> bytes:
    return workbook(ONE_QUESTION, extra={"xl/media/image1.png": bytes(100_000_000)})


@case(".xlsx")
def names_twice_in_the_zip() -> bytes:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return workbook(ONE_QUESTION, extra={"xl/worksheets/survey.xml": sheet(HEADER).encode()})


@case(".xlsx")
def a_cell_at_the_far_corner() -> bytes:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    return workbook(sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>type</t></is></c></row>', far))


@case(".xlsx")
def rows_far_apart() -> bytes:
    rows = "".join(
        f'<row r="{i * 17_000 + 2}"><c r="XFD{i * 17_000 + 2}"><v>1</v></c></row>' for i in range(60)
    )
    return workbook(sheet(HEADER, rows))


@case(".xlsx")
def an_address_that_is_none() -> bytes:
    return workbook(sheet(HEADER, '<row r="99999999999999999999"><c r="ZZZZZZ9999999999"><v>1</v></c></row>'))


@case(".xlsx")
def thousands_of_empty_columns() -> bytes:
    header = row(["type", "name", "label", *(f"x{i}" for i in range(16_000))])
    return workbook(sheet(header, *[row(["text", f"q{i}", "Q"]) for i in range(3000)]))


@case(".xlsx")
def many_zip_entries() -> bytes:
    return workbook(ONE_QUESTION, extra={f"x/{i}": b"" for i in range(3_000)})


@case(".xlsx")
def a_sheet_that_names_itself() -> bytes:
    return workbook(ONE_QUESTION, extra={"xl/worksheets/_rels/survey.xml.rels": b"<a/>" * 1000})


# -- other files by another name -------------------------------------------------------------------------


@case(".xlsx")
def noise_as_xlsx() -> bytes:
    return bytes(range(256)) * 10_000


@case(".xls")
def noise_as_xls() -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 10_000


@case(".xls")
def xlsx_as_xls() -> bytes:
    return workbook(ONE_QUESTION)


@case(".xlsx")
def xform_as_xlsx() -> bytes:
    return xform()


@case(".xml")
def xlsx_as_xml() -> bytes:
    return workbook(ONE_QUESTION)


@case(".md")
def noise_as_a_table() -> bytes:
    return bytes(range(256)) * 10_000


@case(".xml")
def zeros_as_xml() -> bytes:
    return bytes(40_000_000)
