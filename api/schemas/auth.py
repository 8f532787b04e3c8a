"""What signing in takes and gives."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from transactional.identity.passwords import LENGTH_MAX
from transactional.kernel.schema import Strict, plain_text

Password = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LENGTH_MAX * 2, strip_whitespace=False),
    AfterValidator(plain_text),
]
"""A password as it is written: blanks at its ends count, wherever it is given."""


class TenantShown(BaseModel):
    """A tenant one may enter."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    slug: str
    name: str


class Tokens(BaseModel):
    """A pair of tokens."""

    model_config = ConfigDict(extra="forbid")

    access_token: str
    token_type: str = Field(description="Always `bearer`.")
    refresh_token: str
    expires_in: int = Field(description="Seconds until the access token ends.")


class SignedInShown(Tokens):
    """A pair of tokens, and where they lead."""

    tenant: TenantShown
    tenants: list[TenantShown]


class TenantsShown(BaseModel):
    """The tenants one may enter by the own login."""

    model_config = ConfigDict(extra="forbid")

    tenants: list[TenantShown]


class Switch(Strict):
    """Which tenant to go to."""

    tenant: str = Field(min_length=1, max_length=40, description="The slug or the id of the tenant.")


class Join(BaseModel):
    """Another login of the same person."""

    model_config = ConfigDict(extra="forbid")

    username: Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(plain_text)]
    password: Password


class Refresh(Strict):
    """A refresh token to be changed for the next pair."""

    refresh_token: str = Field(max_length=500)


class PasswordChange(BaseModel):
    """The present password and the new one; blanks at their ends count."""

    model_config = ConfigDict(extra="forbid")

    current_password: Password
    password: Password


class SessionShown(BaseModel):
    """A sign-in on a device."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    agent: str | None
    address: str | None
    created_at: datetime
    last_used_at: datetime
    is_current: bool


class Me(BaseModel):
    """Who asks, and what they may."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    name: str
    tenant_id: UUID
    tenant: str | None
    locale: str
    time_zone: str
    permissions: list[str]
    data_scope: str
    hidden_fields: list[str]
