"""Random forms and random answers, from a seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape

from tests.benchmarks.bench_forms import xform
from tests.benchmarks.peers.expressions import Expression, Scope, Writer

ITEMS = [(letter + str(number), letter) for letter in "abc" for number in range(1, 4)]
TEXTS = ("", "a", "b", "Hello World", " x  y ", "12", "2.50", "abc,def", "true", "é", "2020-03-01", "-3")
DATES = ("", "2020-01-01", "2024-02-29", "1969-12-31", "2026-11-21", "2031-05-05")
INTS = ("", "0", "1", "2", "3", "-4", "12", "99", "1000000")
DECIMALS = ("", "0.5", "-2.25", "10.05", "1234.5678", "3")
MOST_ROWS = 5


@dataclass(frozen=True)
class Field:
    """One node: `control` is "" where nobody answers it; `row` tells whether it stands in the repeat."""

    name: str
    type: str
    control: str = ""
    row: bool = False
    calculate: Expression | None = None
    relevant: Expression | None = None
    constraint: Expression | None = None
    required: Expression | None = None
    group: str = ""

    @property
    def path(self) -> str:
        """The path without positions."""
        above = "/data/row" if self.row else f"/data/{self.group}" if self.group else "/data"
        return f"{above}/{self.name}"

    def rules(self) -> Iterator[tuple[str, Expression]]:
        """Yield (bind attribute, expression)."""
        for name in ("calculate", "relevant", "constraint", "required"):
            rule = getattr(self, name)
            if rule is not None:
                yield name, rule


@dataclass(frozen=True)
class GeneratedForm:
    """A form; `counted` tells whether /data/rows counts the rows of the repeat, or they are added by hand."""

    name: str
    fields: tuple[Field, ...]
    group_relevant: Expression | None = None
    row_relevant: Expression | None = None
    counted: bool = False
    steps: tuple[tuple[str, ...], ...] = field(default=())

    def only(self, calculates: Sequence[Expression], row: bool) -> "GeneratedForm":
        """Return this form with its questions, whose logic may blank them, but other calculates."""
        kept = [
            replace(one, constraint=None, required=None)
            for one in self.fields
            if one.control or one.name == "rows"
        ]
        made = [
            Field(f"e_{number}", "string", row=row, calculate=expression.as_text())
            for number, expression in enumerate(calculates)
        ]
        return replace(self, fields=(*kept, *made))

    def xml(self) -> str:
        """Return the XForm."""
        rows = "".join(f"<{one.name}/>" for one in self.fields if one.row)
        top = "".join(f"<{one.name}/>" for one in self.fields if not one.row and not one.group)
        group = "".join(f"<{one.name}/>" for one in self.fields if one.group)
        instance = f'<row jr:template="">{rows}</row>' + f"<row>{rows}</row>"
        binds = [bind(one) for one in self.fields]
        for path, relevant in (("/data/grp", self.group_relevant), ("/data/row", self.row_relevant)):
            if relevant is not None:
                binds.append(f'<bind nodeset="{path}" relevant="{attribute(relevant)}"/>')
        return xform(self.name, [top, f"<grp>{group}</grp>", instance], binds, self._body(), SECONDARY)

    def _body(self) -> Iterator[str]:
        for one in self.fields:
            if one.control and not one.row and not one.group:
                yield control(one)
        inside = "".join(control(one) for one in self.fields if one.group and one.control)
        yield f'<group ref="/data/grp"><label>Group</label>{inside}</group>'
        count = ' jr:count="/data/rows" jr:noAddRemove="true()"' if self.counted else ""
        rows = "".join(control(one) for one in self.fields if one.row and one.control)
        yield (
            f'<group ref="/data/row"><label>Row</label><repeat nodeset="/data/row"{count}>{rows}'
            "</repeat></group>"
        )


SECONDARY = (
    '<instance id="items"><root>'
    + "".join(
        f"<item><name>{name}</name><label>Item {name}</label><kind>{kind}</kind></item>"
        for name, kind in ITEMS
    )
    + "</root></instance>"
)


def attribute(expression: Expression) -> str:
    return escape(str(expression), {'"': "&quot;"})


def bind(one: Field) -> str:
    """Return the bind of one field."""
    rules = "".join(f' {name}="{attribute(rule)}"' for name, rule in one.rules())
    return f'<bind nodeset="{one.path}" type="{one.type}"{rules}/>'


def control(one: Field) -> str:
    """Return the control of one field."""
    label = f"<label>{one.name}</label>"
    if one.control == "input":
        return f'<input ref="{one.path}">{label}</input>'
    if one.control == "filtered":
        return (
            f'<select1 ref="{one.path}">{label}'
            "<itemset nodeset=\"instance('items')/root/item[kind = /data/one]\">"
            '<value ref="name"/><label ref="label"/></itemset></select1>'
        )
    items = "".join(f"<item><label>Choice {value}</label><value>{value}</value></item>" for value in "abcd")
    return f'<{one.control} ref="{one.path}">{label}{items}</{one.control}>'


QUESTIONS = (
    Field("i1", "int", "input"),
    Field("i2", "int", "input"),
    Field("d1", "decimal", "input"),
    Field("s1", "string", "input"),
    Field("s2", "string", "input"),
    Field("t1", "date", "input"),
    Field("one", "string", "select1"),
    Field("many", "string", "select"),
    Field("sub", "string", "filtered"),
    Field("g1", "int", "input", group="grp"),
    Field("x", "int", "input", row=True),
    Field("y", "string", "input", row=True),
)
TOP = Scope(
    numbers=("/data/i1", "/data/i2", "/data/d1", "/data/grp/g1"),
    strings=("/data/s1", "/data/s2"),
    dates=("/data/t1",),
    one=("/data/one",),
    many=("/data/many",),
    rows="/data/row",
)
OUTSIDE = replace(TOP, numbers=("/data/i1", "/data/i2", "/data/d1"), rows="")
ROW = replace(
    TOP, numbers=("../x", "/data/i1", "/data/d1"), strings=("../y", "/data/s1"), rows="../../row", in_row=True
)


def generated(seed: int) -> GeneratedForm:
    """Return the form of `seed` with its steps."""
    chance = random.Random(seed)
    top, row = Writer(chance, TOP), Writer(chance, ROW)
    fields = [with_rules(one, row if one.row else top, chance) for one in QUESTIONS]
    for number in range(8):
        inside = number >= 5
        depth = chance.choice((1, 2, 2, 3))
        kind = chance.choice(("string", "string", "int", "decimal", "boolean"))
        writer = row if inside else top
        made = {"int": writer.number, "decimal": writer.number, "boolean": writer.boolean}.get(
            kind, chance.choice((writer.string, writer.number, writer.boolean))
        )(depth)
        type_ = kind if kind != "boolean" else "string"
        fields.append(Field(f"c_{number}", type_, row=inside, calculate=made.as_text()))
    outside = Writer(chance, OUTSIDE)
    counted = chance.random() < 0.25
    if counted:
        count = chance.choice(("/data/i1", "/data/i1 + 1", "count-selected(/data/many)"))
        fields.append(Field("rows", "int", calculate=Expression("count", count)))
    form = GeneratedForm(
        f"seed{seed}",
        tuple(fields),
        outside.boolean(1) if chance.random() < 0.4 else None,
        outside.boolean(1) if chance.random() < 0.2 else None,
        counted,
    )
    return replace(form, steps=tuple(random_steps(chance, form)))


def with_rules(one: Field, writer: Writer, chance: random.Random) -> Field:
    """Return a question with some logic; the answers of a row may not decide whether it is relevant."""
    rules = {}
    if one.name in ("i2", "s2", "y") and chance.random() < 0.5:
        rules["relevant"] = Expression("ref", "/data/d1 > 0") if one.name != "i2" else writer.boolean(0)
    if one.name in ("d1", "s1", "x") and chance.random() < 0.6:
        rules["constraint"] = writer.boolean(2)
    if one.name in ("s1", "g1") and chance.random() < 0.4:
        rules["required"] = writer.boolean(1)
    if one.name == "i2" and "relevant" in rules:
        rules["relevant"] = Expression("ref", "/data/i1 > 1")
    return replace(one, **rules)


def random_steps(chance: random.Random, form: GeneratedForm) -> Iterator[tuple[str, ...]]:
    """Yield answers and changes of the repeat that every engine can carry out."""
    rows, one = 1, ""
    for _ in range(12):
        draw = chance.random()
        if not form.counted and draw < 0.15 and rows < MOST_ROWS and form.row_relevant is None:
            rows += 1
            yield ("add", "/data/row")
        elif not form.counted and draw < 0.22 and rows > 1 and form.row_relevant is None:
            yield ("remove", f"/data/row[{chance.randint(1, rows)}]")
            rows -= 1
        else:
            asked = chance.choice([one for one in form.fields if one.control])
            if asked.row and form.counted:
                continue
            ref = asked.path.replace("/data/row", f"/data/row[{chance.randint(1, rows)}]")
            value = random_value(chance, asked, one)
            one = value if asked.name == "one" else one
            yield ("set", ref, value)


def random_value(chance: random.Random, asked: Field, one: str) -> str:
    """Return an answer to `asked`, `one` being the choice its list is filtered by."""
    if asked.name == "i1":
        return chance.choice(("", "0", "1", "2", "3", "5"))
    if asked.control == "select1":
        return chance.choice(("", "a", "b", "c", "d"))
    if asked.control == "select":
        return " ".join(sorted(chance.sample("abcd", chance.randint(0, 3))))
    if asked.control == "filtered":
        return chance.choice(["", *(name for name, kind in ITEMS if kind == one)])
    return chance.choice({"int": INTS, "decimal": DECIMALS, "date": DATES}.get(asked.type, TEXTS))
