"""The help of the program, offline: topics of short paragraphs and steps, in the catalogues like every text.

To add a topic, add it to `TOPICS`; `pages` names the pages of the window whose F1 opens it.
"""

from dataclasses import dataclass
from typing import Literal

from habitat_desktop.errors import N_
from habitat_desktop.settings import Role

Kind = Literal["text", "step"]
EVERYONE: tuple[Role, ...] = ("office", "region", "headquarters")
OFFICE: tuple[Role, ...] = ("office",)
HEADQUARTERS: tuple[Role, ...] = ("region", "headquarters")
KEYS = "keys"  # the topic that is the table of shortcuts


@dataclass(frozen=True)
class Topic:
    """One page of help; `body` are English texts, each said in the language of the window when shown."""

    key: str
    title: str
    icon: str
    body: tuple[tuple[Kind, str], ...]
    pages: tuple[str, ...] = ()
    roles: tuple[Role, ...] = EVERYONE


def _steps(*texts: str) -> tuple[tuple[Kind, str], ...]:
    return tuple(("step", text) for text in texts)


def _texts(*texts: str) -> tuple[tuple[Kind, str], ...]:
    return tuple(("text", text) for text in texts)


TOPICS = (
    Topic(
        "start",
        N_("From a return to headquarters"),
        "home",
        (
            *_texts(
                N_(
                    "Headquarters asks every office for returns: forms about projects, slums, housing and "
                    "more, each for one period. Everything here works without a network."
                )
            ),
            *_steps(
                N_("Begin a return with “New return”, or start from the return of last period."),
                N_("Fill it in. Every answer is saved at once; there is no save button."),
                N_(
                    "“Check and finalize” shows what is missing. A final return is kept as a revision that "
                    "nobody can change any more; a correction becomes the next revision."
                ),
                N_(
                    "“Send and receive” writes one Excel package of everything that is ready. Send it by "
                    "e-mail, on a memory stick or through a shared folder."
                ),
                N_(
                    "The package headquarters sends back holds the receipt. Only then is a return “Received”."
                ),
                N_("Queries come the same way. Answer them; the next package carries your replies."),
            ),
        ),
        ("home",),
        OFFICE,
    ),
    Topic(
        "form",
        N_("Filling in a form"),
        "document_text",
        _texts(
            N_("Type and press Enter or Tab: the answer is saved, and the next question has the cursor."),
            N_(
                "A star marks what must be answered. Where a number is not known, choose “Not available” "
                "beside the question and say why: a number must never be invented."
            ),
            N_(
                "Numbers may be typed with any digits and with comma or point; the program shows what it "
                "understood."
            ),
            N_(
                "Beside each question stand the value of last period and the change. A large change is "
                "marked as a hint, not as an error."
            ),
            N_(
                "Red is an error: it must be corrected before the return can be final. Amber is a warning: "
                "if the value is right, say why in a few words, and headquarters will read it."
            ),
            N_(
                "F8 goes to the next problem, Ctrl+F finds a question, Ctrl+Z takes back one change after "
                "the other. The language can be changed in the middle of a form; answers stay as they are."
            ),
        ),
        ("form", "finalize"),
        OFFICE,
    ),
    Topic(
        "grid",
        N_("Entries as a table"),
        "document_table",
        _texts(
            N_(
                "“All as a table” shows the entries of a group, for example all settlements, as rows. “As "
                "pages” leads back to one entry."
            ),
            N_(
                "Type to replace a cell, press F2 to change it, Enter to go down and Tab to go on. Ctrl+D "
                "fills down, Ctrl+Enter adds a row."
            ),
            N_(
                "Copy cells in Excel and paste them here with Ctrl+V. What does not fit is listed with the "
                "reason before anything changes, and one Ctrl+Z takes the whole paste back."
            ),
        ),
        (),
        OFFICE,
    ),
    Topic(
        "records",
        N_("Finding and keeping records"),
        "document_table",
        _texts(
            N_(
                "Search looks through all answers in every language. The chips above the list show one "
                "state, the boxes one form or one period."
            ),
            N_(
                "Tick several records to finalize, export or print them together. The menu of a record holds "
                "everything else: duplicate, begin the next period, withdraw, history."
            ),
            N_(
                "The history shows every revision and what changed between any two of them, with the names "
                "of those who wrote it."
            ),
            N_(
                "A record that was sent is never deleted. “Withdraw” says with a reason that it no longer "
                "counts; headquarters sees that, too."
            ),
        ),
        ("records", "history", "merge"),
    ),
    Topic(
        "workbook",
        N_("Your own Excel workbook"),
        "document_table",
        _texts(
            N_(
                "Any sheet with a row of headings can be read: “Your own Excel workbook” in the menu "
                "“Record”. Columns are matched to questions by their headings, in any of the six languages."
            ),
            N_(
                "Every cell that does not fit is listed with the reason and, where there is one, a proposal. "
                "What you decide is saved with the mapping for the next time."
            ),
            N_(
                "Make drafts of the rows, or keep them only to compare with: then they stand beside the "
                "questions as last period’s values and are never sent."
            ),
        ),
        ("workbook",),
        OFFICE,
    ),
    Topic(
        "queries",
        N_("Queries of headquarters"),
        "chat_help",
        _texts(
            N_(
                "A query stands at the very question it is about, with a reason. Sometimes headquarters "
                "proposes a value."
            ),
            N_(
                "Answer in words, correct the value, or take or refuse the proposal. Your reply goes with "
                "the next package; the value from before stays in the history."
            ),
            N_("Ctrl+R opens the query at the question where the cursor stands."),
        ),
        ("queries",),
        OFFICE,
    ),
    Topic(
        "exchange",
        N_("Sending and receiving"),
        "send",
        _texts(
            N_(
                "A package is an Excel workbook that everybody can read. What counts is the signed part "
                "inside it: if somebody changes a cell in Excel, the change is found and becomes a question, "
                "never silently an answer."
            ),
            N_(
                "Each package holds everything headquarters has not yet confirmed. If one is lost or comes "
                "late, the next one heals it, and taking one in twice changes nothing."
            ),
            N_(
                "To take in a package, choose the file or drop it onto the window. The report says what "
                "came: receipts, queries, proposals, new forms."
            ),
        ),
        ("exchange", "edits"),
    ),
    Topic(
        "states",
        N_("What the states mean"),
        "info",
        _texts(
            N_("Draft: it is being filled in. It is saved, but nobody else has it."),
            N_("Final: a revision was made. It waits for the next package."),
            N_("In package: it was written into a package; headquarters has not yet said that it came."),
            N_("Received: the receipt of headquarters came."),
            N_("Accepted: headquarters looked at it and accepts it."),
            N_("Query: headquarters asks about it, or returned it with reasons."),
            N_("Conflict: it was changed in two places. A person merges the two, question by question."),
            N_("Waiting: an earlier revision has not come yet; nothing needs to be done."),
            N_("Quarantine: a file that was not let in. It is kept untouched, with the reason."),
        ),
    ),
    Topic(
        "reports",
        N_("Reports and printing"),
        "data_bar_vertical",
        _texts(
            N_(
                "Reports are made from records and say how many of the expected returns they rest on. What "
                "is not known is a dash, never a zero."
            ),
            N_("Save a report as Excel, Word, PDF or a web page, in any of the six languages."),
            N_(
                "Ctrl+P prints a return or an empty form, also to a PDF file, with a block for signatures "
                "and a code from which the record can be found again."
            ),
        ),
        ("reports",),
    ),
    Topic(
        "inbox",
        N_("Taking in the packages of offices"),
        "mail_inbox",
        _texts(
            N_(
                "Drop packages onto the window or choose them. They may come late, twice or in any order; "
                "the result is the same."
            ),
            N_(
                "Each package is checked: its signature, its contents, and whether the visible sheets were "
                "changed in Excel. Such changes are shown cell by cell and can become queries."
            ),
            N_(
                "Taking in a package makes its receipt ready. It travels with the next package "
                "to that office."
            ),
        ),
        ("inbox", "offices"),
        HEADQUARTERS,
    ),
    Topic(
        "quarantine",
        N_("Files that were not let in"),
        "shield_error",
        _texts(
            N_(
                "A damaged, forged or unknown file changes nothing. It is kept as it came, and its code says "
                "why and what to do."
            ),
            N_(
                "Often the way is simple: take in the key list of the other side, or ask for the file again. "
                "Then try it once more from the list."
            ),
        ),
        ("quarantine",),
    ),
    Topic(
        "persons",
        N_("Several people on one laptop"),
        "people",
        _texts(
            N_(
                "The name at the top of the window is the person who works now. Every answer carries the "
                "name of whoever gave it. Choose another name there when somebody else sits down."
            ),
            N_(
                "A PIN makes sure that nobody writes under another name by mistake. It does not hide the "
                "records. If a PIN is forgotten, take it away by command: habitat person pin NAME --clear"
            ),
        ),
    ),
    Topic(
        "safety",
        N_("Backups, keys and a lost laptop"),
        "save",
        _texts(
            N_(
                "A backup is made every day and after each package, and each one is checked by opening it. "
                "Choose a memory stick as a second place under Settings, Backups."
            ),
            N_(
                "Your key signs what you send. It stays on this computer, is in no backup, and can be locked "
                "with a passphrase under Settings, Keys."
            ),
            N_(
                "After a theft or a breakdown, set up another laptop, restore a backup or take in the "
                "package of headquarters, and tell headquarters that the old key no longer counts."
            ),
        ),
        ("settings", "recovery"),
    ),
    Topic(
        "languages",
        N_("Languages and translations"),
        "local_language",
        _texts(
            N_(
                "The whole program and all forms of headquarters are there in Arabic, Chinese, English, "
                "French, Russian and Spanish. “Translated” and “reviewed by a person” are two numbers; both "
                "are shown in “About Habitat Desktop”."
            ),
            N_(
                "Translators change texts on the page “Languages” and see them at once in the real form, or "
                "work in an Excel workbook. A new language pack needs no new program."
            ),
        ),
        ("languages",),
    ),
    Topic(
        "trouble",
        N_("When something goes wrong"),
        "warning",
        _texts(
            N_(
                "Every message says what happened, what was kept and what to do next. The code in it helps "
                "whoever you ask."
            ),
            N_(
                "“Save a diagnostics file” in the menu “Help” writes a file for headquarters. It holds "
                "versions, counts and places in the program, but no answers, names or addresses."
            ),
            N_(
                "Answers are on the disk the moment they are given. After a power cut the program opens with "
                "what was saved, checks it, and says so if something had to be brought back."
            ),
        ),
    ),
    Topic(KEYS, N_("Keyboard shortcuts"), "key", ()),
)


def topics(role: Role) -> tuple[Topic, ...]:
    """Return the topics for a role, in reading order."""
    return tuple(topic for topic in TOPICS if role in topic.roles)


def topic_of(page: str, role: Role) -> str:
    """Return the key of the topic F1 opens on a page of the window."""
    known = topics(role)
    return next((topic.key for topic in known if page in topic.pages), known[0].key)
