"""Country names as sources write them, and their codes."""

# Source: ISO 3166-1 alpha-2. Names that are no country (Unspecified, European Community) have no code.
COUNTRY_CODES = {
    "Argentina": "AR",
    "Australia": "AU",
    "Austria": "AT",
    "Bahrain": "BH",
    "Belgium": "BE",
    "Brazil": "BR",
    "Canada": "CA",
    "Cyprus": "CY",
    "Czech Republic": "CZ",
    "Denmark": "DK",
    "EIRE": "IE",
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Greece": "GR",
    "Hong Kong": "HK",
    "Iceland": "IS",
    "Ireland": "IE",
    "Israel": "IL",
    "Italy": "IT",
    "Japan": "JP",
    "Lebanon": "LB",
    "Lithuania": "LT",
    "Malta": "MT",
    "Mexico": "MX",
    "Netherlands": "NL",
    "Norway": "NO",
    "Poland": "PL",
    "Portugal": "PT",
    "RSA": "ZA",
    "Saudi Arabia": "SA",
    "Singapore": "SG",
    "Spain": "ES",
    "Sweden": "SE",
    "Switzerland": "CH",
    "UK": "GB",
    "USA": "US",
    "United Arab Emirates": "AE",
    "United Kingdom": "GB",
    "Venezuela": "VE",
}


def country_code(name: str | None) -> str | None:
    """The code of a country by the name a source gives it."""
    return COUNTRY_CODES.get(name or "")


def region_key(name: str) -> str:
    """A country or region's name as a code: `United Kingdom` to `UNITED-KINGDOM`."""
    return "-".join(name.upper().split())[:40]
