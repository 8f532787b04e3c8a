"""The figures of an alert as somebody else may see them: another's rows would make another figure."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from olap.asker import Asker
from olap.errors import Forbidden, MetricsError
from olap.service import Numbers
from reports.bounds import Reading, text_of
from reports.conditions import read_rule
from reports.refusals import refusal_in
from reports.rehearsal import asking, readings_on
from reports.words import t
from transactional.report.models import AlertRule

OF_THE_PROGRAM = frozenset({"data_late", "check_failed", "measurement"})
"""Kinds of rules that watch no figure of the books."""


class Seen:
    """What one person may see of the breaches of one rule."""

    def __init__(self, numbers: Numbers, rule: AlertRule, asker: Asker, user_id: UUID | None) -> None:
        """Nothing is asked before a figure is to be shown."""
        self._numbers, self._rule, self._asker = numbers, rule, asker
        # The owner's figures are of the owner's rows, whatever they have come to since.
        self._sees_the_same = user_id == rule.owner_id or not (asker.row_filters or asker.hidden_fields)
        self._mine: Mapping[str, Reading] | None = None
        self._hidden = ""

    @property
    def locale(self) -> str:
        """The language in which reasons are told."""
        return self._asker.locale

    def figure(self, member: str, figure: str | None) -> str | None:
        """The figure, or why it is not shown; None where that cannot be told now."""
        if self._rule.kind in OF_THE_PROGRAM:
            return figure
        try:
            reading = self._readings().get(member)
        except MetricsError:
            return figure if self._sees_the_same else None
        if self._hidden:
            return t("alert.hidden", self._asker.locale, reason=self._hidden)
        if not self._sees_the_same and (reading is None or text_of(reading.figure) != figure):
            reason = t("left_out.rows", self._asker.locale, things=", ".join(sorted(self._asker.row_filters)))
            return t("alert.hidden", self._asker.locale, reason=reason)
        return figure

    def _readings(self) -> Mapping[str, Reading]:
        if self._mine is None:
            rule = read_rule({**self._rule.definition, "kind": self._rule.kind})
            ask = asking(self._numbers, rule, self._asker)
            try:
                found = readings_on(rule, self._numbers.today(), ask, is_past=False)
                self._mine = {each.member: each for each in found}
            except Forbidden as error:
                self._mine, self._hidden = {}, refusal_in(error, self._asker.locale)
        return self._mine
