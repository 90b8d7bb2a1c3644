"""Who may do what: the one table of roles, asked wherever something is written, sent or taken in."""

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.xforms.problems import Reason

OFFICE, REGION, HEADQUARTERS = "office", "region", "headquarters"

# kinds of acts that travel, and who writes them
WRITES: dict[str, frozenset[str]] = {
    # headquarters asks, an office answers
    "query": frozenset({HEADQUARTERS}),
    "proposal": frozenset({HEADQUARTERS}),
    "close": frozenset({HEADQUARTERS}),
    "reply": frozenset({OFFICE}),
    "agree": frozenset({OFFICE}),  # to a proposal
    "refuse": frozenset({OFFICE}),
    # review
    "accept": frozenset({HEADQUARTERS}),
    "return": frozenset({HEADQUARTERS}),
    "comment": frozenset({REGION}),
    "clear": frozenset({REGION}),
    # what headquarters did to a record of an office: the revision itself travels with the records
    "correct": frozenset({HEADQUARTERS}),
    "merge": frozenset({HEADQUARTERS}),
    # expected returns
    "expect": frozenset({HEADQUARTERS}),
    "extend": frozenset({HEADQUARTERS}),
    "excuse": frozenset({HEADQUARTERS}),  # closes an expected return
    "reopen": frozenset({HEADQUARTERS}),
    "deny": frozenset({HEADQUARTERS}),  # an extension that was asked for, or a nil return
    "nil_return": frozenset({OFFICE}),
    "ask_extension": frozenset({OFFICE}),
    "take_back": frozenset({OFFICE}),  # what the office asked for, or its nil return
    # what headquarters publishes and arranges
    "release": frozenset({HEADQUARTERS}),
    "assign": frozenset({HEADQUARTERS}),
}

# kinds of acts that stay in the journal of one database
NOTES: dict[str, frozenset[str]] = {
    "let_in": frozenset({OFFICE, REGION, HEADQUARTERS}),  # from quarantine
    "remove": frozenset({OFFICE, REGION, HEADQUARTERS}),
    "trust": frozenset({OFFICE, REGION, HEADQUARTERS}),
    "revoke": frozenset({HEADQUARTERS}),
    "rotate": frozenset({OFFICE, REGION, HEADQUARTERS}),
    "restore": frozenset({OFFICE, REGION, HEADQUARTERS}),
    "publish": frozenset({HEADQUARTERS}),
    "unmerge": frozenset({HEADQUARTERS}),  # opens a finished merge again
    "questionnaire_made": frozenset({OFFICE}),
    "questionnaire_taken": frozenset({OFFICE}),
}

# kinds of revisions, and who makes them of the records of an office
REVISES: dict[str, frozenset[str]] = {
    "edit": frozenset({OFFICE}),
    "withdraw": frozenset({OFFICE}),
    "merge": frozenset({OFFICE, HEADQUARTERS}),
    "correction": frozenset({HEADQUARTERS}),
}

REASON_NEEDED = frozenset(
    {"query", "proposal", "return", "refuse", "comment", "correct", "extend", "excuse", "deny", "nil_return"}
    | {"ask_extension", "take_back", "revoke", "remove", "reopen"}
)

_NAMES = {
    "query": N_("ask a query"),
    "proposal": N_("propose a value"),
    "close": N_("close a query"),
    "reply": N_("reply to a query"),
    "agree": N_("accept a proposal"),
    "refuse": N_("refuse a proposal"),
    "accept": N_("accept a record"),
    "return": N_("return a record"),
    "comment": N_("comment on a record for headquarters"),
    "clear": N_("clear a question for headquarters"),
    "correct": N_("correct the return of an office"),
    "merge": N_("merge the records of an office"),
    "expect": N_("say which returns are expected"),
    "extend": N_("extend a deadline"),
    "excuse": N_("close an expected return"),
    "reopen": N_("open an expected return again"),
    "deny": N_("deny what an office asked for"),
    "nil_return": N_("give a nil return"),
    "ask_extension": N_("ask for an extension"),
    "take_back": N_("take back a nil return or what was asked for"),
    "release": N_("publish forms, languages and lists"),
    "assign": N_("assign offices to a region"),
    "questionnaire_made": N_("make a questionnaire"),
    "questionnaire_taken": N_("take in a questionnaire"),
}


_ROLES = {
    OFFICE: N_("a country office"),
    REGION: N_("a regional office"),
    HEADQUARTERS: N_("headquarters"),
}


class RoleError(HabitatError):
    code = "ROLE"
    message = N_("This workspace is {role}: it may not {act}. Nothing was changed. That is for: {allowed}.")


def may_write(role: str, kind: str) -> bool:
    """Whether `role` may write an act of `kind`; nobody may write one that is not known."""
    return role in WRITES.get(kind, NOTES.get(kind, frozenset()))


def may_revise(role: str, kind: str) -> bool:
    """Whether `role` may make a revision of `kind`."""
    return role in REVISES.get(kind, frozenset())


def require(role: str, kind: str) -> None:
    """Raise RoleError unless `role` may write acts of `kind`."""
    if may_write(role, kind):
        return
    allowed = WRITES.get(kind, NOTES.get(kind, frozenset()))
    names = [Reason(_ROLES[one]) for one in _ROLES if one in allowed] or [Reason("–")]
    raise RoleError(
        role=Reason(_ROLES.get(role, role)),
        act=Reason(_NAMES.get(kind, kind)),
        allowed=Reason(N_("{one} or {other}"), one=names[0], other=names[1]) if len(names) == 2 else names[0],
    )
