"""A12: forty tokens that must not open the API, after RFC 8725; one that must."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from api.context import Services
from tests.api.conftest import Login

CASES_MIN = 40
REFUSED = 401


def _part(value: Any) -> str:
    said = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


@pytest.mark.feature("2.1.9")
def test_forty_forged_tokens_open_nothing(admin: Login, services: Services) -> None:
    real = admin.tokens["access_token"]
    forged = _forged(real, services.keys._keys[services.keys.current_id], services)
    assert len(forged) >= CASES_MIN
    accepted = []
    for name, token in forged.items():
        services.rights.forget()
        answer = admin.http.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
        if answer.status_code != REFUSED:
            accepted.append((name, answer.status_code))
    assert accepted == []
    assert admin.http.get("/api/auth/me").status_code == 200
    assert admin.http.get("/api/auth/me", headers={"Authorization": f"Basic {real}"}).status_code == REFUSED
    admin.http.headers.pop("Authorization")
    assert admin.http.get("/api/auth/me", params={"access_token": real}).status_code == REFUSED
    assert admin.http.get("/api/auth/me", headers={"Cookie": f"access_token={real}"}).status_code == REFUSED


def _forged(real: str, own: bytes, services: Services) -> dict[str, str]:
    head_part, claims_part, signature = real.split(".")
    claims = jwt.decode(real, options={"verify_signature": False})
    head = jwt.get_unverified_header(real)
    now = int(time.time())

    def signed(changed_head: dict[str, Any], changed: dict[str, Any], key: bytes = own) -> str:
        """A token whose signature is right, whatever it says."""
        said = f"{_part(changed_head)}.{_part(changed)}"
        return f"{said}.{_part(hmac.new(key, said.encode(), hashlib.sha256).digest())}"

    def with_claim(**changed: Any) -> str:
        return signed(head, {**claims, **changed})

    def with_head(**changed: Any) -> str:
        return signed({**head, **changed}, claims)

    return {
        **{f"without {name}": signed(head, {k: v for k, v in claims.items() if k != name}) for name in claims},
        **{f"alg {each}": f"{_part({**head, 'alg': each})}.{claims_part}." for each in ("none", "None", "NONE", "")},
        "alg none, signed": f"{_part({**head, 'alg': 'none'})}.{claims_part}.{signature}",
        **_other_algorithms(claims, head, own),
        "kid of a path": with_head(kid="../../../../dev/null"),
        "kid of nothing": with_head(kid=""),
        "kid of SQL": with_head(kid="x' union select 'k"),
        "kid of a number": with_head(kid=0),
        "no kid": signed({k: v for k, v in head.items() if k != "kid"}, claims),
        "RS256 in the head, signed by HMAC": with_head(alg="RS256"),
        "jku": with_head(jku="https://evil.test/keys"),
        "jwk": with_head(jwk={"kty": "oct", "k": _part(b"x" * 32)}),
        "x5u": with_head(x5u="https://evil.test/cert"),
        "x5c": with_head(x5c=["AAAA"]),
        "crit": with_head(crit=["exp"], exp=now),
        "b64 false": with_head(b64=False, crit=["b64"]),
        "zip": with_head(zip="DEF"),
        "an id token": with_head(typ="JWT"),
        "a refresh token's kind": with_head(typ="rt+jwt"),
        "expired": with_claim(exp=now - 60, nbf=now - 120, iat=now - 120),
        "not yet": with_claim(nbf=now + 600),
        "issued tomorrow": with_claim(iat=now + 86_400),
        "endless": with_claim(exp="never"),
        "exp of null": with_claim(exp=None),
        "exp before time began": with_claim(exp=-1),
        "another audience": with_claim(aud="other"),
        "many audiences, not ours": with_claim(aud=["a", "b"]),
        "another issuer": with_claim(iss="https://evil.test"),
        "a session that never was": with_claim(sid=str(uuid4())),
        "a user that never was": with_claim(sub=str(uuid4())),
        "a tenant that never was": with_claim(tid=str(uuid4())),
        "sub of another kind": with_claim(sub=["x"]),
        "tid of another kind": with_claim(tid=None),
        "another key": signed(head, claims, b"k" * 32),
        "an empty key": signed(head, claims, b""),
        "claims changed": f"{head_part}.{_part({**claims, 'sub': str(uuid4())})}.{signature}",
        "signature cut": f"{head_part}.{claims_part}.{signature[:-4]}",
        "signature gone": f"{head_part}.{claims_part}.",
        "two parts": f"{head_part}.{claims_part}",
        "five parts, as if encrypted": f"{head_part}.{claims_part}.{signature}.{signature}.{signature}",
        "not base64": "a.b.c",
        "too long": with_claim(more="x" * 5_000),
        "no object": f"{_part(head)}.{_part([1])}.{signature}",
        "a refresh token": str(services.keys.successor(uuid4(), "x")),
    }


def _other_algorithms(claims: dict[str, Any], head: dict[str, Any], own: bytes) -> dict[str, str]:
    rest = {name: value for name, value in head.items() if name != "alg"}
    private, curve = rsa.generate_private_key(65_537, 2_048), ec.generate_private_key(ec.SECP256R1())
    return {
        "HS384": jwt.encode(claims, own * 2, algorithm="HS384", headers=rest),
        "HS512": jwt.encode(claims, own * 2, algorithm="HS512", headers=rest),
        "RS256": jwt.encode(claims, private, algorithm="RS256", headers=rest),
        "PS256": jwt.encode(claims, private, algorithm="PS256", headers=rest),
        "ES256": jwt.encode(claims, curve, algorithm="ES256", headers=rest),
    }


@pytest.mark.feature("AUTH-07")
@pytest.mark.feature("PERM-03")
def test_a_right_that_is_revoked_acts_within_a_minute(
    admin: Login, make_user: Callable[..., Login], services: Services
) -> None:
    """Nothing is forgotten by hand here: the clock alone moves, by less than a minute."""
    user = make_user("bo", "analyst", "sales_manager")
    assert user.http.get("/api/sales/orders").status_code == 200
    path = f"/api/user/users/{user.user_id}/assign-roles"
    assert admin.http.post(path, json={"roles": ["warehouse_clerk"]}).status_code == 200
    assert user.http.get("/api/sales/invoices").status_code == 403
    record = admin.http.get(f"/api/user/users/{user.user_id}").json()
    off = {"is_active": False, "version": record["version"]}
    assert admin.http.patch(f"/api/user/users/{user.user_id}", json=off).status_code == 200
    assert user.http.get("/api/sales/deliveries").status_code == REFUSED
    refresh = {"refresh_token": user.tokens["refresh_token"]}
    assert user.http.post("/api/auth/refresh", json=refresh).status_code == REFUSED
