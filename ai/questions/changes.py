"""How figures moved from one time to another: up or down, by how much or by what part of what they were."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ai.questions.said import Reading

DOWNWARD = frozenset(
    {"shrink", "shrank", "shrunk", "dip", "dipped", "decline", "declined", "declines", "decrease", "decreased"}
    | {"decreases", "fall", "fell", "fallen", "falls", "drop", "dropped", "drops", "lose", "lost", "down", "worsen"}
    | {"worsened", "slump", "slumped", "sink", "sank", "sunk", "下降", "减少", "少卖", "少了", "降低"}
)


def goes_down(reading: Reading) -> bool:
    """Whether the words of change say that something became less."""
    moved = [each.word for each in reading.said if each.operator in {"growth", "change"}]
    return any(DOWNWARD & {word, *word.split()} for word in moved)


def is_upward_or_down(reading: Reading) -> bool:
    """Whether a direction is said, and not just change."""
    return goes_down(reading) or any(each.operator == "growth" and "rate" not in each.word for each in reading.said)


def is_which_moved(reading: Reading, keys: Sequence[str]) -> bool:
    """Whether those are asked for that became more or less: which territories saw their sales fall."""
    is_asked = bool(set(keys) & set(reading.grouped)) and bool({"which", "what", "whose", "哪些"} & set(reading.words))
    is_asked = is_asked or (bool(keys) and "whose" in reading.words)
    is_asked = is_asked or bool(set(keys) & set(reading.grains) and {"which", "哪"} & set(reading.words))
    return is_asked and is_upward_or_down(reading) and not reading.has("percent", "share")


def moved_column(reading: Reading, metric: str) -> str:
    """The column that tells a change: in percent where that is said."""
    is_part = reading.has("percent", "share") or any("rate" in each.word for each in reading.said)
    return f"{metric}_change_share" if is_part else f"{metric}_change"


def moved_bounds(reading: Reading) -> tuple[tuple[str, Decimal], ...]:
    """The bounds of a change: fell by more than 10 percent is a change below minus a tenth."""
    sign = -1 if goes_down(reading) else 1
    # Percent stands behind the number, or in front as in growth rate: shares are parts of one.
    scale = Decimal(100) if reading.has("percent") or any("rate" in each.word for each in reading.said) else Decimal(1)
    turned = {"more": "less", "less": "more", "at_least": "at_most", "at_most": "at_least"}
    return tuple(
        (turned.get(each.operator, each.operator) if sign < 0 else each.operator, sign * each.number / scale)
        for each in reading.limits
    )


def is_difference(reading: Reading) -> bool:
    """Whether one figure is to be taken from another, and not from itself at another time."""
    words = " ".join(reading.words)
    is_more = any(f"how much {word}" in words for word in ("higher", "lower", "larger", "smaller", "more", "less"))
    if is_more and len(reading.metrics) > 1 and reading.has("more", "less") and not reading.limits:
        return len(reading.times) < 2  # noqa: PLR2004
    said = bool({"difference", "gap", "differ", "spread"} & set(reading.words)) or reading.has("difference")
    return said and len(reading.times) < 2  # noqa: PLR2004
