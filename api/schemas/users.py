"""What a file says of users."""

import secrets
from typing import Annotated

from pydantic import Field

from api.schemas.auth import Password
from transactional.identity.services.create_users import NewUser
from transactional.kernel.schema import EMAIL_PATTERN, Strict, text_of

_UNKNOWN_BYTES = 32


class RoleOfUserIn(Strict):
    """A role of a user, by its code."""

    role: text_of(40, length_min=1)  # type: ignore[valid-type]


class UserRowsIn(Strict):
    """A user as a file has it, a row a role; without a password one enters once an administrator has set it."""

    username: text_of(200, length_min=1) | None = None  # type: ignore[valid-type]
    """The mail address where none is given."""
    name: text_of(200, length_min=1)  # type: ignore[valid-type]
    email: Annotated[str, Field(max_length=200, pattern=EMAIL_PATTERN)]
    password: Password | None = None
    locale: Annotated[str, Field(max_length=20)] | None = None
    time_zone: Annotated[str, Field(max_length=60)] = "UTC"
    roles: Annotated[list[RoleOfUserIn], Field(max_length=50)] = Field(default_factory=list)

    def spec(self) -> NewUser:
        """The same for the service; a password that nobody knows where none is given."""
        return NewUser(
            username=self.username or self.email,
            name=self.name,
            password=self.password or f"{secrets.token_urlsafe(_UNKNOWN_BYTES)}-Aa1",
            email=self.email,
            locale=self.locale,
            time_zone=self.time_zone,
        )
