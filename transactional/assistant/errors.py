"""What is refused about conversations."""

from transactional.kernel.errors import NotFound


class ConversationNotFound(NotFound):
    """There is no such conversation of the asker."""

    message = "There is no conversation {id}: begin a new one by leaving it out."
