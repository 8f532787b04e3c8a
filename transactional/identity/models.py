"""Tenants and accounts stand outside tenants; users, roles and grants belong to one."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.ids import new_id
from transactional.kernel.model import (
    Base,
    LedgerRow,
    TenantRow,
    one_of,
    reference,
    shaped,
    short_text,
    unique,
)
from transactional.kernel.personal import PSEUDONYM, personal


class DataScope(StrEnum):
    """How far a role sees: own records, own unit, unit and below, own companies, everything of the tenant."""

    OWN = "own"
    UNIT = "unit"
    SUBTREE = "subtree"
    COMPANY = "company"
    ALL = "all"


class Tenant(Base):
    """A customer of the product: an island of data."""

    __tablename__ = "tenants"
    __table_args__ = ({"schema": "identity"},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = short_text(40, unique=True)
    name: Mapped[str] = mapped_column(String(200))
    host: Mapped[str | None] = mapped_column(String(200), unique=True)
    default_locale: Mapped[str] = mapped_column(String(20), server_default="en")
    password_length_min: Mapped[int] = mapped_column(Integer, server_default=text("12"))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Account(Base):
    """A person's or service's way in, over all tenants."""

    __tablename__ = "accounts"
    __table_args__ = ({"schema": "identity"},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = short_text(200, unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    earlier_hashes: Mapped[list[str]] = mapped_column(ARRAY(String(200)), server_default=text("'{}'"))
    password_changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    failed_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    failed_since: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Membership(Base):
    """Which tenants an account may enter, and as which user there."""

    __tablename__ = "memberships"
    __table_args__ = ({"schema": "identity"},)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("identity.accounts.id"), primary_key=True)
    tenant_of_user: Mapped[UUID] = mapped_column(ForeignKey("identity.tenants.id"), primary_key=True)
    user_id: Mapped[UUID]


class LoginSession(Base):
    """One sign-in on one device: the family its refresh tokens belong to."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_account_id", "account_id"), {"schema": "identity"})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("identity.accounts.id"))
    tenant_of_user: Mapped[UUID] = mapped_column(ForeignKey("identity.tenants.id"))
    refresh_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    rotation_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the key of the request that rotated it last: whoever lost the answer sends the same again."""
    rotated_at: Mapped[datetime | None]
    agent: Mapped[str | None] = mapped_column(String(300))
    address: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    last_used_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))


class SignInAttempt(Base):
    """One try to sign in, right or wrong; never changed."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_username", "username", "at"),
        Index("ix_sign_in_attempts_address", "address", "at"),
        {"schema": "identity"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    username: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID | None]
    result: Mapped[str] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(64))
    agent: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Login(LedgerRow):
    """One try of a tenant's user to sign in, as the tenant sees it; never changed."""

    __tablename__ = "logins"
    __table_args__ = (Index("ix_logins_user_id", "tenant_id", "user_id", "country"), {"schema": "identity"})

    user_id: Mapped[UUID]
    username: Mapped[str] = mapped_column(String(200))
    result: Mapped[str] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(64))
    agent: Mapped[str | None] = mapped_column(String(300))
    country: Mapped[str | None] = mapped_column(String(2))
    is_new_country: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    """Whether the user had signed in before, and never from there."""
    occurred_at: Mapped[datetime]


ATTRIBUTES: Final = {
    "type": "object",
    "description": "What row rules compare with as `user.<name>`: lists of texts by name.",
    "propertyNames": {"pattern": "^[a-z][a-z0-9_]{0,39}$"},
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}
ROW_RULES: Final = {
    "type": "object",
    "description": (
        "Which rows are seen, by thing (`customer`, `order` ...: what stands before the point of a right). All rules of"
        " a thing have to hold. Documents of a customer, supplier or item that is not seen are not seen either."
    ),
    "additionalProperties": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["field", "values"],
            "additionalProperties": False,
            "properties": {
                "field": {
                    "type": "string",
                    "description": "A column of the thing, or a path over references such as `customer.region_id`.",
                },
                "operator": {"enum": ["in", "not_in"], "default": "in"},
                "values": {
                    "anyOf": [
                        {"type": "array", "items": {"type": "string"}},
                        {
                            "type": "string",
                            "description": (
                                "Of the reader: `user.id`, `user.employee_id`, `user.unit_ids`, `user.subtree_ids`,"
                                " `user.company_ids`, or `user.<name>` for one of the user's attributes."
                            ),
                        },
                    ]
                },
            },
        },
    },
}
FIELD_RULES: Final = {
    "type": "array",
    "description": "How fields are met: `masked` shows the last four characters, `read` closes them to changes.",
    "items": {
        "type": "object",
        "required": ["field", "access"],
        "additionalProperties": False,
        "properties": {
            "field": {"type": "string", "description": "As in `hidden_fields`: `supplier.tax_number`."},
            "access": {"enum": ["masked", "read"]},
            "states": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The states of a document in which the rule holds; all where it says none.",
            },
        },
    },
}


