"""Whether the sender of a package may have made the revisions in it: corrections are for headquarters."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from habitat_desktop.packages.errors import ForeignCorrectionError
from habitat_desktop.packages.reader import OpenedPackage
from habitat_desktop.records import journal, repository, roles
from habitat_desktop.records.act import Act

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session

_ACTS = ("correct",)  # by which headquarters vouches for a revision an office may not make


def check_revisions(session: "Session", file: str, opened: OpenedPackage, acts: Iterable[Act]) -> None:
    """Require that headquarters made what only headquarters makes; `acts` are those believed of the package.

    An office sends corrections back that headquarters has lost. Each is known here still, or an act that
    headquarters signed says that it made it: in the same package, or taken in before.

    Raises:
        ForeignCorrectionError.
    """
    sender = opened.package.manifest.sender
    claimed = [one for one in opened.package.revisions if not roles.may_revise(sender.role, one.kind)]
    claimed = [one for one in claimed if repository.revision(session, one.revision_id) is None]
    if not claimed:
        return
    vouched = _vouched(acts) | _vouched(journal.acts(session, office=sender.office, kinds=_ACTS))
    for revision in claimed:
        if revision.revision_id not in vouched:
            raise ForeignCorrectionError(file=file, sender=sender.office, label=revision.label)


def _vouched(acts: Iterable[Act]) -> set[str]:
    return {act.revision_id for act in acts if act.kind in _ACTS and act.role == roles.HEADQUARTERS}
