"""Standard costs, as clients write them."""

from uuid import UUID

from transactional.catalog.services.write_costs import NewStandardCost
from transactional.kernel.schema import Day, Price, Strict


class ItemCostIn(Strict):
    """What an item costs from a day on, in company currency and the item's stock unit."""

    item_id: UUID
    company_id: UUID
    valid_from: Day | None = None
    unit_cost: Price

    def spec(self, today: Day) -> NewStandardCost:
        """The same for the service."""
        return NewStandardCost(self.item_id, self.company_id, self.unit_cost, self.valid_from or today)
