"""What holds for every form and every sequence of answers; `make fuzz` tries many more of them.

Forms are drawn as trees of questions, groups and repeats whose logic reads only what stands before it, so
none has a circle. Actions, defaults and preloads run once by design and are left out: a reload must not
repeat them.
"""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from habitat_desktop.errors import HabitatError
from habitat_desktop.xforms.definition import Form, Source
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_text
from habitat_desktop.xforms.problems import AnswerError, FormError
from habitat_desktop.xforms.program import program_of
from habitat_desktop.xforms.secondary import document, load_source
from habitat_desktop.xforms.states import NodeState
from habitat_desktop.xforms.xform import parse_xform
from habitat_desktop.xforms.xpath.code import Context, Session, XPathError
from habitat_desktop.xforms.xpath.compiler import Compiler
from habitat_desktop.xforms.xpath.functions import FUNCTIONS
from habitat_desktop.xforms.xpath.parser import parse
from habitat_desktop.xforms.xpath.syntax import XPathSyntaxError
from tests.xforms.conftest import fixed_environment
from tests.xforms.hostile import xform

FUZZ = int(os.environ.get("HABITAT_FUZZ", "1"))


def examples(count: int) -> Callable[[Any], Any]:
    """Settings for `count` examples in an ordinary run."""
    return settings(
        max_examples=count * FUZZ,
        deadline=None,
        derandomize=FUZZ == 1,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


# -- forms -----------------------------------------------------------------------------------------------

NUMBERS = (
    "{0} + 1",
    "{0} * {1}",
    "sum({0})",
    "count({r})",
    "string-length({0})",
    "coalesce({0}, 7)",
    "max({0}, {1})",
)
TEXTS = ("concat({0}, '-', {1})", "if({0} > 2, {1}, 'x')", "join(' ', {0})", "{0}", "string({1} = {0})")
TRUTHS = (
    "{0} > 1",
    "{0} != ''",
    "{0} = {1}",
    "selected({0}, 'a')",
    "count({r}) > 1",
    "not({0} = 2)",
    "{0} or {1}",
)
CONSTRAINTS = (". < 5", "string-length(.) < 3", ". != {0}", "regex(., '^[0-9]+$')", "{0} > .")
COUNTS = ("{0}", "string-length({0})", "count({r})", "2")
FILTERS = ("name != {0}", "k = {0}", "string-length({0}) < 2")
LIST = "".join(f"<item><name>{name}</name><k>{i % 2}</k></item>" for i, name in enumerate("abcd"))


@dataclass
class Drawing:
    """A form being drawn: the parts of its XML, and what a later expression may read."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    counts: bool
    binds: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)
    made: int = 0

    def expression(self, templates: tuple[str, ...]) -> str:
        """An expression over what stands before; "" where there is nothing yet."""
        usable = [one for one in templates if self.repeats or "{r}" not in one]
        if not self.paths or not usable:
            return ""
        names = [self.draw(st.sampled_from(self.paths)) for _ in range(2)]
        repeat = self.draw(st.sampled_from(self.repeats)) if self.repeats else ""
        return str(self.draw(st.sampled_from(usable))).format(*names, r=repeat)

    def chance(self, most: int) -> bool:
        return bool(self.draw(st.integers(0, most)) == 0)

    def bind(self, path: str, **given_: str) -> None:
        attributes = "".join(f" {name}={quoteattr(text)}" for name, text in given_.items() if text)
        self.binds.append(f'<bind nodeset="{path}"{attributes}/>')

    def members(self, path: str, depth: int) -> tuple[str, str]:
        parts = [self.element(path, depth) for _ in range(self.draw(st.integers(1, 4)))]
        return "".join(nodes for nodes, _ in parts), "".join(body for _, body in parts)

    def element(self, parent: str, depth: int) -> tuple[str, str]:
        self.made += 1
        kind = self.draw(st.sampled_from(("int", "string", "select", "calculate", "group", "repeat")))
        name = f"{kind[0]}{self.made}"
        path = f"{parent}/{name}"
        if kind in ("group", "repeat") and depth < 3:
            return self.container(kind, name, path, depth)
        if kind == "calculate":
            data_type = self.draw(st.sampled_from(("int", "string")))
            self.bind(
                path, type=data_type, calculate=self.expression(NUMBERS + TEXTS), relevant=self.relevance()
            )
            self.paths.append(path)
            return f"<{name}/>", ""
        return self.question(kind, name, path)

    def relevance(self) -> str:
        return self.expression(TRUTHS) if self.chance(2) else ""

    def question(self, kind: str, name: str, path: str) -> tuple[str, str]:
        label = self.expression(TEXTS) if self.chance(3) else ""
        shown = f"<label>L <output value={quoteattr(label)}/></label>" if label else "<label>L</label>"
        control = f'<input ref="{path}">{shown}</input>'
        if kind == "select":
            filter_ = self.expression(FILTERS) if self.chance(1) else ""
            nodeset = f"instance('l')/root/item[{filter_}]" if filter_ else "instance('l')/root/item"
            itemset = (
                f'<itemset nodeset={quoteattr(nodeset)}><value ref="name"/><label ref="name"/></itemset>'
            )
            control = f'<select1 ref="{path}">{shown}{itemset}</select1>'
        self.bind(
            path,
            type="int" if kind == "int" else "string",
            relevant=self.relevance(),
            constraint=self.expression(CONSTRAINTS) if self.chance(2) else "",
            required=self.expression(TRUTHS) if self.chance(3) else "",
            readonly=self.expression(TRUTHS) if self.chance(5) else "",
        )
        self.paths.append(path)
        return f"<{name}/>", control

    def container(self, kind: str, name: str, path: str, depth: int) -> tuple[str, str]:
        self.bind(path, relevant=self.relevance())
        count = self.expression(COUNTS) if kind == "repeat" and self.counts and self.chance(1) else ""
        nodes, body = self.members(path, depth + 1)
        if kind == "group":
            return f"<{name}>{nodes}</{name}>", f'<group ref="{path}"><label>G</label>{body}</group>'
        self.repeats.append(path)
        counted = f" jr:count={quoteattr(count)}" if count else ""
        return f"<{name}>{nodes}</{name}>", f'<repeat nodeset="{path}"{counted}>{body}</repeat>'


@st.composite
def forms(draw: Any, counts: bool = True) -> Form:
    drawing = Drawing(draw, counts)
    nodes, body = drawing.members("/data", 0)
    xml = xform(nodes, f'<instance id="l"><root>{LIST}</root></instance>' + "".join(drawing.binds), body)
    made = parse_xform(xml, path=Path("form.xml"))
    try:
        program_of(made)
    except FormError:  # a group may still depend on what is in it
        assume(False)
    made.memory["xml"] = xml.decode()
    return made


# -- what a person does ----------------------------------------------------------------------------------

VALUES = st.sampled_from(("", "0", "1", "2", "3", "7", "a", "b", "d", "ab", "a b", "unavailable"))
FITTING = {"integer": "01237", "select_one": "abcd"}
STEPS = st.lists(
    st.tuples(st.sampled_from(("answer", "answer", "answer", "answer", "add", "remove", "language")),
              st.integers(0, 1000), VALUES),
    max_size=12,
)  # fmt: skip


def take_step(instance: FormInstance, step: tuple[str, int, str]) -> None:
    """Do what `step` says at one of the places it can be done; nothing where none is or it is refused."""
    what, where, value = step
    if what == "language":
        instance.set_language(("en", "fr")[where % 2])
        return
    kinds = {"answer": ("question",), "add": ("repeat",), "remove": ("instance",)}[what]
    states = [state for state in instance.states() if state.kind in kinds and "/meta/" not in state.ref]
    if not states:
        return
    state = states[where % len(states)]
    ref, fitting = state.ref, FITTING.get(state.type)
    if fitting and len(value) == 1:
        value = fitting[ord(value) % len(fitting)]
    try:
        if what == "add":
            instance.add(ref)
        elif what == "remove":
            instance.remove(ref)
        elif value == "unavailable":
            instance.mark_unavailable(ref, "refused", "r")
        else:
            instance.answer(ref, value)
    except AnswerError:
        pass


def seen(instance: FormInstance) -> dict[str, NodeState]:
    """Every state by ref; ids are made anew in each instance."""
    return {state.ref: state for state in instance.states() if not state.ref.endswith("instanceID")}


def fresh(instance: FormInstance) -> FormInstance:
    """The same answers in a new instance, which works everything out at once."""
    made = FormInstance(instance.form, fixed_environment(), instance.answers(relevant_only=False))
    made.set_language(instance.language)
    return made


@examples(120)
@given(form=forms(), steps=STEPS)
def test_any_answers_leave_what_a_fresh_computation_gives(form: Form, steps: list[Any]) -> None:
    instance = FormInstance(form, fixed_environment())
    for step in steps:
        take_step(instance, step)
    again = fresh(instance)
    assert seen(instance) == seen(again), form.memory["xml"]
    assert instance.problems() == again.problems() and instance.answered() == again.answered()


@examples(80)
@given(form=forms(), steps=STEPS)
def test_what_is_saved_reads_back_as_it_was(form: Form, steps: list[Any]) -> None:
    instance = FormInstance(form, fixed_environment())
    for step in steps:
        take_step(instance, step)
    again = fresh(instance)
    assert again.answers(relevant_only=False) == instance.answers(relevant_only=False)
    assert again.submission_xml("id") == instance.submission_xml("id")


@examples(80)
@given(form=forms(counts=False), steps=STEPS, where=st.integers(0, 1000), value=VALUES)
def test_an_answer_taken_back_leaves_no_trace(form: Form, steps: list[Any], where: int, value: str) -> None:
    """Without counted repeats: fewer entries throw answers away, as in every ODK tool."""
    instance = FormInstance(form, fixed_environment())
    for step in steps:
        take_step(instance, step)
    before = seen(instance)
    refs = [ref for ref, state in before.items() if state.kind == "question" and not state.unavailable]
    assume(refs)
    ref = refs[where % len(refs)]
    take_step(instance, ("answer", list(before_questions(before)).index(ref), value))
    try:
        instance.answer(ref, before[ref].value)
    except AnswerError:
        assume(False)  # what was there may be no longer among the choices, or the answer locked it
    assert seen(instance) == before, form.memory["xml"]


def before_questions(states: dict[str, NodeState]) -> list[str]:
    return [ref for ref, state in states.items() if state.kind == "question"]


@examples(80)
@given(form=forms(counts=False), steps=STEPS, where=st.integers(0, 1000))
def test_an_entry_added_and_removed_leaves_no_trace(form: Form, steps: list[Any], where: int) -> None:
    instance = FormInstance(form, fixed_environment())
    for step in steps:
        take_step(instance, step)
    repeats = [state.ref for state in instance.states() if state.kind == "repeat"]
    assume(repeats)
    before = seen(instance)
    repeat = repeats[where % len(repeats)]
    try:
        instance.remove(instance.add(repeat))
    except AnswerError:
        assume(False)
    assert seen(instance) == before, form.memory["xml"]


# -- expressions -----------------------------------------------------------------------------------------

SIGNS = """/data /data/a .. . * @id // [ ] ( ) ( ) , , 'x' " ' 1 2.5 .5 - + div mod and or = != < >= | $v : ::
é 1e5 child:: self::node() ancestor:: text() instance('l') current() position() last()"""
PIECES = st.sampled_from([*sorted(FUNCTIONS), *SIGNS.split(), "\0"])
NOISE = (
    st.text(max_size=60)
    | st.lists(PIECES, max_size=25).map(" ".join)
    | st.lists(PIECES, max_size=25).map("".join)
)
VALUES_OF_CALLS = """'' | 'x' | 'é' | '[' | '\\1' | 0 | -1 | 0.5 | 99999999999999999999 | 1e400 | true()
| '2026-01-31' | '9999-12-31' | '12:30' | 'SHA-256' | '2026-01-31T10:00:00.000+03:00' | /data | /data/a
| /data/b | /nothing | //*
| 'a b' | 1 div 0 | -1 div 0 | 0 div 0 | '1 2 3 4;5 6 7 8;1 2 3 4' | '%Y-%m-%d %H:%M:%S.%3'"""
ARGUMENTS = st.sampled_from([value.strip() for value in VALUES_OF_CALLS.split("|")])
TREE = b"<data><a>1</a><b>x</b><b>2026-01-01</b><c><d at='1'/></c><!-- c --></data>"


@examples(400)
@given(text=NOISE)
def test_any_text_is_an_expression_or_a_syntax_error(text: str) -> None:
    try:
        parse(text)
    except XPathSyntaxError as error:
        assert 0 <= error.position <= len(text)


def evaluated(expression: str) -> Any:
    """What `expression` gives in a small document."""
    root = document(TREE)
    return Compiler().compile_text(expression).run(Context(Session(root, timezone=UTC), root))


@examples(400)
@given(name=st.sampled_from(sorted(FUNCTIONS)), arguments=st.lists(ARGUMENTS, max_size=5))
def test_any_call_gives_a_value_or_an_error_of_its_own(name: str, arguments: list[str]) -> None:
    with contextlib.suppress(XPathError, XPathSyntaxError):
        evaluated(f"{name}({', '.join(arguments)})")


@examples(200)
@given(text=NOISE)
def test_any_expression_gives_a_value_or_an_error_of_its_own(text: str) -> None:
    with contextlib.suppress(XPathError, XPathSyntaxError):
        evaluated(text)


# -- files -----------------------------------------------------------------------------------------------


def mutated(text: str, cuts: list[tuple[int, int, str]]) -> str:
    """`text` with pieces cut out, doubled or replaced."""
    for start, length, piece in cuts:
        start %= max(1, len(text))
        text = text[:start] + piece + text[start + length % 40 :]
    return text


CUTS = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 40),
        st.sampled_from(
            ["", "", "<", ">", "/data", "repeat", "&", '"', "<a/>", "[1]", "bind", "../", "(", "x:", "\0"]
        )
        | st.text(max_size=5),
    ),
    min_size=1,
    max_size=6,
)


@examples(150)
@given(form=forms(), cuts=CUTS, steps=STEPS)
def test_a_damaged_form_is_refused_or_runs(form: Form, cuts: list[Any], steps: list[Any]) -> None:
    try:
        damaged = load_text(mutated(form.memory["xml"], cuts), Path("nowhere"))
        instance = FormInstance(damaged, fixed_environment())
        for step in steps[:3]:
            take_step(instance, step)
        list(instance.states())
        instance.submission_xml()
        assert damaged.hash
    except HabitatError as error:
        assert str(error)


KEYS = st.sampled_from(["i1", "s1", "g1", "r1", "i2", "s2", "r2", "meta", "$unavailable", "@x", ""])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@examples(150)
@given(form=forms(), answers=st.dictionaries(st.text(max_size=3), JSON, max_size=4), data=st.data())
def test_any_answers_file_is_taken_or_refused(
    form: Form, answers: dict[str, Any], data: st.DataObject
) -> None:
    names = [child.name for child in form.root.children]
    answers = {data.draw(st.sampled_from([*names, key])): value for key, value in answers.items()}
    try:
        instance = FormInstance(form, fixed_environment(), answers)
    except HabitatError as error:
        assert str(error)
    else:
        assert fresh(instance).answers(relevant_only=False) == instance.answers(relevant_only=False)


@examples(100)
@given(
    content=st.binary(max_size=200) | JSON.map(repr).map(str.encode),
    suffix=st.sampled_from([".csv", ".geojson", ".xml"]),
)
def test_any_list_beside_a_form_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"list{suffix}"
    path.write_bytes(content)
    try:
        load_source(Source("l", None, path)).string_value()
    except HabitatError as error:
        assert str(error)
