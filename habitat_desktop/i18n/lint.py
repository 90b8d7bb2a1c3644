"""Find texts that would never be translated and layouts that would not mirror, in the sources.

A line that is right all the same says so: `# i18n-ok: reason`, on it or above it.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from habitat_desktop.resources import data_dir

_MARKS = {"_", "N_", "ngettext", "pgettext", "gettext_in", "ngettext_in", "pgettext_in"}
_SETTERS = """
    setText setWindowTitle setToolTip setStatusTip setWhatsThis setPlaceholderText setTitle setSubTitle
    setLabelText setHeaderLabels setHorizontalHeaderLabels setVerticalHeaderLabels setInformativeText
    setDetailedText setSuffix setPrefix setAccessibleName setAccessibleDescription setTabText
    setSpecialValueText setButtonText setItemText showMessage addTab addItem addItems addRow addAction
    addMenu addSection addButton
"""
_WIDGETS = """
    QLabel QPushButton QAction QCheckBox QRadioButton QGroupBox QToolButton QDockWidget QMenu QToolBar
    QMessageBox QCommandLinkButton QTreeWidgetItem QTableWidgetItem QListWidgetItem QStandardItem
"""
_DIALOGS = """
    information warning critical question about getText getItem getOpenFileName getOpenFileNames
    getSaveFileName getExistingDirectory
"""
_SINKS = {*_SETTERS.split(), *_WIDGETS.split(), *_DIALOGS.split()}
_SPOKEN = {"echo", "complain", "secho", "confirm", "prompt", "UsageError", "BadParameter", "ClickException"}
_LOGGERS = {"log", "logger", "logging", "_log", "_logger"}
_KIT = "habitat_desktop.gui.kit"
_SIDES = re.compile(r"(?:padding|margin|border)-(?:left|right)|text-align\s*:\s*(?:left|right)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[A-Z][a-z]|[^\W\d_]{2,}[ ][^\W\d_]")
_UNNAMED = re.compile(r"\{\}|%[sd](?!\w).*%[sd](?!\w)")
_ARROW_ICON = re.compile(
    r"(?:arrow|chevron|caret|triangle|panel|text_indent|skip|next|previous)_(?:[a-z0-9]+_)*?"
    r"(?:left|right|back|forward|next|previous|reply|undo|redo|enter|exit)(?:_[a-z0-9_]*)?"
)
_ARROW_SIGN = re.compile("[←→⇐⇒⟵⟶⟸⟹◀▶◁▷➔➜]")
_QT_ARROWS = ("LeftArrow", "RightArrow", "SP_ArrowLeft", "SP_ArrowRight")
_LIST_SIGNS = re.compile(r"[\s·|–—•,]*")
_ALLOWED = re.compile(r"#\s*i18n-ok:\s*\S")


@dataclass(frozen=True)
class Finding:
    """One line of source that a person has to look at."""

    path: Path
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"


def lint_tree(package: Path) -> list[Finding]:
    """Look through a package; rules about windows hold in its folder gui/, about commands in cli/."""
    found = []
    for path in sorted(package.rglob("*.py")):
        in_gui, in_cli = (path.is_relative_to(package / room) for room in ("gui", "cli"))
        found += lint_source(path.read_text(encoding="utf-8"), path, gui=in_gui, cli=in_cli)
    return found


def lint_source(source: str, path: Path, *, gui: bool = False, cli: bool = False) -> list[Finding]:
    """Look through one module."""
    tree = ast.parse(source)
    lines = source.splitlines()
    found = []
    for node, rule in _findings(tree, path, gui, cli):
        first = max(0, node.lineno - 2)
        if not any(_ALLOWED.search(line) for line in lines[first : node.end_lineno]):
            found.append(Finding(path, node.lineno, rule, ast.unparse(node)[:80]))
    return found


def _findings(tree: ast.Module, path: Path, gui: bool, cli: bool) -> Iterator[tuple[ast.expr, str]]:
    kit = _kit_names(tree)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and any(_is_mark(part) for part in ast.walk(node)):
            yield node, "a text marked inside an f-string is never collected; mark it before"
        if isinstance(node, ast.Call):
            if _name(node.func) in _MARKS:
                yield from _marked_text(node)
            elif gui:
                yield from _shown_text(node, kit)
            elif cli:
                yield from _spoken_text(node)
        if not gui:
            continue
        if isinstance(node, ast.BinOp | ast.JoinedStr) and _is_glued(node, parents):
            yield node, "a sentence is joined from pieces; use one text with named fields"
        side = isinstance(node, ast.Attribute) and node.attr in ("AlignLeft", "AlignRight")
        if side and not _minds_direction(node, parents):
            yield (
                cast(ast.expr, node),
                "left or right is not mirrored; use leading, trailing or AlignAbsolute",
            )
        yield from _sideways(node, parents)
        if path.name != "theme.py" and _SIDES.search(_text(node)) and not _is_docstring(node, parents):
            yield cast(ast.expr, node), "a style sheet names a side; only the theme may"


def _sideways(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[tuple[ast.expr, str]]:
    """Arrows that would point the wrong way in Arabic, and margins that would change sides."""
    if isinstance(node, ast.Attribute) and node.attr in _QT_ARROWS:
        yield node, "an arrow of Qt is not mirrored; use an icon of the theme"
    text = _text(node)
    if _ARROW_ICON.fullmatch(text) and text not in _mirrored_icons():
        yield cast(ast.expr, node), "an icon that points sideways is not among those mirrored in tokens.toml"
    if _ARROW_SIGN.search(text) and not _is_docstring(node, parents):
        yield cast(ast.expr, node), "an arrow written as a sign is not mirrored; use an icon"
    margins = _margins(node)
    if len(margins) == 4 and margins[0] != margins[2]:
        yield cast(ast.expr, node), "the margins at the left and at the right differ and are not mirrored"


def _margins(node: ast.AST) -> list[object]:
    """Return the margins that a call sets, where they are plain numbers."""
    if not isinstance(node, ast.Call):
        return []
    given = list(node.args) if _name(node.func) == "setContentsMargins" else []
    for word in node.keywords:
        if word.arg == "margins" and isinstance(word.value, ast.Tuple):
            given = list(word.value.elts)
    values = [part.value for part in given if isinstance(part, ast.Constant)]
    return list(values) if len(values) == len(given) else []


@cache
def _mirrored_icons() -> frozenset[str]:
    """Return the icons the theme turns round in Arabic."""
    import tomllib

    with (data_dir("theme") / "tokens.toml").open("rb") as file:
        icons = tomllib.load(file)["icons"]
    return frozenset(name for key in ("mirror_vendor", "mirror_own", "own_glyph_ar") for name in icons[key])


def _is_mark(node: ast.AST) -> bool:
    """Whether `node` marks a literal; what only translates a text marked elsewhere may stand anywhere."""
    return (
        isinstance(node, ast.Call)
        and _name(node.func) in _MARKS
        and any(isinstance(argument, ast.Constant) for argument in node.args)
    )


def _marked_text(call: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    """What stands inside a mark must be one literal, or it is never collected."""
    for argument in call.args:
        if isinstance(argument, ast.JoinedStr):
            yield argument, "an f-string is never collected; use named fields and .format()"
        elif isinstance(argument, ast.BinOp) and any(
            isinstance(part, ast.Constant) for part in ast.walk(argument)
        ):
            yield argument, "a computed text is never collected; mark a literal"
        elif isinstance(argument, ast.Call) and _name(argument.func) == "format":
            yield argument, "format what is translated, not what is marked"
        elif _UNNAMED.search(_text(argument)):
            yield argument, "fields without names cannot change places"


def _shown_text(call: ast.Call, kit: set[str]) -> Iterator[tuple[ast.expr, str]]:
    name = _name(call.func)
    own = name in kit
    if not own and name not in _SINKS:
        return
    if isinstance(call.func, ast.Attribute) and _name(call.func.value) in _LOGGERS:
        return
    for argument in [*call.args, *(word.value for word in call.keywords)]:
        pattern = _SENTENCE if own else _WORD
        if any(pattern.search(text) for text in _literals(argument)):
            yield argument, "text is shown that is not marked for translation"


def _spoken_text(call: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    """Sentences that a command prints, and its help."""
    said = list(call.args) if _name(call.func) in _SPOKEN else []
    said += [word.value for word in call.keywords if word.arg == "help"]
    for argument in said:
        if any(_SENTENCE.search(text) for text in _literals(argument)):
            yield argument, "text is printed that is not marked for translation"


def _literals(node: ast.expr) -> Iterator[str]:
    """The literal texts an expression may show; calls look after themselves."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from (str(part.value) for part in node.values if isinstance(part, ast.Constant))
    elif isinstance(node, ast.BinOp):
        yield from _literals(node.left)
        yield from _literals(node.right)
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        yield from (text for value in node.values for text in _literals(value))
    elif isinstance(node, ast.List | ast.Tuple):
        yield from (text for item in node.elts for text in _literals(item))


