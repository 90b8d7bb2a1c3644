"""The types of questions: their XLSForm names and which text is a value of each."""

import re
from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal, InvalidOperation
from typing import Literal

from habitat_desktop.errors import N_
from habitat_desktop.xforms.definition import Bind
from habitat_desktop.xforms.problems import Reason
from habitat_desktop.xforms.xform_body import Control
from habitat_desktop.xforms.xpath.values import is_number, moment_of_text, number_text

_BY_DATA_TYPE = {
    "int": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "dateTime",
    "geopoint": "geopoint",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "barcode": "barcode",
    "boolean": "text",
}
_BY_CONTROL = {
    "select1": "select_one",
    "select": "select_multiple",
    "rank": "rank",
    "range": "range",
    "trigger": "acknowledge",
}
ATTACHMENTS = frozenset(("image", "audio", "video", "file"))
_OTHERS = ("text", "note", "calculate", "hidden")
TYPES = frozenset((*_BY_DATA_TYPE.values(), *_BY_CONTROL.values(), *ATTACHMENTS, *_OTHERS))

CALENDARS = ("ethiopian", "coptic", "islamic", "persian", "bikram-sambat", "myanmar", "buddhist")
DatePrecision = Literal["day", "month", "year"]

_INTEGER = re.compile(r"-?[0-9]{1,18}\Z")
_DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?\Z", re.ASCII)
_POINT = re.compile(r"-?[0-9.]+ -?[0-9.]+( -?[0-9.]+){0,2}\Z")


def question_type(control: Control, bind: Bind) -> str:
    """Return the XLSForm type of a node with this control and bind."""
    if not control.tag:
        return "calculate" if bind.calculate else "hidden"
    if control.tag in _BY_CONTROL:
        return _BY_CONTROL[control.tag]
    if control.tag == "upload":
        kind = control.attributes.get("mediatype", "").partition("/")[0]
        return kind if kind in ("image", "audio", "video") else "file"
    if (
        bind.data_type == "string"
        and bind.readonly.strip() == "true()"
        and not bind.calculate
        and not bind.preload
    ):
        return "note"
    return _BY_DATA_TYPE.get(bind.data_type, "text")


def date_appearance(appearance: str) -> tuple[str, DatePrecision]:
    """Return the calendar a date is asked in, "gregorian" if none is named, and how precisely it is asked."""
    words = appearance.lower().split()
    calendar = next((word for word in CALENDARS if word in words), "gregorian")
    if "month-year" in words:
        return calendar, "month"
    return calendar, "year" if "year" in words else "day"


def cast(text: str, data_type: str) -> str:
    """Return a calculated or default `text` as a value of `data_type`; "" where it cannot be one.

    As in ODK Web Forms: whole numbers lose their fraction, dates their time of day.
    """
    if data_type in ("int", "decimal"):
        text = {"true": "1", "false": "0"}.get(text, text).strip()
        if not is_number(text):
            return ""
        return (
            text if data_type == "decimal" or _INTEGER.match(text) else number_text(float(int(float(text))))
        )
    if data_type == "date":
        text = re.split("[T ]", text, maxsplit=1)[0]
        return text if moment_of_text(text, UTC) else ""
    return text


def value_problem(text: str, type_name: str, data_type: str) -> str:
    """Return what a value should have been when `text` is none of the type, "" when it is one.

    The result is a marked English text, translated where it is shown.
    """
    kind = type_name if type_name != "range" else _BY_DATA_TYPE.get(data_type, "decimal")
    if type_name in ("calculate", "hidden"):
        kind = _BY_DATA_TYPE.get(data_type, "text")
    if kind == "integer" and not _INTEGER.match(text):
        return N_("a whole number, such as 12")
    if kind == "decimal" and not _DECIMAL.match(text):
        return N_("a number, such as 12.5")
    if kind == "date" and not (_DATE.match(text) and moment_of_text(text, UTC)):
        return N_("a date, such as 2026-01-31")
    if kind == "time" and not _TIME.match(text):
        return N_("a time, such as 09:30")
    if kind == "dateTime" and not (moment_of_text(text, UTC) and "T" in text):
        return N_("a date and time, such as 2026-01-31T09:30")
    return _place_problem(text, kind)


def range_problem(text: str, parameters: Mapping[str, str]) -> Reason | None:
    """Return what a number of a range should have been, None when it is one of its steps.

    `parameters` are start, end and step of its control; those that are no numbers hold nobody back.
    """
    try:
        number, start, end, step = (
            Decimal(one)
            for one in (text, parameters["start"], parameters["end"], parameters.get("step") or "1")
        )
    except (InvalidOperation, KeyError):
        return None
    low, high = min(start, end), max(start, end)
    if not low <= number <= high:
        return Reason(N_("a number from {low} to {high}"), low=low, high=high)
    if step and (number - start) % step:
        return Reason(
            N_("a number from {low} to {high} in steps of {step}"), low=low, high=high, step=abs(step)
        )
    return None


def _place_problem(text: str, kind: str) -> str:
    if kind == "geopoint" and not _is_point(text):
        return N_("a place: latitude and longitude, such as -1.286 36.817")
    if kind in ("geotrace", "geoshape") and not all(
        _is_point(point.strip()) for point in text.rstrip(" ;").split(";")
    ):
        return N_("a list of places: latitude and longitude, divided by semicolons")
    return ""


def _is_point(text: str) -> bool:
    if not _POINT.match(text):
        return False
    try:
        latitude, longitude = (float(part) for part in text.split()[:2])
    except ValueError:
        return False
    return abs(latitude) <= 90 and abs(longitude) <= 180
