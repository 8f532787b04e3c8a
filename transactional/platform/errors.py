"""What the platform refuses."""

from transactional.kernel.errors import Refused


class NumberSeriesMissing(Refused):
    """Documents of this type have no number series."""

    code = "number_series_missing"
    message = "The company has no number series for {document_type}: make one."
