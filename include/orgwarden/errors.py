"""What can go wrong, classed by what the caller shall do about it.

OrgwardenError
├── RetryLater            the same call may succeed later: wait, then try the whole step again
├── SkipAndNote           this one thing could not be read: record a gap with its cause, go on
└── StopAndTell           trying again does not help: stop, and tell a person what to do
    ├── BadInput          a file, a setting or an argument says something that cannot be used
    ├── Refused           the other side knows us and says no to something that we cannot do without
    └── GateFailed        what was read is not fit to be judged; the last good snapshot stays
"""


class OrgwardenError(Exception):
    """The root of all that Orgwarden raises on purpose; its text is one sentence for a person."""


class RetryLater(OrgwardenError):
    """The same call may succeed later; ``after`` is the least number of seconds to wait."""

    def __init__(self, text: str, *, after: float = 60.0) -> None:
        super().__init__(text)
        self.after = after


class SkipAndNote(OrgwardenError):
    """One thing could not be read; ``cause`` is equal for all things that were not read for one reason."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class StopAndTell(OrgwardenError):
    """Trying again does not help; a person has to change something first."""


class BadInput(StopAndTell):
    """A file, a setting or an argument cannot be used; the text names place, value and remedy."""


class Refused(StopAndTell):
    """The other side refused what Orgwarden cannot do without."""


class GateFailed(StopAndTell):
    """A reading is not fit to be judged; the text says which check failed, and on what."""
