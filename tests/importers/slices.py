"""AdventureWorks up to a day: the documents of its first weeks with every master record they need."""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """The rows of a packed CSV file, as text."""
    return list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode("utf-8"), newline="")))


def write_rows(path: Path, rows: list[Row]) -> None:
    """A packed CSV file of these rows, in place of what was there."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.unlink(missing_ok=True)
    path.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), 1))


def cut_adventureworks(source: Path, target: Path, until: str) -> Path:
    """The company's files with the orders up to a day and the customers who placed them; the rest stands as it is."""
    for file in source.glob("*.csv.gz"):
        (target / file.name).symlink_to(file)
    orders = _keep(target, "Sales.SalesOrderHeader", lambda row: row["OrderDate"][:10] <= until)
    order_ids = {row["SalesOrderID"] for row in orders}
    _keep(target, "Sales.SalesOrderDetail", lambda row: row["SalesOrderID"] in order_ids)
    _keep(target, "Sales.SalesOrderHeaderSalesReason", lambda row: row["SalesOrderID"] in order_ids)
    customers = {row["CustomerID"] for row in orders}
    kept = _keep(target, "Sales.Customer", lambda row: row["CustomerID"] in customers)
    _keep_addresses(target, kept)
    _keep(target, "Sales.CurrencyRate", lambda row: row["CurrencyRateDate"][:10] <= until)
    bought = _keep(target, "Purchasing.PurchaseOrderHeader", lambda row: row["OrderDate"][:10] <= until)
    bought_ids = {row["PurchaseOrderID"] for row in bought}
    _keep(target, "Purchasing.PurchaseOrderDetail", lambda row: row["PurchaseOrderID"] in bought_ids)
    made = _keep(target, "Production.WorkOrder", lambda row: row["EndDate"][:10] <= until)
    made_ids = {row["WorkOrderID"] for row in made}
    _keep(target, "Production.WorkOrderRouting", lambda row: row["WorkOrderID"] in made_ids)
    return target


def _keep_addresses(target: Path, customers: list[Row]) -> None:
    entities = {row["PersonID"] for row in customers} | {row["StoreID"] for row in customers}
    entities |= {row["BusinessEntityID"] for row in read_rows(target / "Purchasing.Vendor.csv.gz")}
    kept = _keep(target, "Person.BusinessEntityAddress", lambda row: row["BusinessEntityID"] in entities)
    addresses = {row["AddressID"] for row in kept}
    _keep(target, "Person.Address", lambda row: row["AddressID"] in addresses)
    _keep(target, "Person.EmailAddress", lambda row: row["BusinessEntityID"] in entities)
    _keep(target, "Person.PersonPhone", lambda row: row["BusinessEntityID"] in entities)


def _keep(target: Path, table: str, wanted: Callable[[Row], bool]) -> list[Row]:
    path = target / f"{table}.csv.gz"
    rows = [row for row in read_rows(path) if wanted(row)]
    write_rows(path, rows)
    return rows


def change_rows(folder: Path, table: str, changes: dict[int, dict[str, str]]) -> None:
    """Some fields of the rows on these lines of a file, the header being line 1, in place of what they held."""
    path = folder / f"{table}.csv.gz"
    rows = read_rows(path)
    for line, fields in changes.items():
        rows[line - 2] |= fields
    write_rows(path, rows)
