"""What a person should know at once of acts that have just come: those that meet nothing, or cross others."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.records import journal, repository
from habitat_desktop.records.act import Act
from habitat_desktop.records.record import RecordState, RecordSummary
from habitat_desktop.records.verdicts import ASKING, DECISIONS, Said, decisions_on

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session


class ActNotice(HabitatError):
    """Something that is kept as it came, and that a person should look at."""


class AnswersNothingNotice(ActNotice):
    code = "ANSWERS_NOTHING"
    message = N_(
        "{sender} answers something that is not known here ({words}). The answer is kept; it is shown as "
        "soon as the question comes."
    )


class WithdrawnNotice(ActNotice):
    code = "ABOUT_WITHDRAWN"
    message = N_("{sender} asks about {label}, which was withdrawn. The question is kept; nothing is to do.")


class CrossedNotice(ActNotice):
    code = "CROSSED"
    message = N_(
        "The decision of {sender} on {label} is about an earlier revision than the one that is current here: "
        "they crossed on the way. The newest revision is still to be reviewed."
    )


class TwoDecisionsNotice(ActNotice):
    code = "TWO_DECISIONS"
    message = N_(
        "Two decisions on {label} crossed on the way. Both are kept; until there is a new one, the record "
        "counts as returned."
    )


def notices(session: "Session", acts: Sequence[Act], came: Collection[str] = ()) -> list[HabitatError]:
    """Return what is to be told of `acts`, which were added just now, and `came` the revisions with them.

    A decision crossed something only where the newer revision was here before: a new laptop or a region that
    gets a whole story in one package hears of none.
    """
    if not acts:
        return []
    known = journal.known_among(session, {act.about for act in acts if act.about})
    records = {act.record_id for act in acts if act.record_id}
    found = {record.record_id: record for record in repository.summaries(session, sorted(records))}
    told: list[HabitatError] = []
    for act in acts:
        record = found.get(act.record_id)
        if act.about and act.about not in known:
            told.append(AnswersNothingNotice(sender=act.sender, words=act.reason or act.kind))
        elif record is not None:
            told += _of_record(session, act, record, came)
    return told


def _of_record(
    session: "Session", act: Act, record: RecordSummary, came: Collection[str]
) -> list[HabitatError]:
    if act.kind in ASKING and record.state is RecordState.WITHDRAWN:
        return [WithdrawnNotice(sender=act.sender, label=record.label)]
    if act.kind not in DECISIONS:
        return []
    others = journal.acts(session, office=act.office, record_id=act.record_id, kinds=DECISIONS)
    if act.revision_id not in record.heads:
        is_old = set(record.heads) & set(came) or any(act.act_id in one.after for one in others)
        return [] if is_old else [CrossedNotice(sender=act.sender, label=record.label)]
    said = (Said(one.act_id, one.kind, one.revision_id, one.about, one.after) for one in others)
    kinds = {one.kind for one in decisions_on(said, act.revision_id)}
    return [TwoDecisionsNotice(label=record.label)] if len(kinds) > 1 else []


__all__ = ["ActNotice", "notices"]
