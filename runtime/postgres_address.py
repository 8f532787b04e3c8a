"""Where the embedded server of a state folder listens and keeps its data."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from runtime.postgres_programs import HOST, PostgresFailed


class Address(BaseModel):
    """Where the embedded server listens and keeps its data."""

    host: str = HOST
    port: int
    data: Path
    home: Path | None = None
    """The state folder whose server it is."""


def remembered_address(home: Path) -> Address | None:
    """The address of this state folder's server, running or not; None before its first start.

    A folder that was moved or copied has its data where it is now.
    Raises: PostgresFailed for a copy whose data stayed with the original: two would write into one database.
    """
    try:
        address = Address.model_validate_json((home / "postgres" / "address.json").read_bytes())
    except FileNotFoundError:
        return None
    before = address.home
    # The same folder under another name, as measurements link it, is no copy.
    if before is None or (before / "postgres").resolve() == (home / "postgres").resolve():
        return address
    if address.data.is_relative_to(before):
        return address.model_copy(update={"home": home, "data": home / address.data.relative_to(before)})
    if (before / "postgres" / "address.json").exists():
        raise PostgresFailed(
            f"{home} is a copy of {before}, and its database is still the one of the original, in {address.data}. "
            f"Move the folder instead of copying it, or delete {home} and begin anew."
        )
    return address
