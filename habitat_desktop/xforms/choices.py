"""The choice list of a question, and what it shows in one language."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from habitat_desktop.xforms.binding import Place
from habitat_desktop.xforms.definition import NO_TEXT, Form, Itemset, Question, StaticChoice
from habitat_desktop.xforms.dependencies import Dependency
from habitat_desktop.xforms.instance import AnswerNode
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.itext import Media, Text, file_name, language_code
from habitat_desktop.xforms.rules import compiled
from habitat_desktop.xforms.secondary import load_source
from habitat_desktop.xforms.xpath.code import Context, as_nodes, as_string
from habitat_desktop.xforms.xpath.compiler import Compiler
from habitat_desktop.xforms.xpath.functions.lists import column_of, columns_named
from habitat_desktop.xforms.xpath.nodes import Node
from habitat_desktop.xforms.xpath.syntax import Call, Expression, String, parts

_VARYING = frozenset(("random", "now", "today", "uuid", "once", "property", "jr:itext", "jr:choice-name"))
_LABELS = "label::"
_MOST_KEPT = 100  # lists of one question kept for other answers

Render = Callable[[Text, Context], str]


class Listed:
    """The choices of a question as they stand: the nodes of a list with their codes, all values, and what is
    shown of them by language; texts that show answers are made anew each time.
    """

    __slots__ = ("codes", "nodes", "shown", "values")

    def __init__(self, nodes: list[Node], codes: list[str], static: Iterable[str]) -> None:
        self.nodes = nodes
        self.codes = codes
        self.values = frozenset((*static, *codes))
        self.shown: dict[str, tuple[Choice, ...]] = {}


class ChoiceList:
    """Gives the choices of one question. They stay with its node until something the filter reads changes."""

    __slots__ = (
        "_always",
        "_file",
        "_itext",
        "_kept",
        "_label",
        "_nodes",
        "_static",
        "_value",
        "is_filtered",
    )

    is_made_of_records = False

    def __init__(
        self,
        static: tuple[StaticChoice, ...],
        nodes: Callable[[Context], list[Node]] | None,
        value: str,
        label: str,
        is_filtered: bool,
        file: str = "",
    ) -> None:
        self._static = static
        self._file = file  # the name of the list where it is kept in a file
        self._nodes = nodes
        self._value = _reader(value)
        inside = (
            label.strip().removeprefix("jr:itext(").removesuffix(")") if label.startswith("jr:itext(") else ""
        )
        self._itext = bool(inside)
        self._label = _reader(inside.strip() or label)
        self._kept: dict[tuple[int, ...], Listed] = {}
        self._always: Listed | None = None
        self.is_filtered = is_filtered

    def choices(self, c: Context, language: str, itext: Any, render: Render) -> tuple[Choice, ...]:
        """Return the choices now, for the question `c.current`."""
        listed = self._listed(c)
        known = listed.shown.get(language)
        if known is not None:
            return known
        made, texts = self._made(listed, c, language, itext, render)
        result = (*(_choice(one.value, one.label_text, c, render) for one in self._static), *made)
        texts += [one.label_text for one in self._static]
        if not any(text.expressions() for text in texts):
            listed.shown[language] = result
        return result

    def _made(
        self, listed: Listed, c: Context, language: str, itext: Any, render: Render
    ) -> tuple[list[Choice], list[Text]]:
        """Return the choices of the nodes of `listed` and the texts of the form they show."""
        texts = []
        made = []
        inner = c.inner()
        translated = None
        if self._file and listed.nodes:
            translated = labels_in(language, self._file, listed.nodes[0])
        for node, code in zip(listed.nodes, listed.codes, strict=True):
            inner.node = node
            label = self._label(inner)
            if self._itext:
                text = itext.get(label, NO_TEXT)
                texts.append(text)
                made.append(_choice(code, text, inner, render))
            else:
                made.append(Choice(code, translated(node, code, label) if translated is not None else label))
        return made, texts

    def values(self, c: Context) -> Collection[str]:
        """Return the values of the choices now."""
        return self._listed(c).values

    def ordered(self, c: Context, given: Collection[str]) -> list[str]:
        """Return those of the values `given` that are among the choices now, in the order of the list."""
        listed = self._listed(c)
        given = listed.values.intersection(given)
        if len(given) < 2:
            return list(given)
        return [
            one for one in dict.fromkeys((*(s.value for s in self._static), *listed.codes)) if one in given
        ]

    def kept(self, c: Context, value: str, type_name: str) -> str:
        """Return what of the answer `value` is still among the choices; a ranking takes the new ones last."""
        known = self.values(c)
        if type_name == "select_one":
            return value if value in known else ""
        given = value.split()
        if type_name == "rank":
            left = [one for one in given if one in known]
            # where nothing is left, an order of the new ones would be an answer nobody gave
            return " ".join([*left, *self.ordered(c, [o for o in known if o not in given])]) if left else ""
        return " ".join(self.ordered(c, given))

    def _listed(self, c: Context) -> Listed:
        node = c.current
        assert isinstance(node, AnswerNode)
        if node.listed is None:
            node.listed = self._always or self._list(c)
        found: Listed = node.listed
        return found

    def _list(self, c: Context) -> Listed:
        nodes = self._nodes(c) if self._nodes is not None else []
        of_answers = any(isinstance(node, AnswerNode) for node in nodes[:1])
        key = () if of_answers else tuple(map(id, nodes))
        known = self._kept.get(key)
        if known is not None and key:
            return known
        made = Listed(nodes, self._codes(nodes, c), (one.value for one in self._static))
        if not self.is_filtered:
            self._always = made
        elif key:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = made
        return made

    def _codes(self, nodes: list[Node], c: Context) -> list[str]:
        inner = c.inner()
        codes = []
        for node in nodes:
            inner.node = node
            codes.append(self._value(inner))
        return codes


class RecordChoices(ChoiceList):
    """Choices that are records of the office: another list in another instance, each value once.

    An answer that is not among them is never given up: its record may be withdrawn, or not be here.
    """

    __slots__ = ()

    is_made_of_records = True

    def kept(self, c: Context, value: str, type_name: str) -> str:
        """Return the answer as it is."""
        return value

    def unlisted(self, c: Context, value: str, type_name: str) -> list[str]:
        """Return what of the answer `value` is no longer among the choices."""
        known = self.values(c)
        given = [value] if type_name == "select_one" else value.split()
        return [one for one in given if one and one not in known]

    def _list(self, c: Context) -> Listed:
        nodes = self._nodes(c) if self._nodes is not None else []
        by_code: dict[str, Node] = {}
        for node, code in zip(nodes, self._codes(nodes, c), strict=True):
            by_code.setdefault(code, node)
        return Listed(list(by_code.values()), list(by_code), (one.value for one in self._static))


class SearchedList(ChoiceList):
    """Choices that are rows of a file, looked up by the search() in an appearance.

    `naming` is the choice of the form that names columns: its value that of the values, its label those
    shown, its image that of the pictures. A value stands in the list once.
    """

    __slots__ = ("_naming", "_rows")

    def __init__(
        self,
        static: tuple[StaticChoice, ...],
        rows: Callable[[Context], list[Node]],
        naming: StaticChoice,
        is_filtered: bool,
    ) -> None:
        super().__init__(static, self._distinct, naming.value, naming.value, is_filtered)
        self._naming = naming
        self._rows = rows

    def _distinct(self, c: Context) -> list[Node]:
        rows = self._rows(c)
        found: dict[str, Node] = {}
        for row, code in zip(rows, self._codes(rows, c), strict=True):
            found.setdefault(code, row)
        return list(found.values())

    def _codes(self, nodes: list[Node], c: Context) -> list[str]:
        column = column_of(nodes[0], self._naming.value) if nodes else ""
        return [node.cell(column) for node in nodes]

    def _made(
        self, listed: Listed, c: Context, language: str, itext: Any, render: Render
    ) -> tuple[list[Choice], list[Text]]:
        """See `ChoiceList`."""
        label = self._naming.label_text
        if not listed.nodes:
            return [], [label]
        first = listed.nodes[0]
        shown = [(name, column_of(first, name)) for name in columns_named(render(label, c))]
        picture = file_name(render(label.forms.get("image", NO_TEXT), c))
        picture = column_of(first, picture) if picture else ""
        rows = zip(listed.nodes, listed.codes, strict=True)
        return [_row_choice(row, code, shown, picture) for row, code in rows], [label]


def _row_choice(row: Node, code: str, shown: list[tuple[str, str]], picture: str) -> Choice:
    """Return the choice of `row`: "Nairobi (country: Kenya)" where the columns city and country are shown.

    `shown` are the names of columns as the form has them and as the list does, `picture` is a column or "".
    """
    cells = [(name, row.cell(column)) for name, column in shown]
    label = " ".join([cells[0][1], *(f"({name}: {text})" for name, text in cells[1:])]) if cells else ""
    file = row.cell(picture) if picture else ""
    return Choice(code, label.strip() or code, (Media("image", file_name(file)),) if file else ())


def _choice(value: str, text: Text, c: Context, render: Render) -> Choice:
    label = render(text, c)
    if not text.forms:
        return Choice(value, label)
    short = text.forms.get("short", NO_TEXT)
    return Choice(value, label, text.media(lambda form: render(form, c)), render(short, c))


def _reader(path: str) -> Callable[[Context], str]:
    """Return a closure giving the text at `path` inside an item."""
    if path.replace("_", "").replace("-", "").isalnum() and not path[:1].isdigit():

        def read(c: Context) -> str:
            return c.node.cell(path)

        return read
    return as_string(Compiler().compile_text(path))


def compile_choices(
    form: Form, place: Place, whole: dict[Itemset, ChoiceList]
) -> tuple[ChoiceList, dict[Dependency, bool]]:
    """Return the choice list of the question at `place` and what it reads.

    `whole` has the lists that read nothing: all questions that take one share it.

    Raises:
        FormExpressionError: the choice filter cannot be read.
    """
    question = place.element
    assert isinstance(question, Question)
    itemset = question.itemset
    if itemset is None:
        return ChoiceList(question.choices, None, "name", "label", False), {}
    if itemset in whole and not question.choices and question.searched is None:
        return whole[itemset], {}
    code, reader = compiled(itemset.nodeset, place, "choice_filter")
    nodes = as_nodes(code, "choice_filter")
    varies = bool(reader.found) or (code.source is not None and _varies(code.source))
    if question.searched is not None:
        return SearchedList(question.choices, nodes, question.searched, varies), reader.found
    if question.list_name in form.record_lists:
        return RecordChoices(question.choices, nodes, itemset.value, itemset.label, True), reader.found
    source = form.sources.get(question.list_name)
    file = source.list_name if source is not None else ""
    made = ChoiceList(question.choices, nodes, itemset.value, itemset.label, varies, file)
    if not varies and not question.choices:
        whole[itemset] = made
    return made, reader.found


def _varies(expression: Expression) -> bool:
    """Tell whether `expression` may give another list in another instance of the form."""
    for part in parts(expression):
        if isinstance(part, Call):
            own = part.name == "randomize" and len(part.arguments) < 2
            name = part.arguments[0] if part.name == "instance" and part.arguments else None
            last_saved = isinstance(name, String) and name.value.startswith("__")
            if own or last_saved or part.name in _VARYING:
                return True
    return False


def listed_choices(form: Form, question: Question, language: str) -> tuple[Choice, ...]:
    """Return the whole choice list of `question`, whatever its filter; empty where answers make the list."""
    static = [Choice(one.value, one.label_text.static(language)) for one in question.choices]
    itemset = question.itemset
    source = form.sources.get(question.list_name)
    if itemset is None or source is None:
        return tuple(static)
    if question.searched is not None:
        rows = load_source(source).items(("root", "item"))
        names = columns_named(question.searched.label_text.static(language)) if rows else []
        shown = [(name, column_of(rows[0], name)) for name in names]
        value = column_of(rows[0], itemset.value) if rows else ""
        made = (_row_choice(row, row.cell(value), shown, "") for row in rows)
        return (*static, *{one.value: one for one in made}.values())
    inside = itemset.label.strip().removeprefix("jr:itext(").removesuffix(")").strip()
    is_text_id = inside != itemset.label.strip()
    items = load_source(source).items(("root", "item"))
    translated = labels_in(language, source.list_name, items[0]) if source.list_name and items else None
    for item in items:
        label = item.cell(inside)
        if is_text_id:
            label = form.itext[label].static(language) if label in form.itext else ""
        code = item.cell(itemset.value)
        if translated is not None:
            label = translated(item, code, label)
        static.append(Choice(code, label))
    return tuple(static)


def labels_in(language: str, list_name: str, row: Node) -> Callable[[Node, str, str], str]:
    """Return what gives the label in `language` of a row of a list file that has rows like `row`, from the
    row, its code and its English label: the column "label::Français (fr)" or the like, else the shared
    translation, else the label as it is.
    """
    from habitat_desktop.i18n.catalogues import LANGUAGES, translate

    names = (column.name for column in row.elements() if column.name.startswith(_LABELS))
    own = next((name for name in names if language_code(name.removeprefix(_LABELS)) == language), None)

    def label(row: Node, code: str, text: str) -> str:
        if own is not None:
            return row.cell(own) or text
        if language not in LANGUAGES:
            return text
        return translate("reference", language, f"lists/{list_name}|{code}", text) or text

    return label
