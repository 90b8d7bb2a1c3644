"""The journal as persons and auditors read it: filtered, in words, and as lines anybody can check."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.records import journal
from habitat_desktop.records.act import Act

# Translators: what somebody did, after their name: "W. Mwangi · Headquarters · returned the record"
WORDS = {
    "query": N_("asked a query"),
    "proposal": N_("proposed a value"),
    "close": N_("closed a query"),
    "reply": N_("replied to a query"),
    "agree": N_("accepted a proposal"),
    "refuse": N_("refused a proposal"),
    "accept": N_("accepted the record"),
    "return": N_("returned the record"),
    "comment": N_("commented for headquarters"),
    "clear": N_("cleared a question for headquarters"),
    "correct": N_("corrected the return of the office"),
    "merge": N_("merged the record"),
    "unmerge": N_("opened a finished merge again"),
    "expect": N_("said which return is expected"),
    "extend": N_("extended a deadline"),
    "excuse": N_("closed an expected return"),
    "reopen": N_("opened an expected return again"),
    "deny": N_("denied what was asked for"),
    "take_back": N_("took back what was said of an expected return"),
    "nil_return": N_("gave a nil return"),
    "ask_extension": N_("asked for an extension"),
    "release": N_("published forms, languages or lists"),
    "assign": N_("assigned offices to a region"),
    "let_in": N_("let a file in from quarantine"),
    "remove": N_("took a file off the list of quarantine"),
    "trust": N_("trusted a key"),
    "revoke": N_("revoked a key"),
    "rotate": N_("changed the key of this workspace"),
    "restore": N_("restored a backup"),
    "publish": N_("published"),
    "questionnaire_made": N_("made a questionnaire"),
    "questionnaire_taken": N_("took a questionnaire in"),
}


class JournalDamagedError(HabitatError):
    code = "JOURNAL_DAMAGED"
    message = N_(
        "An entry of the journal cannot be read. Nothing was changed. To see which one it is: habitat verify"
    )


class NoSuchActError(HabitatError):
    code = "NO_SUCH_ACT"
    message = N_(
        "The journal has no entry “{act}”. Give the first four signs of its id or more, as they stand in: "
        "habitat journal list"
    )


class SeveralActsError(HabitatError):
    code = "SEVERAL_ACTS"
    message = N_("Several entries of the journal begin with “{act}”. Give more signs of the id.")


def in_words(act: Act) -> str:
    """Return what was done, in the language spoken now."""
    return _(WORDS[act.kind]) if act.kind in WORDS else act.kind


def thing(act: Act, labels: Mapping[str, str]) -> str:
    """Return in one line what an act is about; `labels` names records."""
    parts = [labels.get(act.record_id, act.record_id[:8]), act.ref if act.record_id else ""]
    if not act.record_id:
        said = act.content
        names = ("file", "backup", "name", "office", "form_id", "fingerprint", "subject", "period", "due")
        parts = [str(said[name]) for name in names if said.get(name)] or [act.ref]
    return " ".join(part for part in parts if part)


def log(
    session: Session,
    *,
    office: str | None = None,
    record_id: str | None = None,
    kinds: Collection[str] | None = None,
    since: str = "",
) -> list[Act]:
    """Return entries by the clocks of those who wrote them; `since` is the beginning of ISO text in UTC.

    Raises:
        JournalDamagedError: one of them cannot be read.
    """
    try:
        found = journal.acts(session, office=office, record_id=record_id, kinds=kinds)
    except (ValueError, TypeError, KeyError, DBAPIError) as error:
        raise JournalDamagedError from error
    return sorted((act for act in found if act.made_at >= since), key=lambda act: act.made_at)


def find(session: Session, name: str) -> Act:
    """Return the one entry whose id begins with `name`.

    Raises:
        NoSuchActError, SeveralActsError, JournalDamagedError.
    """
    try:
        found = journal.find_acts(session, name.strip().lower())
    except (ValueError, TypeError, KeyError, DBAPIError) as error:
        raise JournalDamagedError from error
    if len(found) > 1:
        raise SeveralActsError(act=name)
    if not found:
        raise NoSuchActError(act=name)
    return found[0]


def lines(acts: Iterable[Act], public_keys: Mapping[str, str]) -> Iterator[str]:
    """Yield one JSON object for each act, in the order of the chains.

    `text` is what `act_id` is the SHA-256 of and what is signed, behind the words of `domain` and a zero
    byte; `signature` and `public_key` are base64 for Ed25519, the key "" where it is not known here.
    """
    for act in sorted(acts, key=lambda act: (act.office, act.installation, act.number)):
        said: dict[str, Any] = {
            "act_id": act.act_id,
            "domain": "habitat-desktop/act/v1",
            "text": act.bytes.decode("utf-8"),
            "signature": act.signature,
            "public_key": public_keys.get(act.key_id, ""),
        }
        yield json.dumps(said, ensure_ascii=False)
