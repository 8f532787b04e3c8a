"""What language models were asked for, kept for cost and limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from transactional.assistant.models import ModelCall
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session

PER_PRICE = 1_000_000
OUTCOME_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Call:
    """One call as its client counted it."""

    purpose: str
    model_name: str
    prompt_tokens: int
    completion_tokens: int
    milliseconds: int
    outcome: str


def log_model_calls(session: Session, calls: Sequence[Call], *, price: Decimal, by: Principal) -> None:
    """Keep each call with its cost; `price` is for a million tokens."""
    insert_all(
        session,
        [
            ModelCall(
                id=new_id(),
                tenant_id=by.tenant_id,
                created_by=by.user_id,
                purpose=each.purpose,
                model_name=each.model_name,
                prompt_tokens=each.prompt_tokens,
                completion_tokens=each.completion_tokens,
                cost=price * (each.prompt_tokens + each.completion_tokens) / PER_PRICE,
                milliseconds=each.milliseconds,
                outcome=each.outcome[:OUTCOME_CHARACTERS],
            )
            for each in calls
        ],
    )
