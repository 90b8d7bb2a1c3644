"""What a questionnaire is and what was written in it, for the command line; no workspace is asked."""

from pathlib import Path
from typing import Any

from habitat_desktop.i18n.catalogues import explain
from habitat_desktop.packages.errors import PackageError
from habitat_desktop.packages.questionnaires.locating import locate
from habitat_desktop.packages.questionnaires.opening import read_questionnaire


def inspect_questionnaire(path: Path, kept: Path) -> dict[str, Any]:
    """Return a report for machines; `ok` is false where the file is no questionnaire that can be read."""
    try:
        opened = read_questionnaire(path, kept)
    except PackageError as error:
        return {"ok": False, "file": str(path), "code": error.code, "message": explain(error)}
    manifest, found = opened.manifest, locate(opened.workbook, opened.manifest)
    supplier = opened.supplier(found.filled_in_by, "")
    return {
        "ok": True,
        "file": str(path),
        "code": None,
        "message": None,
        "questionnaire_id": manifest.questionnaire_id,
        "sha256": manifest.sha256,
        "office": manifest.office,
        "form_id": manifest.form_id,
        "form_version": manifest.form_version,
        "form_hash": manifest.form_hash,
        "record_id": manifest.record_id,
        "label": manifest.label,
        "country": manifest.country,
        "period": manifest.period,
        "language": manifest.language,
        "to": manifest.to,
        "made_at": manifest.made_at,
        "sections": list(manifest.sections),
        "filled_in_by": vars(supplier),
        "prefilled": len(manifest.prefilled),
        "written": sum(1 for one in found.filled if not one.is_blank),
        "questions": [
            {"number": item.number, "ref": item.path, "type": item.type, "label": item.label}
            for item in manifest.questions
        ],
        "unread": [
            {
                "sheet": one.place.sheet,
                "cell": one.place.cell,
                "code": one.error.code,
                "message": explain(one.error),
            }
            for one in found.unread
        ],
        "remarks": [remark.json() for remark in (*opened.remarks, *found.remarks)],
    }
