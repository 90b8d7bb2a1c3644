"""The demonstration's conversation: headquarters asks, proposes and accepts; the office answers."""

from typing import TYPE_CHECKING

from habitat_desktop.i18n.catalogues import _, ngettext

if TYPE_CHECKING:
    from habitat_desktop.cli.demo import Story
    from habitat_desktop.workspace import Workspace

_PERIOD = "2026-H1"


def converse(story: "Story") -> None:
    """Ask about three records; the office agrees to what is proposed and leaves one question open."""
    from habitat_desktop.records import asking, deciding

    headquarters, office = story.headquarters, story.office
    forms, hand = headquarters.library.form, headquarters.hand()
    policy, city = _label(headquarters, "housing_policy"), _label(headquarters, "slum_upgrading")
    with headquarters.begin() as session:
        reason = _("The census of 2019 counted this many.")
        ref = "/data/prog/city_population"
        given = {"ref": ref, "value": "397957", "reason": reason}
        proposal = asking.propose(session, forms, headquarters.settings, hand, city, **given)
        why = _("Which source gives this figure, and for which year?")
        query = asking.ask(
            session, forms, headquarters.settings, hand, policy, ref="/data/ctx/urban_pop", reason=why
        )
        project = _label(headquarters, "project_status")
        deciding.accept(session, forms, hand, project)
    story.tell(
        _("Headquarters proposes a value: {query}. {reason}").format(query=proposal.name, reason=reason)
    )
    story.tell(_("Headquarters asks: {query}. {reason}").format(query=query.name, reason=why))
    story.tell(_("Headquarters accepts {label}").format(label=project))
    _send(story, headquarters, office, office.settings.office)
    forms, hand = office.library.form, office.hand()
    with office.begin() as session:
        asking.agree(session, forms, office.settings, hand, proposal.name)
    story.tell(_("The office takes the proposed value over; the record has a new revision"))
    _send(story, office, headquarters, "HQ")
    with headquarters.begin() as session:
        deciding.accept(session, headquarters.library.form, headquarters.hand(), city)
    story.tell(_("Headquarters reviews the one changed question and accepts {label}").format(label=city))
    _send(story, headquarters, office, office.settings.office)


def _label(workspace: "Workspace", form_id: str) -> str:
    """Return the newest record of a form in the period of the demonstration."""
    from habitat_desktop.records import repository

    with workspace.read() as session:
        found = [one for one in repository.list_records(session, form_id=form_id) if one.period == _PERIOD]
    return max(one.label for one in found)


def _send(story: "Story", sender: "Workspace", receiver: "Workspace", to: str) -> None:
    from habitat_desktop.cli.demo import make_package
    from habitat_desktop.cli.exchange import import_all

    made = make_package(sender, story.exchange, to)
    text = ngettext(
        "{sender} writes a package with {count} question, answer or decision",
        "{sender} writes a package with {count} questions, answers or decisions",
        made.acts,
    )
    story.tell(text.format(sender=sender.settings.name, count=made.acts), made.path)
    (taken,) = import_all(receiver, (made.path,))
    story.tell(_("{receiver} takes it in: {message}").format(
        receiver=receiver.settings.name, message=taken.message
    ))  # fmt: skip
