"""The declared records of identity: who may enter, and what each may do."""

from transactional.identity.models import Login, Role, User
from transactional.identity.user_rules import check_admin_left, check_held_by_users, user_problems
from transactional.kernel.resource import READ_ONLY, Resource, Verb

USERS = Resource(
    module="user",
    plural="users",
    thing="user",
    model=User,
    label="User",
    key=("email",),
    search=("email", "name"),
    # Creating one needs an account and a password: a verb of its own.
    actions=frozenset({"update", "import"}),
    read_only=("account_id", "rights_version"),
    points={"unit_id": "organization.units"},
    validate=user_problems,
    prepare=(check_admin_left, check_held_by_users),
    verbs=(
        Verb("assign-roles", "The user's rights are those of the roles listed, from the next request on."),
        Verb("unlock", "The user may try to sign in again at once."),
        Verb("set-password", "The user's password changes and every session of the user ends."),
    ),
)
# What a role may name comes from all modules: `transactional/resources.py` adds the check.
ROLES = Resource(
    module="permission",
    plural="roles",
    thing="role",
    model=Role,
    label="Role",
    read_only=("is_system",),
    create_only=("code",),
)
LOGINS = Resource(
    module="auth",
    plural="logins",
    thing="login",
    model=Login,
    label="Sign-in",
    key=("id",),
    search=("username", "address", "country"),
    sort="-occurred_at",
    points={"user_id": "identity.users"},
    actions=READ_ONLY,
)
RESOURCES = (USERS, ROLES, LOGINS)
