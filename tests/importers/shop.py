"""A shop of our own making in Online Retail's file: one invoice line for every sort that there is."""

import gzip
from pathlib import Path

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
LINES = (
    "536365,85123A,HEART,6,2010-12-01 08:26:00,2.550,17850,United Kingdom",
    "536365,71053,LANTERN,4,2010-12-01 08:26:00,3.390,17850,United Kingdom",
    "536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.000,17850,United Kingdom",
    "536366,85123a,HEART,10,2010-12-02 09:00:00,2.555,12583,France",
    "536366,71053,LANTERN,2,2010-12-02 09:00:00,0.000,12583,France",
    "536367,71053,LANTERN,3,2010-12-03 09:00:00,4.125,,United Kingdom",
    "C536379,85123A,HEART,-2,2010-12-06 09:41:00,2.550,17850,United Kingdom",
    "C536380,D,Discount,-1,2010-12-06 10:00:00,27.500,12583,France",
    "C536381,71053,LANTERN,-1,2011-01-10 10:00:00,9.990,12583,France",
    "536390,71053,damaged,-1,2011-01-11 10:00:00,0.000,,United Kingdom",
    "536391,85123A,found,5,2011-01-12 10:00:00,0.000,,United Kingdom",
    "536392,BANK CHARGES,,1,2011-01-13 10:00:00,0.000,,United Kingdom",
    "A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,110.620,,United Kingdom",
    "A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11.060,,United Kingdom",
)


def write_shop(folder: Path, *changed: str, lines: tuple[str, ...] = LINES) -> Path:
    """The shop's file with its lines, then those that a test adds, in a folder."""
    text = "\n".join([HEADER, *lines, *changed]) + "\n"
    (folder / "online_retail.csv.gz").write_bytes(gzip.compress(text.encode()))
    return folder
