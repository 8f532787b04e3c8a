"""What the parties' records refuse."""

from transactional.kernel.errors import NotAllowed, Refused


class SameUser(NotAllowed):
    """Whoever proposed a bank account may not approve it."""

    code = "same_user"
    message = "You proposed this bank account yourself: a second user must approve it."


class NoGradingRules(Refused):
    """Customers cannot be graded before somebody has said how."""

    code = "no_grading_rules"
    message = "There are no grading rules: write them first."
