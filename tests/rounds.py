"""How often a test goes round: a share in `make test`, the whole in `make prove`."""

import os

PROVING = bool(os.environ.get("QOOERP_PROVE"))


def rounds(share: int, whole: int) -> int:
    """The number of rounds of this run."""
    return whole if PROVING else share
