"""What is refused about conversations."""

from transactional.kernel.errors import Invalid, NotFound, Refused


class ConversationNotFound(NotFound):
    """There is no such conversation of the asker."""

    message = "There is no conversation {id}: begin a new one by leaving it out."


class NoCustomer(Refused):
    """The asker's login belongs to no customer."""

    code = "no_customer"
    message = "Your login is tied to no customer: ask your administrator to set your attribute customer_ids."


class KnowledgeNotFound(NotFound):
    """There is no such document of the knowledge base that the asker may read."""

    message = "There is no document {id} in the knowledge base."


class RoleUnknown(Invalid):
    """A document is to be read by roles that are not there."""

    code = "unknown_role"
    message = "{count} roles are not known: mend those that are listed."


class ProposalChanged(Refused):
    """What is accepted is not what is proposed now."""

    code = "proposal_changed"
    message = "{field} is not proposed with this value now: read the proposals again."
