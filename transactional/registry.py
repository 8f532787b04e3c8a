"""Every table of every module, imported: the whole metadata in one place."""

from transactional.assistant import models as assistant
from transactional.catalog import models as catalog
from transactional.finance import models as finance
from transactional.identity import models as identity
from transactional.inventory import lot_models as lots
from transactional.inventory import models as inventory
from transactional.kernel import models as kernel
from transactional.kernel.model import Base
from transactional.ledger import models as ledger
from transactional.organization import models as organization
from transactional.organization import personnel_models as personnel
from transactional.platform import models as platform
from transactional.production import models as production
from transactional.project import models as project
from transactional.purchase import inspection_models as inspections
from transactional.purchase import landed_cost_models as landed_costs
from transactional.purchase import limit_models as limits
from transactional.purchase import models as purchase
from transactional.report import models as report
from transactional.sales import models as sales
from transactional.scm import models as scm
from transactional.watch import models as watch

MODULES = (
    kernel,
    identity,
    organization,
    personnel,
    platform,
    scm,
    project,
    catalog,
    ledger,
    inventory,
    lots,
    finance,
    sales,
    purchase,
    inspections,
    limits,
    landed_costs,
    production,
    report,
    watch,
    assistant,
)
METADATA = Base.metadata
SCHEMAS = tuple(dict.fromkeys(module.__name__.split(".")[1] for module in MODULES))
