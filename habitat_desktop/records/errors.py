"""What can go wrong with the store that a person can mend. No SQLAlchemy: the window shows these early."""

from habitat_desktop.errors import N_, HabitatError


class DatabaseError(HabitatError):
    """The common class of everything that is wrong with the database itself."""

    code = "DATABASE"


class DatabaseTooNew(DatabaseError):
    code = "DATABASE_TOO_NEW"
    message = N_(
        "The database “{path}” was written by a newer version of this program (its version: {version}). "
        "Nothing was changed. Install the newest version of the program and open it again."
    )


class DatabaseTooOld(DatabaseError):
    code = "DATABASE_TOO_OLD"
    message = N_(
        "The database “{path}” comes from an older version of this program (its version: {version}) "
        "and must be brought up to date before it can be looked at. Nothing was changed. "
        "Open it once in the window, or run “habitat backup”: "
        "it is copied to the backups first, then brought up to date. "
        "Of a copy that must not be changed, make another copy of the whole folder and open that."
    )


class DatabaseServerTooOld(DatabaseTooOld):
    code = "DATABASE_SERVER_TOO_OLD"
    message = N_(
        "The database at “{path}” has the tables of an older version of this program "
        "(its version: {version}) and must be brought up to date before it can be looked at. Nothing was "
        "changed. Make a backup on the server, then run a command that writes, such as “habitat import”."
    )


class DatabaseServerEmpty(DatabaseError):
    code = "DATABASE_SERVER_EMPTY"
    message = N_(
        "The database at “{path}” holds no tables of this program, and looking makes none. Nothing was "
        "changed. Check the address; a new database is filled by “habitat init”."
    )


class DatabaseUnfinished(DatabaseError):
    code = "DATABASE_UNFINISHED"
    message = N_(
        "The database “{path}” was left in the middle of a step by a crash, and that half step must be taken "
        "back before it can be looked at. Nothing was changed, and nothing that was saved is lost. "
        "Open it once in the window, or run “habitat backup”. "
        "Of a copy that must not be changed, make another copy of the whole folder and open that."
    )


class DatabaseOtherJournal(DatabaseError):
    code = "DATABASE_OTHER_JOURNAL"
    message = N_(
        "Another program has written to the database “{path}” in a way that leaves changes in a file beside "
        "it, and looking at them would change that file. Nothing was changed. Open it once in the window, or "
        "run “habitat backup”: they are taken in. "
        "Of a copy that must not be changed, make another copy of the whole folder and open that."
    )


class DatabaseReadOnly(DatabaseError):
    code = "DATABASE_READ_ONLY"
    message = N_(
        "The database “{path}” was opened only to look at it, and this step would write. Nothing was "
        "changed. Use a command that writes, or open the workspace in the window."
    )


class DatabaseLocked(DatabaseError):
    code = "DATABASE_LOCKED"
    message = N_(
        "The database “{path}” is open in another window or command on this computer. Nothing was changed. "
        "Close the other one and try again."
    )


class DatabaseBusy(DatabaseError):
    code = "DATABASE_BUSY"
    message = N_(
        "The database “{path}” is busy with something else and did not answer in time. "
        "This step was not saved; everything before it was. Try again in a moment."
    )


class DatabaseDamaged(DatabaseError):
    code = "DATABASE_DAMAGED"
    message = N_(
        "The database “{path}” is damaged: {problem} The file was left as it is; do not delete it. "
        "Restore the newest backup from “{backups}”; "
        "what headquarters has received can be sent back from there."
    )


class DatabaseMissing(DatabaseError):
    code = "DATABASE_MISSING"
    message = N_(
        "The database “{path}” is gone. Nothing was changed, and no empty one was put in its place. "
        "Put it back, or restore the newest backup from “{backups}”; "
        "what headquarters has received can be sent back from there."
    )


class DatabaseFull(DatabaseError):
    code = "DATABASE_FULL"
    message = N_(
        "The disk that holds “{path}” is full. This step was not saved; everything before it was. "
        "Free some space and try again."
    )


class DatabaseFullReserve(DatabaseFull):
    code = "DATABASE_FULL_RESERVE"
    message = N_(
        "The disk that holds “{path}” is full. This step was not saved; everything before it was. "
        "The program has given back a reserve of {megabytes} MB: repeat the step and finish what you are at. "
        "Then free some space; the reserve is made again."
    )


class DatabaseUnavailable(DatabaseError):
    code = "DATABASE_UNAVAILABLE"
    message = N_(
        "The database “{path}” cannot be used: {problem} This step was not saved; everything before it was. "
        "Check that the disk is there and may be written, and try again."
    )


class DatabaseUnreadable(DatabaseUnavailable):
    code = "DATABASE_UNREADABLE"
    message = N_(
        "The database “{path}” cannot be read: {problem} Nothing was changed. "
        "Check that the disk is there and that you may read the file, and try again."
    )


class DatabaseServerGone(DatabaseError):
    code = "DATABASE_SERVER"
    message = N_(
        "The database server at “{path}” does not answer or does not let us in: {problem} "
        "This step was not saved; everything before it was. "
        "Check the address, the password and the network, and try again."
    )


class DatabaseAddressBad(DatabaseError):
    code = "DATABASE_ADDRESS"
    message = N_(
        "“{address}” is not the address of a database this program can use. Nothing was changed. "
        "Write it as postgresql://USER:PASSWORD@HOST/DATABASE; for it the program must be installed with its "
        "part “server”."
    )


class DatabaseOnServer(DatabaseError):
    code = "DATABASE_ON_SERVER"
    message = N_(
        "The records of this workspace are in the database at “{path}”. Nothing was changed. Whoever runs "
        "that server makes its backups and puts them back, with pg_dump and pg_restore."
    )


class BackupFailed(DatabaseError):
    code = "BACKUP_FAILED"
    message = N_(
        "No sound backup could be made at “{path}”: {problem} The database itself was not changed. "
        "Check the disk and try again."
    )


class DatabaseUnsound(BackupFailed):
    code = "DATABASE_UNSOUND"
    message = N_(
        "No backup was made, because the database holds something that is not as it was written: {problem} "
        "The earlier backups are kept. Restore the newest one: what was sent and what can still be read "
        "comes back too."
    )


class RestoreFailed(DatabaseError):
    code = "RESTORE_FAILED"
    message = N_(
        "The database “{path}” could not be replaced: {problem} What was there is kept beside it or in its "
        "place, and the backup is untouched. Check the disk and restore again."
    )


class DraftGone(HabitatError):
    code = "DRAFT_GONE"
    message = N_(
        "The draft of {label} was finalized or discarded meanwhile, and the record has changed since. "
        "Nothing was changed now. Open the record again."
    )


class RevisionDamaged(HabitatError):
    code = "REVISION_DAMAGED"
    message = N_(
        "The revision {number} of the record {label} is not what its own checksum says. It was not taken in. "
        "Ask the sender for a new package."
    )


class RevisionNumberReused(HabitatError):
    code = "REVISION_NUMBER_REUSED"
    message = N_(
        "The revision {number} of the record {label} bears a number that its computer has already given to "
        "another one. It was not taken in. Tell headquarters: "
        "two computers may be working with copies of one database."
    )