def _is_glued(node: ast.BinOp | ast.JoinedStr, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a translated text and a value are put together by a sign that belongs to a sentence."""
    if isinstance(node, ast.BinOp):
        if not isinstance(node.op, ast.Add) or isinstance(parents.get(node), ast.BinOp):
            return False
        pieces = _operands(node)
    else:
        pieces = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
    translated = [piece for piece in pieces if _is_translated(piece)]
    signs = [
        piece.value for piece in pieces if isinstance(piece, ast.Constant) and isinstance(piece.value, str)
    ]
    values = len(pieces) - len(translated) - len(signs)
    if not translated or (len(translated) < 2 and not values):
        return False
    return bool(values or len(translated) > 1) and not all(_LIST_SIGNS.fullmatch(sign) for sign in signs)


def _operands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_operands(node.left), *_operands(node.right)]
    return [node]


def _is_translated(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = _name(node.func)
    if name == "format" and isinstance(node.func, ast.Attribute):
        return _is_translated(node.func.value)
    return name in _MARKS


def _kit_names(tree: ast.Module) -> set[str]:
    """What a module imports from our own widgets, which show texts too."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_KIT)
        for alias in node.names
    }


def _minds_direction(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether the function around a physical side deals with the direction itself."""
    while node in parents and not isinstance(node, ast.FunctionDef | ast.stmt):
        node = parents[node]
    around = node
    while around in parents and not isinstance(around, ast.FunctionDef):
        around = parents[around]
    source = ast.unparse(around if isinstance(around, ast.FunctionDef) else node)
    return "AlignAbsolute" in source or "visualAlignment" in source


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_docstring(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    return isinstance(parents.get(node), ast.Expr)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
