"""A sign-in from a country that is new for a user is told once: to the user and to the tenant's administrators."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, orm, select
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from transactional.identity.models import Login, Role, User, UserRole
from transactional.identity.services.sign_in import enter_tenant
from transactional.kernel.ids import new_id
from transactional.report.models import Delivery, Notice
from transactional.report.states import Channel, DeliveryKind, DeliveryState

_TEXTS = {
    "en": (
        "Sign-in from a new country: {country}",
        "{username} signed in from {country} ({address}) for the first time. If that is a surprise, end the session.",
    ),
    "zh": (
        "来自新国家的登录：{country}",  # noqa: RUF001  # Chinese punctuation
        "{username} 首次从 {country}（{address}）登录。如属意外请结束该会话。",  # noqa: RUF001  # Chinese punctuation
    ),
}


def alert_new_country(session: orm.Session, tenant_id: UUID, username: str, *, at: datetime) -> int:
    """How many were told of the sign-in just logged; 0 when its country is not new for the user.

    In the transaction of the sign-in, so that neither is there without the other; the delivery's key makes it one.
    """
    newest = select(Login).where(Login.username == username.strip().casefold(), Login.occurred_at == at)
    enter_tenant(session, tenant_id, None)
    login = session.scalars(newest.order_by(Login.id.desc()).limit(1)).first()
    if login is None or not login.is_new_country:
        return 0
    return sum(_tell(session, tenant_id, login, user, at) for user in _receivers(session, login.user_id))


def _receivers(session: orm.Session, user_id: UUID) -> list[User]:
    admins = select(UserRole.user_id).join(Role, Role.id == UserRole.role_id).where(Role.code == "admin")
    wanted = select(User).where((User.id == user_id) | (User.id.in_(admins)), User.is_active).order_by(User.id)
    return list(session.scalars(wanted))


def _tell(session: orm.Session, tenant_id: UUID, login: Login, user: User, at: datetime) -> bool:
    delivery_id = new_id()
    made = session.execute(
        insert_or_not(Delivery)
        .values(
            tenant_id=tenant_id,
            id=delivery_id,
            key=f"login:{login.user_id}:{login.country}:{user.id}",
            kind=DeliveryKind.ALERT,
            channel=Channel.IN_APP,
            user_id=user.id,
            facts={"login_id": str(login.id), "country": login.country, "username": login.username},
            state=DeliveryState.SENT,
            next_try_at=at,
            sent_at=at,
        )
        .on_conflict_do_nothing()
        .returning(Delivery.id)
    ).first()
    if made is None:
        return False
    title, body = _TEXTS["zh" if (user.locale or "").startswith("zh") else "en"]
    facts = {"country": login.country, "username": login.username, "address": login.address or "?"}
    notice = {"id": new_id(), "user_id": user.id, "delivery_id": delivery_id}
    texts = {"title": title.format(**facts), "body": body.format(**facts)}
    session.execute(insert(Notice).values(tenant_id=tenant_id, **notice, **texts))
    return True
