"""Functions that only forms have: choices, conditions, other lists, texts."""

from collections.abc import Callable, Sequence

from habitat_desktop.xforms.xpath.code import (
    Code,
    Context,
    Kind,
    as_boolean,
    as_number,
    as_string,
)
from habitat_desktop.xforms.xpath.functions.registry import (
    NUMBER,
    STRING,
    Builder,
    plain,
    special,
)
from habitat_desktop.xforms.xpath.nodes import Node
from habitat_desktop.xforms.xpath.syntax import Call
from habitat_desktop.xforms.xpath.values import to_string


@special("if", 3, 3)
def _if(builder: Builder, call: Call) -> Code:
    condition = builder.compile(call.arguments[0])
    yes, no = (builder.perhaps(argument) for argument in call.arguments[1:])
    holds, when, otherwise = as_boolean(condition), yes.run, no.run
    kind = yes.kind if yes.kind is no.kind else Kind.ANY
    return Code(kind, lambda c: when(c) if holds(c) else otherwise(c))


@special("depend", 1, None)
def _depend(builder: Builder, call: Call) -> Code:
    """Return the first argument; the others only say when it is to be worked out again."""
    first, *_rest = (builder.compile(argument) for argument in call.arguments)
    return first


@special("coalesce", 1, None)
def _coalesce(builder: Builder, call: Call) -> Code:
    """Return the first value that is not blank."""
    texts = [_text_or_blank(builder.compile(argument)) for argument in call.arguments]
    if len(texts) == 2:
        first, second = texts
        return Code(Kind.STRING, lambda c: first(c) or second(c))

    def run(c: Context) -> str:
        for text in texts:
            found = text(c)
            if found:
                return found
        return ""

    return Code(Kind.STRING, run)


def _text_or_blank(code: Code) -> Callable[[Context], str]:
    """Return a closure giving the text of `code`, NaN, which is no value, as blank."""
    if code.kind not in (Kind.NUMBER, Kind.ANY):
        return as_string(code)
    run = code.run

    def text(c: Context) -> str:
        value = run(c)
        return "" if isinstance(value, float) and value != value else to_string(value)

    return text


@special("once", 1, 1)
def _once(builder: Builder, call: Call) -> Code:
    """Return the value the question has already; work it out only while that is blank."""
    text = as_string(builder.compile(call.arguments[0]))

    def run(c: Context) -> str:
        node = c.current
        kept: str = getattr(node, "value", "") or node.string_value()
        return kept or text(c)

    return Code(Kind.STRING, run)


@special("is-selected", 2, 2)
@special("selected", 2, 2)
def _selected(builder: Builder, call: Call) -> Code:
    texts, wanted = (builder.compile(argument) for argument in call.arguments)
    among = as_string(texts)
    if wanted.constant and wanted.kind is Kind.STRING:
        value = wanted.value.strip()
        return Code(Kind.BOOLEAN, lambda c: value in among(c).split(" "))
    which = as_string(wanted)
    return Code(Kind.BOOLEAN, lambda c: which(c).strip() in among(c).strip().split(" "))


@special("selected-at", 2, 2)
def _selected_at(builder: Builder, call: Call) -> Code:
    texts = as_string(builder.compile(call.arguments[0]))
    place = as_number(builder.compile(call.arguments[1]))

    def run(c: Context) -> str:
        values, index = texts(c).split(), place(c)
        return values[int(index)] if 0 <= index < len(values) else ""

    return Code(Kind.STRING, run)


@plain("count-selected", STRING, gives=NUMBER)
def _count_selected(text: str) -> float:
    return float(len(text.split()))


@plain("uuid", NUMBER, gives=STRING, optional=1, context=True)
def _uuid(c: Context, length: float | None = None) -> str:
    """Return a random uuid, or with `length` that many random letters and digits."""
    if length is None:
        return c.session.uuid()
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(c.session.random.choice(signs) for _ in range(int(min(length, 1000)) if length > 0 else 0))


@plain("jr:itext", STRING, gives=STRING, context=True)
def _itext(c: Context, text_id: str) -> str:
    return c.session.texts.itext(text_id, c)


@special("jr:choice-name", 2, 2)
def _choice_name(builder: Builder, call: Call) -> Code:
    """Return the label of a choice; the question is named by a path, often written as text."""
    value = as_string(builder.compile(call.arguments[0]))
    path = builder.question_path(call.arguments[1])
    return Code(Kind.STRING, lambda c: c.session.texts.choice_name(value(c), path, c))


@special("pulldata", 4, 4)
def _pulldata(builder: Builder, call: Call) -> Code:
    """`pulldata(list, column wanted, column searched, value)`: one cell of a list beside the form."""
    name, column, key, value = (as_string(builder.compile(argument)) for argument in call.arguments)

    def run(c: Context) -> str:
        source = c.session.instance(name(c))
        if source is None:
            return ""
        item = lookup(source, key(c), value(c))
        return item.cell(column(c)) if item is not None else ""

    return Code(Kind.STRING, run)


def lookup(source: Node, column: str, value: str) -> Node | None:
    """Return the first item of the list `source` whose `column`, or "@attribute", is `value`."""
    indexed = getattr(source, "items_where", None)
    if indexed is not None and not column.startswith("@"):
        items = indexed(("root", "item"), column, value)
        return items[0] if items else None
    for root in source.named("root"):
        for item in root.named("item"):
            if any(cell.string_value() == value for cell in _cells(item, column)):
                return item
    return None


def _cells(item: Node, column: str) -> Sequence[Node]:
    if column.startswith("@"):
        return [attribute for attribute in item.attributes if attribute.name == column[1:]]
    return item.named(column)


@plain("property", STRING, gives=STRING, context=True)
def _property(c: Context, name: str) -> str:
    return c.session.properties.get(name, "")
