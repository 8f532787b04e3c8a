"""What identity refuses."""

from transactional.kernel.errors import DomainError, NotAllowed, Refused


class NotAuthenticated(DomainError):
    """Nobody we know asks."""

    code = "not_authenticated"
    message = "Sign in first: the access token is missing, expired or was revoked."


class WrongCredentials(NotAuthenticated):
    """User name and password do not fit; which of the two stays untold."""

    code = "wrong_credentials"
    message = "User name or password is wrong."


class AccountDisabled(NotAllowed):
    """The account was disabled by an administrator."""

    code = "account_disabled"
    message = "This account is disabled: ask your administrator."


class NotAMember(NotAllowed):
    """The account has no user in that tenant."""

    code = "not_a_member"
    message = "You are not a member of this tenant."


class AlreadyAMember(Refused):
    """Two logins that lead into one tenant are two users of it."""

    code = "already_a_member"
    message = "Both logins lead into the same tenant, as two users of it: only logins of different tenants are joined."


class TenantMismatch(NotAllowed):
    """The request names another tenant than its token."""

    code = "tenant_mismatch"
    message = "The request names another tenant than your token."


class TooManyTries(DomainError):
    """The sign-in is locked for a while."""

    code = "too_many_tries"
    message = "Too many wrong passwords: try again in {retry_after} seconds or ask your administrator."


class SystemRoleFixed(NotAllowed):
    """System roles belong to the program."""

    code = "system_role_fixed"
    message = "The system role {role} cannot be changed: copy it into a role of your own."


class RightNotHeld(NotAllowed):
    """Nobody hands on a right without holding it."""

    code = "right_not_held"
    message = "You cannot grant {right}, which you do not hold yourself."


class RightsBeyond(NotAllowed):
    """Nobody takes the place of a user who may do more."""

    code = "rights_beyond"
    message = "This user holds {right}, which you do not hold yourself: ask somebody who does."


class NameTaken(Refused):
    """A name is used already."""

    code = "name_taken"
    message = "The {field} {value} is taken: choose another."


class LastAdmin(Refused):
    """Somebody has to be able to administer."""

    code = "last_admin"
    message = "The last active administrator cannot be disabled or lose the right to administer."


class OpenDuties(Refused):
    """A person whom work waits for stays until somebody else has it."""

    code = "open_duties"
    message = (
        "Work waits for this person: {duties}. Hand it over or end it first: orders are delivered and invoiced, closed "
        "or cancelled, invoices and payments settled, customers, units and employees given to somebody else."
    )
