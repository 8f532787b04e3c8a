"""What the parties' records refuse."""

from transactional.kernel.errors import NotAllowed


class SameUser(NotAllowed):
    """Whoever proposed a bank account may not approve it."""

    code = "same_user"
    message = "You proposed this bank account yourself: a second user must approve it."
