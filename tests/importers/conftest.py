"""A trader of our own making in Northwind's files, and where the public data sets lie."""

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from importers.report import ImportReport
from importers.run import run_import
from runtime.postgres import EmbeddedPostgres
from runtime.progress import SilentProgress
from runtime.settings import Settings, load_settings
from transactional.identity.models import Tenant
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database, Session

PROJECT = Path(__file__).parents[2]
FILES = {
    "Employees": """EmployeeID,LastName,FirstName,Title,HireDate,ReportsTo
1,Doe,Ann,Sales Representative,1992-05-01,2
2,Boss,Ben,Vice President,1990-01-01,
""",
    "Categories": "CategoryID,CategoryName\n1,Beverages\n",
    "Suppliers": "SupplierID,CompanyName,Country,Phone\n1,Exotic Liquids,UK,(171) 555-2222\n",
    "Products": """ProductID,ProductName,SupplierID,CategoryID,QuantityPerUnit,UnitPrice,UnitsInStock,ReorderLevel
1,Chai,1,1,10 boxes,18,39,10
2,Coffee,1,1,24 bottles,4.4125,5,0
3,Cacao,1,,,9.99,0,0
""",
    "Customers": """CustomerID,CompanyName,City,Country,Phone
ALFKI,Alfreds Futterkiste,Berlin,Germany,030-0074321
BOLID,Bólido Comidas,Madrid,Spain,
""",
    "Orders": """OrderID,CustomerID,EmployeeID,OrderDate,RequiredDate,ShippedDate,Freight
10248,ALFKI,1,1996-07-04,1996-08-01,1996-07-16,32.38
10249,BOLID,2,1996-07-05,1996-08-02,1996-07-10,11.61
10250,ALFKI,1,1996-09-02,1996-10-01,1996-09-20,0
10251,BOLID,1,1998-05-05,1998-06-05,,3.05
""",
    "OrderDetails": """OrderID,ProductID,UnitPrice,Quantity,Discount
10248,1,14.4,12,0
10248,2,3.3333,10,0.05
10249,2,4.4125,7,0
10250,1,18,3,0.15
10250,3,9.99,1,0
10251,1,18,20,0
10251,2,4.4125,9,0
""",
}


def write_files(folder: Path, **changed: str | bytes) -> Path:
    """The trader's files, some of them changed, in a folder."""
    for name, content in (FILES | changed).items():
        raw = content.encode() if isinstance(content, str) else content
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress(raw))
    return folder


@pytest.fixture
def trader(tmp_path: Path) -> Callable[..., Path]:
    """Writes the trader's files, some of them changed, and says where."""
    return lambda **changed: write_files(tmp_path, **changed)


@pytest.fixture(scope="module")
def installation(server: EmbeddedPostgres, template: str) -> Iterator[Settings]:
    """Settings of a database that the tests of a module share and only read."""
    name = f"t_{uuid4().hex[:12]}"
    server.create_database(name, template)
    yield load_settings().model_copy(update={"database_name": name})
    server.drop_database(name)


@pytest.fixture(scope="module")
def report(installation: Settings, tmp_path_factory: pytest.TempPathFactory) -> ImportReport:
    """What importing the trader's files gave."""
    folder = write_files(tmp_path_factory.mktemp("trader"))
    return run_import(installation, "northwind", folder, progress=SilentProgress())


@pytest.fixture
def books(installation: Settings, report: ImportReport) -> Iterator[Session]:
    """The trader's books."""
    assert report.documents
    database = Database(installation.database_url("app"))
    with database.outside_tenants() as session:
        tenant_id = session.scalars(select(Tenant.id)).one()
    with database.transaction(system_principal(tenant_id, channel="test")) as session:
        yield session
    database.close()


@pytest.fixture(scope="session")
def sample_folder() -> Path:
    """The folder of the public data sets; a test that needs them is skipped where there are none."""
    folder = Path(os.environ.get("QOOERP_SAMPLE_DATA", PROJECT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the public data sets are not at {folder} (set QOOERP_SAMPLE_DATA)")
    return folder
