from pathlib import Path

import pytest

from habitat_desktop.i18n.lint import lint_source, lint_tree

KIT = "from habitat_desktop.gui.kit.labels import Label\n"


def rules(source: str, name: str = "page.py", *, gui: bool = True) -> list[str]:
    return [finding.rule.split(";")[0] for finding in lint_source(source, Path(name), gui=gui)]


@pytest.mark.parametrize(
    "source",
    [
        'QLabel("Project status")',
        'label.setText(f"{n} records")',
        'label.setText("Saved" if ok else "")',
        'label.setText(name or "Nobody")',
        'table.setHorizontalHeaderLabels(["Country", code])',
        'QMessageBox.warning(self, title, "The file is damaged")',
        'label.setText("Saved " + name)',
        'menu.addAction(text="Open")',
        KIT + 'Label("Saved")',
        KIT + 'Label("nothing here")',
    ],
)
def test_texts_that_nobody_could_translate_are_found(source):
    assert rules(source) == ["text is shown that is not marked for translation"]


@pytest.mark.parametrize(
    "source",
    [
        'QLabel(_("Project status"))',
        'label.setText("—")',
        'label.setText("11.1")',
        'label.setObjectName("Thing")',
        'label.setText(_("Draft") + " · " + name)',
        'label.setText(f"{done}/{total}")',
        'label.setText(_("{n} of {m}").format(n=1, m=2))',
        'label.setText(_("One.") + "\\n" + _("Two."))',
        'log.warning("The file is damaged")',
        KIT + 'Label(_("Saved"), "text_muted", icon="arrow_sync")',
        "label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)",
        "label.setAlignment(Qt.AlignmentFlag.AlignLeading)",
        'label.setText("UN-Habitat")  # i18n-ok: a name',
        '# i18n-ok: a name\nlabel.setText("UN-Habitat")',
        'def page():\n    """padding-left is not for us."""',
        'button = IconButton("arrow_left")',
        'button = IconButton("arrow_download")',
        "layout.setContentsMargins(12, 0, 12, 8)",
        "x = kit.row(a, margins=(SIDE, 0, SIDE, 0))",
    ],
)
def test_what_is_right_is_left_alone(source):
    assert rules(source) == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ('_(f"Hello {name}")', "an f-string is never collected"),
        ("x = f\"{_('Hello')} {name}\"", "a text marked inside an f-string is never collected"),
        ('_("Hello " + name)', "a computed text is never collected"),
        ('_("Hello %s" % name)', "a computed text is never collected"),
        ('_("Hello {n}".format(n=name))', "format what is translated, not what is marked"),
        ('_("%s of %s")', "fields without names cannot change places"),
        ('_("{} of {}")', "fields without names cannot change places"),
    ],
)
def test_marks_that_do_not_work_are_found_everywhere(source, rule):
    assert rules(source, gui=False) == [rule]


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ('x = _("Sent") + ": " + name', "a sentence is joined from pieces"),
        ('x = _("Sent by {a}").format(a=a) + " to " + name', "a sentence is joined from pieces"),
        ("label.setAlignment(Qt.AlignmentFlag.AlignLeft)", "left or right is not mirrored"),
        ('frame.setStyleSheet("padding-left: 4px")', "a style sheet names a side"),
        (
            'button = IconButton("arrow_step_back")',
            "an icon that points sideways is not among those mirrored in tokens.toml",
        ),
        ("button.setArrowType(Qt.ArrowType.RightArrow)", "an arrow of Qt is not mirrored"),
        ('trail = " → ".join(steps)', "an arrow written as a sign is not mirrored"),
        (
            "layout.setContentsMargins(12, 0, 8, 0)",
            "the margins at the left and at the right differ and are not mirrored",
        ),
        (
            "x = kit.row(a, margins=(12, 0, 8, 0))",
            "the margins at the left and at the right differ and are not mirrored",
        ),
    ],
)
def test_what_does_not_turn_round_is_found_in_windows_only(source, rule):
    assert rules(source) == [rule]
    assert rules(source, gui=False) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('click.echo("Nothing was changed.")', 1),
        ('click.echo(f"{path}: the record {label}")', 1),
        ('@click.option("--by", help="Who did it")\ndef f(): ...', 1),
        ('raise click.UsageError("Say what it is about")', 1),
        ('click.echo(f"{path}: {count}")', 0),
        ('click.echo(_("Nothing was changed."))', 0),
        ('@click.option("--by", help=_("Who did it"))\ndef f(): ...', 0),
    ],
)
def test_commands_speak_every_language(source, found):
    findings = lint_source(source, Path("page.py"), cli=True)
    assert [finding.rule for finding in findings] == [
        "text is printed that is not marked for translation"
    ] * found
    assert rules(source, gui=False) == []


def test_the_theme_alone_may_name_a_side():
    assert rules('SHEET = "padding-left: 4px"', "theme.py") == []


def test_a_finding_says_where(tmp_path):
    (tmp_path / "gui").mkdir()
    (tmp_path / "gui" / "page.py").write_text('\nQLabel("Save")\n', encoding="utf-8")
    (tmp_path / "other.py").write_text('QLabel("Save")\n', encoding="utf-8")
    [finding] = lint_tree(tmp_path)
    assert str(finding).startswith(f"{tmp_path / 'gui' / 'page.py'}:2: ")


def test_a_function_that_minds_the_direction_may_name_sides():
    side = "Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft"
    assert rules(f"def lead():\n    side = {side}\n    return side | Qt.AlignmentFlag.AlignAbsolute") == []
    assert rules(f"def lead():\n    side = {side}\n    return QStyle.visualAlignment(d, side)") == []
    assert len(rules(f"def lead():\n    return {side}")) == 2
    assert rules("RIGHT = Qt.AlignmentFlag.AlignRight") == ["left or right is not mirrored"]
