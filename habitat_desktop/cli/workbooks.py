"""Workbooks of one's own: which column answers what; rows as drafts or as a period to compare with."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, language, ngettext
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.packages.own_workbooks.loading import Outcome
    from habitat_desktop.packages.own_workbooks.mapping import Mapping
    from habitat_desktop.packages.reader import Workbook
    from habitat_desktop.workspace import Workspace
    from habitat_desktop.xforms.definition import Form


class WhichFormError(HabitatError):
    code = "WHICH_FORM"
    message = N_("Name the form with --form, or a saved mapping with --mapping. Nothing was changed.")


class MappingWordError(HabitatError):
    code = "MAPPING_WORD"
    message = N_("“{given}” is not COLUMN=QUESTION, or the sheet or the form has no such thing.")


@click.group(help=_("Your own workbooks: any sheet with a header row, mapped to the questions of a form."))
def workbook() -> None:
    pass


@workbook.command("list", help=_("List the mappings that were saved."))
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    from habitat_desktop.packages.own_workbooks.mapping import saved

    rows = [
        {"name": one.name, "form_id": one.form_id, "sheet": one.sheet, "columns": len(one.columns)}
        for one in saved(context.reading.mappings)
    ]
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo(_("No mapping was saved yet."))
    else:
        print_table(
            [_("Name"), _("Form"), _("Sheet"), _("Columns")],
            [(row["name"], row["form_id"], row["sheet"], row["columns"]) for row in rows],
        )


@workbook.command(help=_("Say which columns of FILE would answer which questions; nothing is kept."))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--form", "form_id", required=True)
@click.option("--repeat", default=None, help=_("The rows are entries of this repeat; “-”: they are records."))
@json_option
@click.pass_obj
def propose(context: Context, file: Path, form_id: str, repeat: str | None, as_json: bool) -> None:
    from habitat_desktop.packages.own_workbooks.proposing import said_column

    form = context.reading.library.form(form_id)
    book = _read(file)
    found = _proposed(book, form, repeat)
    rows = [
        {"column": _letters(one.index), "heading": one.heading, "path": one.path} for one in found.columns
    ]
    if as_json:
        print_json(
            {"sheet": found.sheet, "header_row": found.header_row, "repeat": found.repeat, "columns": rows}
        )
        return
    where = _("Sheet “{sheet}”, headings in row {row}")
    click.echo(where.format(sheet=found.sheet, row=found.header_row))
    print_table(
        [_("Column"), _("Heading"), _("Question")],
        [(row["column"], row["heading"], said_column(row["path"], form, language())) for row in rows],
    )


@workbook.command(help=_("Make drafts of the rows of FILE, or a past period to compare with."))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--form", "form_id", default="")
@click.option("--mapping", "mapping_name", default="", help=_("A mapping that was saved."))
@click.option("--map", "mapped", multiple=True, metavar="COLUMN=QUESTION", help=_("Map a column; repeat it."))
@click.option("--repeat", default=None, help=_("The rows are entries of this repeat; “-”: they are records."))
@click.option("--country", default="", help=_("The country of all rows (alpha-3)."))
@click.option("--period", default="", help=_("The period of all rows, such as 2026-H1."))
@click.option("--language", "spoken", default="", help=_("The language of the sheet."))
@click.option("--as", "kind", type=click.Choice(["drafts", "comparison"]), default="drafts")
@click.option("--preview", is_flag=True, help=_("Only say what would come of it."))
@click.option("--save", "save_as", default="", metavar="NAME", help=_("Save the mapping for the next time."))
@json_option
@click.pass_obj
def load(
    context: Context,
    file: Path,
    form_id: str,
    mapping_name: str,
    mapped: tuple[str, ...],
    repeat: str | None,
    country: str,
    period: str,
    spoken: str,
    kind: str,
    preview: bool,
    save_as: str,
    as_json: bool,
) -> None:
    from habitat_desktop.packages.own_workbooks import mapping as mappings
    from habitat_desktop.packages.own_workbooks.reading import read_sheet

    workspace = context.workspace
    book = _read(file)
    found, form = _mapping(workspace, book, form_id, mapping_name, repeat)
    for one in mapped:
        found = _with(found, book, form, one)
    found = replace(
        found,
        country=country.upper() or found.country,
        period=period or found.period,
        language=spoken or found.language,
    )
    if not found.country and len(workspace.settings.countries) == 1:
        found = replace(found, country=workspace.settings.countries[0])
    if save_as:
        found = replace(found, name=save_as)
        mappings.save(workspace.mappings, found)
    sheet = read_sheet(book, found, form)
    outcome = _loaded(workspace, sheet, found, kind, preview, file.name)
    _tell(outcome, form, kind, preview, as_json)


def _loaded(
    workspace: "Workspace", sheet: Any, found: "Mapping", kind: str, preview: bool, source: str
) -> "Outcome":
    from habitat_desktop.packages.own_workbooks import loading

    if preview:
        return loading.preview(workspace, sheet, found, Progress())
    if kind == "comparison":
        return loading.load_comparison(workspace, sheet, found, source, Progress())
    return loading.load_drafts(workspace, sheet, found, Progress())


def _tell(outcome: "Outcome", form: "Form", kind: str, preview: bool, as_json: bool) -> None:
    from habitat_desktop.packages.own_workbooks.proposing import said_column
    from habitat_desktop.packages.own_workbooks.reading import said_trouble

    if as_json:
        print_json(
            {
                "preview": preview,
                "as": kind,
                "records": [vars(one) for one in outcome.records],
                "answers": outcome.answers,
                "troubles": [
                    {"cell": one.cell, "row": one.row, "path": one.path, "text": one.text, "why": one.why}
                    for one in outcome.troubles
                ],
            }
        )
        return
    for one in outcome.troubles:
        complain(said_trouble(one, said_column(one.path, form, language())))
    for record in outcome.records:
        if record.is_there:
            text = _("Row {row}: a return about the same is there already: {label}. Nothing was made of it.")
            complain(text.format(row=record.row, label=record.label))
    made = outcome.made
    if preview:
        text = ngettext("{count} return would be made.", "{count} returns would be made.", made)
    elif kind == "comparison":
        text = ngettext("{count} return to compare with.", "{count} returns to compare with.", made)
    else:
        text = ngettext("{count} draft was made.", "{count} drafts were made.", made)
    click.echo(text.format(count=made))


def _mapping(
    workspace: "Workspace", book: "Workbook", form_id: str, name: str, repeat: str | None
) -> "tuple[Mapping, Form]":
    from habitat_desktop.packages.own_workbooks import mapping as mappings
    from habitat_desktop.packages.own_workbooks import proposing

    if name:
        kept = mappings.named(workspace.mappings, name)
        form = workspace.library.form(kept.form_id)
        return proposing.fitting(book, [kept]) or kept, form
    if not form_id:
        raise WhichFormError
    form = workspace.library.form(form_id)
    return _proposed(book, form, repeat), form


def _proposed(book: "Workbook", form: "Form", repeat: str | None) -> "Mapping":
    from habitat_desktop.packages.own_workbooks import proposing

    if repeat and repeat != "-":
        path = repeat if repeat.startswith("/") else f"{form.root.path}/{repeat}"
        return proposing.propose(book, form, language(), repeat=path)
    return proposing.propose(book, form, language(), repeat="" if repeat == "-" else None)


def _with(found: "Mapping", book: "Workbook", form: "Form", given: str) -> "Mapping":
    """Return the mapping with one column given as "C=question" or "C=$country"."""
    from habitat_desktop.packages.own_workbooks import proposing
    from habitat_desktop.packages.own_workbooks.mapping import COUNTRY, PERIOD

    letters, _sign, name = given.partition("=")
    index = 0
    for sign in letters.strip().upper():
        index = index * 26 + ord(sign) - 64 if "A" <= sign <= "Z" else -(10**6)
    known = {one.question.name: one.path for one in proposing.targets(form, found.repeat)}
    path = known.get(name, name if name in (COUNTRY, PERIOD, *known.values()) else "")
    sheet = book.sheet(found.sheet)
    width = len(sheet.rows[0]) if sheet is not None and sheet.rows else 0
    if not path or not 1 <= index <= width:
        raise MappingWordError(given=given)
    cells = sheet.rows[found.header_row - 1] if sheet is not None else []
    return found.with_column(index - 1, proposing.heading(cells[index - 1]), path)


def _read(file: Path) -> "Workbook":
    from habitat_desktop.packages.reader import Reader

    with Reader() as reader:
        return reader.read(file)


def _letters(index: int) -> str:
    from habitat_desktop.packages.cells import address

    return address(0, index).rstrip("1")
