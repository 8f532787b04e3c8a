"""Password sign-in: unknown user and wrong password get one answer in the same time; five wrong ones lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import and_, func, insert, or_, orm, select, text, update

from runtime.log import trace_id
from transactional.identity.errors import AccountDisabled, NotAMember, TooManyTries, WrongCredentials
from transactional.identity.models import Account, Login, Membership, SignInAttempt, Tenant, User
from transactional.identity.passwords import DEFAULT_HASHER, decoy_hash, matches, needs_rehash
from transactional.identity.services.open_sessions import Device, OpenedSession, open_session
from transactional.identity.tokens import KeyRing
from transactional.kernel.audit import note
from transactional.kernel.errors import DomainError

TRIES_MAX = 5
WINDOW = timedelta(minutes=15)
_KNOWN_DEVICE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Door:
    """A tenant that an account leads into, and as which user."""

    id: UUID
    slug: str
    name: str
    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Which tenant somebody wants to enter, and where from."""

    device: Device
    tenant: str | None = None
    """The slug or id of the tenant; the first one of the account where none is named."""
    host_tenant_id: UUID | None = None
    """The tenant whose host name was called: no other is entered there."""

    def leads_to(self, door: Door) -> bool:
        """Whether this tenant is meant."""
        return self.host_tenant_id in {None, door.id} and self.tenant in {None, door.slug, str(door.id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials(Entrance):
    """What somebody typed, and where."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class TenantChoice:
    """A tenant an account may enter."""

    id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that went well."""

    session: OpenedSession
    username: str
    tenant: TenantChoice
    tenants: list[TenantChoice]
    """All that the same login leads into."""


def sign_in(
    session: orm.Session, given: Credentials, *, keys: KeyRing, at: datetime, hasher: PasswordHasher = DEFAULT_HASHER
) -> SignedIn | DomainError:
    """Tokens and tenants, or why not; returned rather than raised, so that the failed try is committed."""
    account = prove_account(session, given, at=at, hasher=hasher)
    if isinstance(account, DomainError):
        return account
    return enter(session, account, given, keys=keys, at=at)


def prove_account(
    session: orm.Session, given: Credentials, *, at: datetime, hasher: PasswordHasher = DEFAULT_HASHER
) -> Account | DomainError:
    """The account whose name and password were given, or why not; a wrong try is written down and counts."""
    username = given.username.strip().casefold()[:200]
    session.execute(text("select pg_advisory_xact_lock(hashtextextended('sign-in:' || :name, 0))"), {"name": username})
    account = session.execute(select(Account).where(Account.username == username)).scalar_one_or_none()
    doors = _doors(session, account.id) if account else []
    wait = lock_seconds(session, username, given.device.address, at)
    if wait:
        _log(session, given.device, username, account, "locked", at, doors)
        return TooManyTries(retry_after=wait)
    right = matches(account.password_hash if account else decoy_hash(hasher), given.password, hasher)
    if account is None or not right:
        _log(session, given.device, username, account, "wrong", at, doors)
        if account is not None and lock_seconds(session, username, given.device.address, at):
            _note_lock(session, account, given.device, doors)
        return WrongCredentials()
    if needs_rehash(account.password_hash, hasher):
        session.execute(
            update(Account).where(Account.id == account.id).values(password_hash=hasher.hash(given.password))
        )
    return account


def enter(
    session: orm.Session, account: Account, given: Entrance, *, keys: KeyRing, at: datetime
) -> SignedIn | DomainError:
    """Tokens for the tenant that is named, else for the first one the account may enter, or why not.

    Only the tenant that was entered is told of it: where else somebody works is nobody's business there.
    """
    doors = _doors(session, account.id)
    meant = [door for door in doors if given.leads_to(door)]
    open_ones = [door for door in doors if account.is_active and _is_active(session, door)]
    chosen = next((door for door in meant if door in open_ones), None)
    if chosen is None:
        is_disabled = bool(meant) or not account.is_active
        _log(session, given.device, account.username, account, "disabled" if is_disabled else "no tenant", at, meant)
        return AccountDisabled() if is_disabled else NotAMember()
    _log(session, given.device, account.username, account, "right", at, [chosen])
    opened = open_session(
        session,
        account_id=account.id,
        tenant_id=chosen.id,
        user_id=chosen.user_id,
        device=given.device,
        keys=keys,
        at=at,
    )
    return SignedIn(opened, account.username, _choice(chosen), [_choice(door) for door in open_ones])


def note_right_try(session: orm.Session, account: Account, device: Device, *, at: datetime) -> None:
    """Write down that somebody knew the password, though no tenant was entered."""
    _log(session, device, account.username, account, "right", at, [])


def open_tenants(session: orm.Session, account_id: UUID) -> list[TenantChoice]:
    """The tenants an account may enter now, the oldest first."""
    return [_choice(door) for door in _doors(session, account_id) if _is_active(session, door)]


def _choice(door: Door) -> TenantChoice:
    return TenantChoice(door.id, door.slug, door.name)


def _doors(session: orm.Session, account_id: UUID) -> list[Door]:
    statement = (
        select(Tenant.id, Tenant.slug, Tenant.name, Membership.user_id)
        .join(Membership, Membership.tenant_of_user == Tenant.id)
        .where(Membership.account_id == account_id, Tenant.is_active)
        .order_by(Tenant.created_at, Tenant.id)
    )
    return [Door(*row) for row in session.execute(statement)]


def _is_active(session: orm.Session, door: Door) -> bool:
    enter_tenant(session, door.id, door.user_id)
    return bool(session.execute(select(User.is_active).where(User.id == door.user_id)).scalar_one_or_none())


def enter_tenant(session: orm.Session, tenant_id: UUID, user_id: UUID | None) -> None:
    """Put the rest of a transaction that began outside tenants under one of them."""
    session.execute(
        text(
            "select set_config('app.tenant_id', :tenant, true), set_config('app.user_id', :user, true),"
            " set_config('app.channel', 'api', true), set_config('app.trace_id', :trace, true)"
        ),
        {"tenant": str(tenant_id), "user": str(user_id or ""), "trace": trace_id.get() or ""},
    )


def lock_seconds(session: orm.Session, username: str, address: str | None, at: datetime) -> int:
    """How long the user name or the address stays locked; 0 when it is not.

    A device that signed in before is judged by its own tries alone, so that no stranger can lock the owner out.
    """
    own_address = address if _knows(session, username, address, at) else None
    for_user = _wrong_tries(session, at, username=username, address=own_address)
    for_address = [] if _is_local(address) else _wrong_tries(session, at, address=address)
    oldest = [found[TRIES_MAX - 1] for found in (for_user, for_address) if len(found) >= TRIES_MAX]
    return max((int((when + WINDOW - at).total_seconds()) + 1 for when in oldest), default=0)


def _wrong_tries(
    session: orm.Session, at: datetime, *, username: str | None = None, address: str | None = None
) -> list[datetime]:
    """When the newest wrong tries of the window were, newest first, since the last right one or unlock."""
    tries = SignInAttempt
    same = [column == value for column, value in ((tries.username, username), (tries.address, address)) if value]
    ended = select(func.max(tries.id)).where(
        or_(and_(*same, tries.result == "right"), and_(tries.username == username, tries.result == "unlocked")),
        tries.at > at - WINDOW,
    )
    statement = (
        select(tries.at)
        .where(*same, tries.result == "wrong", tries.at > at - WINDOW)
        .where(tries.id > func.coalesce(ended.scalar_subquery(), 0))
        .order_by(tries.id.desc())
        .limit(TRIES_MAX)
    )
    return list(session.scalars(statement))


def _knows(session: orm.Session, username: str, address: str | None, at: datetime) -> bool:
    tries = SignInAttempt
    known = select(tries.id).where(
        tries.username == username, tries.address == address, tries.result == "right", tries.at > at - _KNOWN_DEVICE
    )
    return session.execute(known.limit(1)).first() is not None


def _is_local(address: str | None) -> bool:
    """Our own pages ask from this machine for everyone: they must not lock each other out."""
    return address is None or address in {"127.0.0.1", "::1", "testclient"}


def _log(
    session: orm.Session,
    device: Device,
    username: str,
    account: Account | None,
    result: str,
    at: datetime,
    told: Sequence[Door],
) -> None:
    session.execute(
        insert(SignInAttempt).values(
            username=username,
            account_id=account.id if account else None,
            result=result,
            address=device.address,
            agent=device.agent,
            at=at,
        )
    )
    for each in told:
        _log_login(session, each.id, each.user_id, username, device, result, at)


def _log_login(
    session: orm.Session, tenant_id: UUID, user_id: UUID, username: str, device: Device, result: str, at: datetime
) -> None:
    """Write a try into the log of a tenant that the account belongs to."""
    enter_tenant(session, tenant_id, user_id)
    session.execute(
        insert(Login).values(
            tenant_id=tenant_id,
            user_id=user_id,
            username=username,
            result=result,
            address=device.address,
            agent=device.agent,
            country=device.country,
            is_new_country=result == "right" and _is_new_country(session, user_id, device.country),
            occurred_at=at,
        )
    )


def _is_new_country(session: orm.Session, user_id: UUID, country: str | None) -> bool:
    """Whether the user has signed in from known countries before, and never from this one."""
    if country is None:
        return False
    right = select(Login.country).where(Login.user_id == user_id, Login.result == "right", Login.country.is_not(None))
    known = set(session.scalars(right.distinct()))
    return bool(known) and country not in known


def _note_lock(session: orm.Session, account: Account, device: Device, doors: Sequence[Door]) -> None:
    for each in doors:
        enter_tenant(session, each.id, None)
        facts = {"username": account.username, "address": device.address, "tries": TRIES_MAX}
        note(session, "lock", "identity.users", each.user_id, facts)
