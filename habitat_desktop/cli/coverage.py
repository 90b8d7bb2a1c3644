"""Coverage: how many of the expected returns have come, n of N, by office, form and period."""

from dataclasses import asdict
from typing import Any, cast

import click

from habitat_desktop.cli.context import Context, json_option, print_json, print_table
from habitat_desktop.cli.expected import day_of, filters, read_register
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, pgettext

_BY = ("office", "form", "period")


class CountedByError(HabitatError):
    code = "COUNTED_BY"
    message = N_("“{by}” cannot be counted by: write one or more of office, form and period with commas.")


@click.command(help=_("Say how many of the expected returns have come: n of N, nil, late, closed."))
@filters
@click.option("--by", default="office,form,period", help=_("Count by office, form or period, or several."))
@json_option
@click.pass_obj
def coverage(
    context: Context,
    office: str | None,
    form_id: str | None,
    period: str | None,
    on: str,
    by: str,
    as_json: bool,
) -> None:
    """Print `{on, rows: [...], total: {...}}`.

    A row has office, form_id, period ("" where it counts all), expected (without those excused), reported
    (received and nil), received, accepted, nil, missing, in_work, late, excused, requests, contradicting and
    unexpected; see `records.coverage.Cover`.
    """
    from habitat_desktop.records.coverage import By, total
    from habitat_desktop.records.coverage import coverage as counted

    named = [one.strip() for one in by.split(",") if one.strip()]
    if not named or not set(named) <= {*_BY, "form_id"}:
        raise CountedByError(by=by)
    order = cast("list[By]", ["form_id" if one == "form" else one for one in dict.fromkeys(named)])
    day = day_of(on)
    found = read_register(context.reading, office, form_id, period)
    rows, whole = counted(found, day, order), total(found, day)
    if as_json:
        print_json({"on": day.isoformat(), "rows": [_json(row) for row in rows], "total": _json(whole)})
        return
    names = {"office": _("Office"), "form_id": _("Form"), "period": _("Period")}
    titles = [names[one] for one in order]
    cells = [[getattr(row, one) for one in order] + _figures(row) for row in rows]
    cells.append([_("All"), *[""] * (len(order) - 1), *_figures(whole)])
    print_table(
        [*titles, _("Came"), _("Nil"), _("Late"), _("Closed"), _("Asked"), _("Unexpected")],
        cells,
    )


def _figures(row: Any) -> list[str]:
    came = pgettext("how many have come", "{n} of {total}").format(n=row.reported, total=row.expected)
    counts = (row.nil, row.late, row.excused, row.requests, row.unexpected)
    return [came, *(str(count) if count else "–" for count in counts)]


def _json(row: Any) -> dict[str, Any]:
    return asdict(row) | {"reported": row.reported}
