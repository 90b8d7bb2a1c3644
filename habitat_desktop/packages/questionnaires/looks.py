"""How a questionnaire looks: the cell formats of its workbook, and how high a row must be."""

from typing import Any

from habitat_desktop.i18n.catalogues import language
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import has_rtl
from habitat_desktop.packages.texts import LINE, lines_of

BLUE, INK, GREY, LINE_GREY = "#006994", "#1F2A33", "#5C6975", "#B9C4CC"
TINT, ANSWER, ANSWER_EDGE = "#E1F1F9", "#FFF7D6", "#D9C67E"
ASIDE, ASIDE_EDGE = "#FFFDF3", "#E3DCC0"  # where little is written: reasons and remarks
SMALL = 9
_UPRIGHT = ("ar", "zh")  # scripts that have no italics
_SMALL_LINE = 12.5
_GROUPED = {0: "#,##0", 1: "#,##0.0", 2: "#,##0.00", 3: "#,##0.000"}


def is_right_to_left() -> bool:
    """Whether the language spoken now is written from right to left."""
    return languages()[language()].direction == "rtl"


class Looks:
    """The formats of one workbook; cells to be filled in are unlocked."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}
        # explanations follow the direction of the sheet, answers that of their own letters
        self._sided = {"reading_order": 2, "align": "right"} if is_right_to_left() else {"align": "left"}
        add = self._add
        sided = self._sided
        self.id = add(font_size=8, font_color=GREY, num_format="@")
        self.title = add(**sided, bold=True, font_size=16, font_color=BLUE, valign="vcenter")
        self.subtitle = add(**sided, font_color=GREY, valign="vcenter")
        self.header = add(
            **sided, bold=True, font_color=INK, bg_color=TINT, text_wrap=True, valign="vcenter",
            bottom=1, bottom_color=BLUE, num_format="@",
        )  # fmt: skip
        self.header_indented = add(
            **sided, bold=True, font_color=INK, bg_color=TINT, text_wrap=True, valign="vcenter", indent=1,
            bottom=1, bottom_color=BLUE, num_format="@",
        )  # fmt: skip
        self.section = add(**sided, bold=True, font_size=13, font_color=BLUE, valign="bottom")
        self.heading = add(**sided, bold=True, font_color=BLUE, valign="bottom")
        self.pointer = add(**sided, font_color=BLUE, valign="vcenter")
        self.link = add(**sided, font_color=BLUE, underline=1, valign="vcenter")
        self.number = add(
            **({"reading_order": 1, "align": "right"} if is_right_to_left() else {"align": "left"}),
            font_color=GREY, num_format="@", top=4, top_color=LINE_GREY,
        )  # fmt: skip
        self.label = add(**sided, text_wrap=True, num_format="@", top=4, top_color=LINE_GREY)
        self.choice = add(**sided, text_wrap=True, num_format="@", indent=2)
        self.choice_number = add(
            **({"reading_order": 1, "align": "right"} if is_right_to_left() else {"align": "left"}),
            font_color=GREY, font_size=8, num_format="@",
        )  # fmt: skip
        self.small = add(
            **sided, text_wrap=True, font_size=SMALL, font_color=GREY, num_format="@", indent=1,
            top=4, top_color=LINE_GREY,
        )  # fmt: skip
        self.small_plain = add(**sided, text_wrap=True, font_size=SMALL, font_color=GREY, num_format="@")
        slanted = language() not in _UPRIGHT
        side = {"align": "right"} if is_right_to_left() else {"align": "left"}
        grey = {"text_wrap": True, "indent": 1, "italic": slanted, "font_size": SMALL, "font_color": GREY}
        edge = {"top": 4, "top_color": LINE_GREY, "num_format": "@"}
        self._last = {False: add(**grey, **side, **edge), True: add(**grey, **sided, **edge)}
        self.last_choice = add(**grey, **sided, num_format="@")
        self.paragraph = add(**sided, text_wrap=True, num_format="@")
        self.fact = add(**sided, font_color=GREY)
        self.fact_text = add(**sided, text_wrap=True, num_format="@")
        self.mark = add(
            **({"reading_order": 2, "align": "left"} if is_right_to_left() else {"align": "right"}),
            font_color=GREY, num_format="@",
        )  # fmt: skip
        # runs inside one cell
        self.run_label = workbook.add_format({"font_color": INK})
        self.run_must = workbook.add_format({"font_color": "#A4262C", "bold": True})
        self.run_hint = workbook.add_format({"font_color": GREY, "font_size": SMALL})
        self.run_if = workbook.add_format({"font_color": BLUE, "font_size": SMALL, "italic": slanted})

    def _add(self, **properties: Any) -> Any:
        return self._workbook.add_format({"valign": "top", **properties})

    def answer(self, kind: str, decimals: int = -1) -> Any:
        """Return the format of a cell to be filled in.

        `kind`: "text", "choice" (from a list), "number", "quantity" (grouped, `decimals` of them), "percent",
        "date", or "aside" for what is rarely written: a reason, a remark.
        """
        key = f"{kind} {decimals}"
        if key not in self._made:
            shown = {"number": "General", "date": "yyyy-mm-dd", "percent": "0.0##"}.get(kind, "@")
            if kind == "quantity":
                shown = _GROUPED.get(decimals, f"#,##0.{'0' * decimals}" if decimals > 0 else "General")
            align: dict[str, Any] = {} if kind == "text" else {"align": "right"}
            if kind in ("text", "choice", "aside"):
                align = {"align": "right"} if is_right_to_left() else {}
            if kind == "choice" and is_right_to_left():
                align["reading_order"] = 2
            fill, edge = (ASIDE, ASIDE_EDGE) if kind == "aside" else (ANSWER, ANSWER_EDGE)
            self._made[key] = self._add(
                num_format=shown, bg_color=fill, border=1, border_color=edge, locked=False,
                text_wrap=kind in ("text", "choice", "aside"), **align,
            )  # fmt: skip
        return self._made[key]

    def last(self, text: str) -> Any:
        """Return the format of what was said last time: each text runs as its own letters do."""
        return self._last[has_rtl(text)]

    def answer_date_at_start(self) -> Any:
        """Return the format of a date to be filled in that stands where text begins."""
        side = "right" if is_right_to_left() else "left"
        return self._add(
            num_format="yyyy-mm-dd",
            bg_color=ANSWER,
            border=1,
            border_color=ANSWER_EDGE,
            locked=False,
            align=side,
        )


def height_of(width: float, label: str, *small: str) -> float:
    """Return how high a row must be, in points, for a label and smaller lines in a cell of that width."""
    height: float = LINE * lines_of(label, width * 1.06)
    for text in small:
        if text:
            height += _SMALL_LINE * lines_of(text, width * 1.25)
    return height + 4


def small_height(width: float, text: str) -> float:
    """Return how high a small text is in a cell of that width, in points."""
    return _SMALL_LINE * lines_of(text, width * 1.12) + 4 if text else 0