class User(TenantRow):
    """An account inside one tenant."""

    __tablename__ = "users"
    __table_args__ = (
        unique("email"),
        unique("account_id"),
        {
            "schema": "identity",
            "info": personal(
                telling=("name", "email"),
                facts=("locale", "attributes"),
                kept=("account_id", "time_zone", "unit_id", "is_active", "rights_version"),
                instead={"email": f"{PSEUDONYM}@erased.invalid"},
            ),
        },
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("identity.accounts.id"))
    email: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str | None] = mapped_column(String(20))
    time_zone: Mapped[str] = mapped_column(String(60), server_default="UTC")
    unit_id: Mapped[UUID | None]
    attributes: Mapped[dict[str, Any]] = shaped(ATTRIBUTES, {"regions": ["EMEA"]}, server_default=text("'{}'"))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    rights_version: Mapped[int] = mapped_column(Integer, server_default=text("1"))


class ErasureState(StrEnum):
    """Asked for, replaced in tables and files, and gone from what older readers might still have open."""

    ASKED = "asked"
    REPLACED = "replaced"
    DONE = "done"


class Erasure(TenantRow):
    """A person whose data was replaced by a pseudonym: a user, an employee, a customer or a supplier.

    `texts` and `own_texts` say what is looked for, and are emptied when nothing is left to look through.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        unique("subject_id"),
        one_of("state", ErasureState),
        {"schema": "identity", "info": {"audited": False}},
    )

    subject_kind: Mapped[str] = short_text(20)
    subject_id: Mapped[UUID]
    pseudonym: Mapped[str] = short_text(40)
    account_id: Mapped[UUID | None]
    """The user's way in, where it led into no other tenant."""
    texts: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    """What names nobody else: replaced wherever it stands."""
    own_texts: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    """What others may be called too, such as a first name: replaced in the person's own records."""
    past: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """By table the `rows` that are the person's own, deleted ones too, and the `facts`: what replaces each personal
    column in their past."""
    places: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    """How many rows were changed of each table, and how many places of each file."""
    state: Mapped[str] = mapped_column(String(10), server_default="asked")
    replaced_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class Role(TenantRow):
    """A named set of rights with how far they see."""

    __tablename__ = "roles"
    __table_args__ = (unique("code"), unique("name"), one_of("data_scope", DataScope), {"schema": "identity"})

    code: Mapped[str] = short_text()
    name: Mapped[str] = mapped_column(String(200))
    data_scope: Mapped[str] = mapped_column(String(10), server_default="all")
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(80)), server_default=text("'{}'"))
    row_rules: Mapped[dict[str, Any]] = shaped(
        ROW_RULES,
        {"customer": [{"field": "country_code", "operator": "in", "values": ["DE", "AT"]}]},
        server_default=text("'{}'"),
    )
    hidden_fields: Mapped[list[str]] = mapped_column(ARRAY(String(120)), server_default=text("'{}'"))
    field_rules: Mapped[list[Any]] = shaped(
        FIELD_RULES, [{"field": "supplier.tax_number", "access": "masked"}], server_default=text("'[]'")
    )
    is_system: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class UserRole(TenantRow):
    """A role given to a user."""

    __tablename__ = "user_roles"
    __table_args__ = (unique("user_id", "role_id"), {"schema": "identity"})

    user_id: Mapped[UUID] = reference("identity.users")
    role_id: Mapped[UUID] = reference("identity.roles")
