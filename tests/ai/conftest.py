"""The metrics layer over the small published company of the olap tests."""

from tests.olap.conftest import everyone, numbers, published

__all__ = ["everyone", "numbers", "published"]
