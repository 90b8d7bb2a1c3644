"""XForms to measure with: a thousand questions, a list of ten thousand, a repeat that grows."""

from collections.abc import Iterable

BLOCK = 10

_FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"
 xmlns:odk="http://www.opendatakit.org/xforms">
<h:head><h:title>{form_id}</h:title><model odk:xforms-version="1.0.0">
<instance><data id="{form_id}" version="1">{instance}<orx:meta><orx:instanceID/></orx:meta></data></instance>
{secondary}
{binds}
<bind nodeset="/data/orx:meta/orx:instanceID" type="string" readonly="true()" jr:preload="uid"/>
</model></h:head>
<h:body>
{body}
</h:body></h:html>
"""


def xform(
    form_id: str, instance: Iterable[str], binds: Iterable[str], body: Iterable[str], secondary: str = ""
) -> str:
    """Return an XForm put together from its parts."""
    return _FORM.format(
        form_id=form_id,
        instance="".join(instance),
        binds="\n".join(binds),
        body="\n".join(body),
        secondary=secondary,
    )


def thousand_questions(asked: int = 500) -> str:
    """Return a form of `asked` questions, as many calculates in chains of ten, and a total.

    Every question but the first is relevant where the one before it, or the first, says so: an answer
    touches about ten rules, the first question nearly all relevants.
    """
    instance, binds, body = [], [], []
    for number in range(asked):
        before = number - 1 if number % BLOCK else 0
        relevant = f' relevant="/data/q_{before:03d} &gt; 0 or /data/q_000 = 1"' if number else ""
        constraint = ' constraint=". &gt;= 0 and . &lt; 1000"' if number % 5 == 0 else ""
        instance.append(f"<q_{number:03d}/>")
        binds.append(f'<bind nodeset="/data/q_{number:03d}" type="int"{relevant}{constraint}/>')
        body.append(f'<input ref="/data/q_{number:03d}"><label>Question {number}</label></input>')
    for number in range(asked):
        chain = f" + /data/c_{number - 1:03d}" if number % BLOCK else ""
        instance.append(f"<c_{number:03d}/>")
        binds.append(
            f'<bind nodeset="/data/c_{number:03d}" type="string" '
            f'calculate="coalesce(/data/q_{number:03d}, 0){chain}"/>'
        )
    total = " + ".join(f"/data/c_{number:03d}" for number in range(BLOCK - 1, asked, BLOCK))
    instance.append("<total/>")
    binds.append(f'<bind nodeset="/data/total" type="string" calculate="{total}"/>')
    return xform(f"bench{asked * 2}", instance, binds, body)


def list_rows(count: int = 10_000, groups: int = 100) -> list[tuple[str, str, str]]:
    """Return (name, label, group) of every row of a list."""
    return [(f"v{row:05d}", f"Village {row}", f"d{row % groups:03d}") for row in range(count)]


def list_csv(count: int = 10_000) -> str:
    """Return the list as a CSV file."""
    return "name,label,district\n" + "".join(",".join(row) + "\n" for row in list_rows(count))


def long_list(inline: bool, count: int = 10_000) -> str:
    """Return a form whose second question takes its choices from a long list filtered by the first."""
    rows = (
        "".join(
            f"<item><name>{name}</name><label>{label}</label><district>{group}</district></item>"
            for name, label, group in list_rows(count)
        )
        if inline
        else ""
    )
    secondary = (
        f'<instance id="villages"><root>{rows}</root></instance>'
        if inline
        else '<instance id="villages" src="jr://file-csv/villages.csv"/>'
    )
    return xform(
        "long_list",
        ["<district/><village/>"],
        ['<bind nodeset="/data/district" type="string"/>', '<bind nodeset="/data/village" type="string"/>'],
        [
            '<input ref="/data/district"><label>District</label></input>',
            '<select1 ref="/data/village"><label>Village</label>'
            "<itemset nodeset=\"instance('villages')/root/item[district = /data/district]\">"
            '<value ref="name"/><label ref="label"/></itemset></select1>',
        ],
        secondary,
    )


def growing_repeat(questions: int = 20) -> str:
    """Return a form with a repeat of `questions`, a line total in each instance and a sum over all."""
    names = [f"n_{number:02d}" for number in range(questions)]
    template = "".join(f"<{name}/>" for name in names)
    line = " + ".join(f"coalesce(../{name}, 0)" for name in names[:3])
    binds = [f'<bind nodeset="/data/row/{name}" type="int"/>' for name in names[:-1]]
    binds.append(f'<bind nodeset="/data/row/{names[-1]}" type="int" relevant="../{names[0]} &gt; 0"/>')
    binds.append(f'<bind nodeset="/data/row/line" type="int" calculate="{line}"/>')
    binds.append('<bind nodeset="/data/total" type="int" calculate="sum(/data/row/line)"/>')
    inputs = "".join(f'<input ref="/data/row/{name}"><label>{name}</label></input>' for name in names)
    return xform(
        "growing_repeat",
        [f'<row jr:template="">{template}<line/></row><row>{template}<line/></row><total/>'],
        binds,
        [
            f'<group ref="/data/row"><label>Row</label><repeat nodeset="/data/row">{inputs}</repeat></group>',
            '<input ref="/data/total"><label>Total</label></input>',
        ],
    )
