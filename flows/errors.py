"""What can go wrong, by what the caller must do.

CopydeskError
├── StopRun             the run can't go on; nothing is published, the tables stay as they are
│   ├── SettingsError   a setting is wrong
│   ├── ProfileError    a site profile is wrong
│   ├── RawFolderError  the raw folder is missing or can't be read
│   ├── StorageError    the processed folder can't be written or read
│   ├── VersionError    the tables are of a newer copydesk, or of an older one and must be migrated first
│   ├── LockedError     another run is at work
│   ├── EngineError     a process that did the work was lost
│   ├── AuditError      a law doesn't hold for the staged tables
│   ├── LossError       a site would lose far more than usual, and the run is strict
│   └── BudgetError     more of a run's records, or of a source's, were rejected than may be
├── RecordError         one record can't be used; it becomes a rejection
└── QueryError          a question can't be answered
"""


class CopydeskError(Exception):
    """The base of all errors that copydesk raises; its text is meant for people."""


class StopRun(CopydeskError):  # noqa: N818 - it is what the caller does
    """The run can't go on: nothing is published, and the tables stay as they are."""


class SettingsError(StopRun):
    """A setting is wrong."""


class ProfileError(StopRun):
    """A site profile is wrong."""


class RawFolderError(StopRun):
    """The raw folder is missing or can't be read."""


class StorageError(StopRun):
    """The processed folder can't be read or written."""


class VersionError(StopRun):
    """The tables are of a newer copydesk, or of an older one and must be migrated first."""


class LockedError(StopRun):
    """Another run is at work on the same processed folder."""


class EngineError(StopRun):
    """A process that did the work was lost."""


class AuditError(StopRun):
    """A law doesn't hold for the staged tables."""


class LossError(StopRun):
    """A site would lose far more than usual, and the run is strict."""


class BudgetError(StopRun):
    """More of a run's records, or of a source's, were rejected than may be."""


class RecordError(CopydeskError):
    """One record can't be used: it becomes a rejection with this reason and message."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class QueryError(CopydeskError):
    """A question about the tables can't be answered."""
