import gettext
import io

import pytest
from babel.messages.pofile import read_po as babel_read
from hypothesis import given
from hypothesis import strategies as st

from habitat_desktop.i18n.po import Entry, PoSyntaxError, read_mo, read_po, write_mo, write_po

HEADER = Entry(
    "",
    strings=[
        "Language: ar\nContent-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n!=1);\n"
    ],
)
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\n\t"\\'), min_size=1, max_size=20
)
entries = st.builds(
    Entry,
    id=texts,
    plural=st.none(),
    context=st.none() | texts,
    strings=st.lists(texts, min_size=1, max_size=1),
    comments=st.lists(st.sampled_from(["by hand", "check-ok: glossary"]), max_size=2),
    notes=st.lists(st.sampled_from(["a note", "Keep ${...}."]), max_size=2),
    flags=st.lists(st.sampled_from(["fuzzy", "python-brace-format"]), unique=True, max_size=2),
)
plurals = st.builds(
    Entry, id=texts, plural=texts, context=st.none() | texts, strings=st.lists(texts, min_size=2, max_size=2)
)


def same(one: Entry, other: Entry) -> bool:
    fields = (
        "id",
        "plural",
        "context",
        "strings",
        "comments",
        "notes",
        "places",
        "flags",
        "previous",
        "obsolete",
    )
    return all(getattr(one, name) == getattr(other, name) for name in fields)


@given(st.lists(entries | plurals, unique_by=lambda entry: entry.key, max_size=5))
def test_what_is_written_is_read_back(written):
    read = list(read_po(write_po([HEADER, *written])))
    assert len(read) == len(written) + 1
    assert all(same(one, other) for one, other in zip(read, [HEADER, *written], strict=True))


@given(st.lists(entries | plurals, unique_by=lambda entry: entry.key, max_size=5))
def test_other_tools_read_the_same(written):
    catalogue = babel_read(io.BytesIO(write_po([HEADER, *written]).encode()), locale="ar")
    for entry in written:
        message = catalogue.get(entry.id, entry.context)
        assert message is not None
        found = message.string if isinstance(message.string, str) else message.string[0]
        assert found == entry.strings[0]
        assert message.fuzzy == entry.fuzzy


@given(st.lists(entries | plurals, unique_by=lambda entry: entry.key, max_size=5))
def test_the_compiled_catalogue_is_read_by_the_standard_library(written):
    compiled = write_mo([HEADER, *written])
    translations = gettext.GNUTranslations(io.BytesIO(compiled))
    for entry in written:
        if entry.plural is None:
            found = (
                translations.gettext(entry.id)
                if entry.context is None
                else translations.pgettext(entry.context, entry.id)
            )
            assert found == (entry.id if entry.fuzzy else entry.strings[0])


def test_the_compiled_catalogue_is_read_back(tmp_path):
    written = [
        HEADER,
        Entry("a", strings=["A"]),
        Entry("a", context="c", strings=["AC"]),
        Entry("one", "many", "c", strings=["1", "2"]),
        Entry("left", strings=[""]),
        Entry("old", strings=["x"], obsolete=True),
    ]
    path = tmp_path / "a.mo"
    path.write_bytes(write_mo(written))
    read = {(e.context, e.id, e.plural): e.strings for e in read_mo(path)}
    assert read == {(e.context, e.id, e.plural): e.strings for e in written[:4]}


def test_a_file_of_another_editor_is_understood():
    text = """
# first comment
#  indented
msgid ""
msgstr ""
"Language: fr\\n"

#. note
#: a.py:12 b.py
#, fuzzy, python-format
#| msgctxt "old"
#| msgid "old text"
msgctxt "c"
msgid "long "
"text \\"quoted\\"\\n"
"\\\\ and \\t tab"
msgstr ""
"traduit"
msgid "next"
msgstr "sans ligne vide"

#~ msgctxt "gone"
#~ msgid "was"
#~ "here"
#~ msgstr "parti"
"""
    head, entry, following, gone = read_po(text)
    assert (head.id, head.strings, head.comments) == ("", ["Language: fr\n"], ["first comment", " indented"])
    assert entry.id == 'long text "quoted"\n\\ and \t tab'
    assert (entry.context, entry.strings, entry.notes) == ("c", ["traduit"], ["note"])
    assert entry.places == ["a.py:12", "b.py"]
    assert entry.previous == ['msgctxt "old"', 'msgid "old text"']
    assert entry.fuzzy
    assert not entry.translated
    assert (following.id, following.translated) == ("next", True)
    assert (gone.id, gone.context, gone.strings, gone.obsolete) == ("washere", "gone", ["parti"], True)
    assert list(read_po("")) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "a"\nmsgstr "b\n', 2),
        ('msgid a\nmsgstr "b"\n', 1),
        ('"alone"\n', 1),
        ('msgid "a"\nmsgstr "b"\n\nnonsense "x"\n', 4),
    ],
)
def test_a_broken_file_is_refused_with_its_line(text, line):
    with pytest.raises(PoSyntaxError) as caught:
        list(read_po(text, "fr/app.po"))
    assert caught.value.context["line"] == line
    assert caught.value.context["path"] == "fr/app.po"


def test_files_change_only_where_texts_change():
    text = write_po(
        [Entry("a\nb", "as", "c", ["x", "y"], ["by hand"], ["note"], ["f.py"], ["fuzzy"], ['msgid "o"'])]
    )
    assert text == (
        '# by hand\n#. note\n#: f.py\n#, fuzzy\n#| msgid "o"\nmsgctxt "c"\nmsgid ""\n"a\\n"\n"b"\n'
        'msgid_plural "as"\nmsgstr[0] "x"\nmsgstr[1] "y"\n'
    )
