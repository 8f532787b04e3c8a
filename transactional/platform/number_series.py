"""The number series a new company begins with."""

from typing import NamedTuple


class SeriesDefault(NamedTuple):
    """A document type's format, and whether its numbers may have no hole."""

    format: str
    is_gapless: bool = False


DEFAULT_SERIES = {
    "quotation": SeriesDefault("QU-{yyyy}-{00000}"),
    "sales_order": SeriesDefault("SO-{yyyy}-{00000}"),
    "delivery": SeriesDefault("DN-{yyyy}-{00000}"),
    "return_request": SeriesDefault("RMA-{yyyy}-{00000}"),
    "sales_return": SeriesDefault("SR-{yyyy}-{00000}"),
    "sales_invoice": SeriesDefault("SI-{yyyy}-{00000}", is_gapless=True),
    "sales_credit_note": SeriesDefault("SC-{yyyy}-{00000}", is_gapless=True),
    "purchase_requisition": SeriesDefault("RQ-{yyyy}-{00000}"),
    "supplier_quotation": SeriesDefault("SQ-{yyyy}-{00000}"),
    "purchase_contract": SeriesDefault("CT-{yyyy}-{00000}"),
    "purchase_order": SeriesDefault("PO-{yyyy}-{00000}"),
    "purchase_receipt": SeriesDefault("GR-{yyyy}-{00000}"),
    "landed_cost": SeriesDefault("LC-{yyyy}-{00000}"),
    "purchase_return": SeriesDefault("PR-{yyyy}-{00000}"),
    "purchase_invoice": SeriesDefault("PI-{yyyy}-{00000}", is_gapless=True),
    "purchase_credit_note": SeriesDefault("PC-{yyyy}-{00000}", is_gapless=True),
    "receipt": SeriesDefault("RC-{yyyy}-{00000}", is_gapless=True),
    "disbursement": SeriesDefault("PY-{yyyy}-{00000}", is_gapless=True),
    "customer_refund": SeriesDefault("RF-{yyyy}-{00000}", is_gapless=True),
    "supplier_refund": SeriesDefault("RS-{yyyy}-{00000}", is_gapless=True),
    "bill_of_materials": SeriesDefault("BM-{yyyy}-{00000}"),
    "routing": SeriesDefault("RT-{yyyy}-{00000}"),
    "production_order": SeriesDefault("MO-{yyyy}-{00000}"),
    "production_paper": SeriesDefault("MP-{yyyy}-{00000}"),
    "stock_document": SeriesDefault("ST-{yyyy}-{00000}"),
    "manual_entry": SeriesDefault("JE-{yyyy}-{00000}"),
}
"""By document type, the word that `take_numbers` is called with."""
