"""Users: made with an account and a password, given roles, unlocked."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import insert, select
from starlette.responses import Response

from api.calls import Calling
from api.rendering import shown
from api.routing import Router, needs
from api.schemas.auth import Password
from transactional.identity.models import Account, Role, SignInAttempt, User, UserRole
from transactional.identity.resources import USERS
from transactional.identity.services.assign_roles import assign_roles
from transactional.identity.services.create_users import NewUser, create_users
from transactional.identity.services.set_passwords import set_password
from transactional.kernel.records import get_record
from transactional.kernel.rows import lock_by_id
from transactional.kernel.schema import EMAIL_PATTERN, Shown, Strict, shown_schema, text_of
from transactional.kernel.session import Session


class UserCreate(Strict):
    """A user who can sign in at once."""

    username: text_of(200, length_min=1)  # type: ignore[valid-type]
    name: text_of(200, length_min=1)  # type: ignore[valid-type]
    email: Annotated[str, Field(max_length=200, pattern=EMAIL_PATTERN)] | None = None
    password: Password
    roles: Annotated[list[text_of(40)], Field(max_length=50)] = Field(default_factory=list)  # type: ignore[valid-type]
    locale: Annotated[str, Field(max_length=20)] | None = None
    time_zone: Annotated[str, Field(max_length=60)] = "UTC"
    unit_id: UUID | None = None


class RolesChange(Strict):
    """The codes of all roles the user is to have."""

    roles: Annotated[list[text_of(40)], Field(max_length=50)]  # type: ignore[valid-type]


class PasswordSet(Strict):
    """A new password, given by an administrator."""

    password: Password
    username: text_of(200, length_min=1) | None = Field(  # type: ignore[valid-type]
        default=None,
        description=(
            "The name of the login that the user gets where the present one leads into other tenants too: that one is"
            " the person's own and stays as it is. The e-mail address where none is given; else without meaning."
        ),
    )


class RolesShown(Shown):
    """The codes of a user's roles."""

    user_id: UUID
    roles: list[str]


def router() -> APIRouter:
    """The routes under `/api/user/users` that are more than a record."""
    routes = Router(prefix=USERS.path, tags=["user"])
    _add_create(routes)
    _add_roles(routes)
    _add_unlock(routes)
    _add_password(routes)
    return routes


def _add_create(routes: Router) -> None:
    @routes.post(
        "",
        summary="Create: user",
        status_code=201,
        responses={201: {"model": shown_schema(USERS, with_lines=True)}},
        openapi_extra=needs("user.create"),
    )
    def create(given: UserCreate, call: Calling) -> Response:
        new = NewUser(
            username=given.username,
            name=given.name,
            password=given.password,
            email=given.email,
            locale=given.locale,
            time_zone=given.time_zone,
            unit_id=given.unit_id,
        )

        def work(session: Session) -> dict[str, Any]:
            [user] = create_users(session, [new], at=call.services.now(), hasher=call.services.hasher)
            assign_roles(session, user.id, given.roles, by=call.principal)
            return shown(get_record(session, USERS, user.id, by=call.principal))

        return call.write(work, status=201)


def _add_roles(routes: Router) -> None:
    answer: dict[int | str, dict[str, Any]] = {200: {"model": RolesShown}}

    @routes.get("/{id}/roles", summary="The roles of a user", responses=answer, openapi_extra=needs("user.read"))
    def roles(id: UUID, call: Calling) -> Response:  # noqa: A002
        def work(session: Session) -> dict[str, Any]:
            get_record(session, USERS, id, by=call.principal)
            return _roles(session, id)

        return call.write(work)

    @routes.post(
        "/{id}/assign-roles",
        summary="Give exactly these roles",
        responses=answer,
        openapi_extra=needs("user.assign-roles"),
    )
    def assign(id: UUID, given: RolesChange, call: Calling) -> Response:  # noqa: A002
        def work(session: Session) -> dict[str, Any]:
            assign_roles(session, id, given.roles, by=call.principal)
            return _roles(session, id)

        response = call.write(work)
        call.services.rights.forget()
        return response


def _roles(session: Session, user_id: UUID) -> dict[str, Any]:
    statement = select(Role.code).join(UserRole, UserRole.role_id == Role.id).where(UserRole.user_id == user_id)
    return {"user_id": user_id, "roles": sorted(session.scalars(statement))}


def _add_unlock(routes: Router) -> None:
    @routes.post(
        "/{id}/unlock", summary="Let a locked user try again", status_code=204, openapi_extra=needs("user.unlock")
    )
    def unlock(id: UUID, call: Calling) -> Response:  # noqa: A002
        def work(session: Session) -> None:
            [user] = lock_by_id(session, User, [id])
            name = session.execute(select(Account.username).where(Account.id == user.account_id)).scalar_one()
            session.execute(
                insert(SignInAttempt).values(
                    username=name, account_id=user.account_id, result="unlocked", at=call.services.now()
                )
            )

        return call.write(work, status=204)


def _add_password(routes: Router) -> None:
    @routes.post(
        "/{id}/set-password",
        summary="Give a user a new password",
        status_code=204,
        openapi_extra=needs("user.set-password"),
    )
    def give(id: UUID, given: PasswordSet, call: Calling) -> Response:  # noqa: A002
        def work(session: Session) -> None:
            at, hasher = call.services.now(), call.services.hasher
            set_password(session, id, given.password, username=given.username, by=call.principal, at=at, hasher=hasher)

        response = call.write(work, status=204)
        call.services.rights.forget()
        return response
