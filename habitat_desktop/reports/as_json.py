"""The tree of a report for machines: numbers as text, exactly; each figure with the records behind it."""

from typing import Any

from habitat_desktop.i18n.catalogues import speaking
from habitat_desktop.reports.document import (
    Block,
    Bullets,
    Cell,
    Day,
    Document,
    Figure,
    Number,
    Paragraph,
    Quote,
    RecordName,
    Section,
    Table,
)
from habitat_desktop.reports.wording import cell_words, filled


def as_json(document: Document) -> dict[str, Any]:
    """Return the report as plain data.

    A figure is {"value", "known", "total", "records": labels, "measure"}; `value` None: nothing is known.
    """
    labels = {line.record_id: line.label for line in document.records}
    with speaking(document.language):
        return {
            "name": document.name,
            "title": document.title,
            "subtitle": document.subtitle,
            "language": document.language,
            "made_on": document.made_on,
            "demonstration": document.is_demonstration,
            "basis": [{"title": fact.title, **_paragraph(fact.value, labels)} for fact in document.basis],
            "blocks": [_block(block, labels) for block in document.blocks],
            "records": [
                {
                    "label": line.label,
                    "record_id": line.record_id,
                    "office": line.office,
                    "country": line.country,
                    "period": line.period,
                    "subject": line.subject,
                    "form_id": line.form_id,
                    "form_version": line.form_version,
                    "state": line.state,
                    "revision_id": line.revision_id,
                }
                for line in document.records
            ],
        }


def _block(block: Block, labels: dict[str, str]) -> dict[str, Any]:
    match block:
        case Section():
            return {"section": block.title, "blocks": [_block(one, labels) for one in block.blocks]}
        case Bullets():
            return {"bullets": [_paragraph(item, labels) for item in block.items]}
        case Table():
            return {
                "table": block.title,
                "columns": [
                    {"title": one.title, "kind": one.kind, "unit": one.unit} for one in block.columns
                ],
                "rows": [[_cell(cell, labels) for cell in row] for row in block.rows],
                "total": [_cell(cell, labels) for cell in block.total],
                "notes": [_paragraph(note, labels) for note in block.notes],
            }
        case _:
            return _paragraph(block, labels)


def _paragraph(paragraph: Paragraph, labels: dict[str, str]) -> dict[str, Any]:
    values = {name: _cell(cell, labels) for name, cell in paragraph.values.items()}
    return {"text": filled(paragraph), **({"values": values} if values else {})}


def _cell(cell: Cell, labels: dict[str, str]) -> Any:
    match cell:
        case Figure():
            return {
                "value": None if cell.value is None else f"{cell.value:f}",
                "measure": cell.measure,
                "known": cell.known,
                "total": cell.total,
                "records": sorted(labels.get(one, one) for one in cell.records),
            }
        case Number():
            return {"value": f"{cell.value:f}", "measure": cell.measure}
        case Quote():
            return {"quote": cell.text, "language": cell.language}
        case Day():
            return {"date": cell.iso}
        case RecordName():
            return {"record": cell.label}
        case _:
            return cell_words(cell)
