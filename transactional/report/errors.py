"""What reports refuse."""

from transactional.kernel.errors import NotAllowed, Refused, Unavailable


class ReportNotYours(NotAllowed):
    """Somebody may read a report and not change it."""

    code = "report_not_yours"
    message = "This {kind} belongs to somebody else: copy it, or ask its owner for the access to edit."


class ScopeNotHeld(NotAllowed):
    """A link would show what its maker may not see."""

    code = "scope_not_held"
    message = "You do not hold the role {role}: a link may show what you see, or an administrator makes it."


class RunFinished(Refused):
    """What is done cannot be stopped."""

    code = "run_finished"
    message = "This run is {state} already."


class RunNotDone(Refused):
    """A file that is not written yet."""

    code = "run_not_done"
    message = "This run is {state}: its file is there when it is done."


class ReportInUse(Refused):
    """A report that is sent to somebody."""

    code = "report_in_use"
    message = "This report has {count} active subscriptions: end them first."


class NothingToAcknowledge(Refused):
    """Nothing is out of range, or somebody has said already that it is being looked at."""

    code = "nothing_to_acknowledge"
    message = "This rule has no open breach that nobody has acknowledged."


class RuleEnded(Refused):
    """A rule that is looked at no more."""

    code = "rule_ended"
    message = "This rule has ended: make a new one."


class StatementForbidden(NotAllowed):
    """A statement that would do more than read."""

    code = "statement_forbidden"
    message = "Sources are only read: {what} is not allowed in a statement."


class SourceUnavailable(Unavailable):
    """A source outside that does not answer now."""

    code = "source_unavailable"
    message = "The source {source} does not answer as it should: {reason}."


class SourceLocked(Refused):
    """What was sealed with another key than this installation's."""

    code = "source_locked"
    message = "The password of the source {source} was sealed with another key: give it again."


class SourceInUse(Refused):
    """A source that reports read."""

    code = "source_in_use"
    message = "{count} reports read the source {source}: put them away or change them first."
