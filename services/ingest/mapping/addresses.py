"""Addresses of which a table may have several: home, business, mailing. A contact's fields are taken from one."""

from collections.abc import Iterator

from services.ingest.mapping import languages

#: The better one first, where they are filled alike; "" has no word before it.
KINDS = (
    *("", "primary", "address1", "address", "home", "mailing", "personal", "defaultaddress", "default", "contact"),
    *("business", "work", "office", "company", "organization", "billing", "shipping", "other"),
    *("primarycontact", "postaladdress", "physical", "property", "address2", "address3"),
)

PARTS: dict[str, str] = {
    "address_line_1": "street streetaddress streetaddress1 street1 address address1 addressline1 addressstreet "
    "streetaddressline1 streetaddress1 address1street streetline1 addressstreetaddress fulladdress",
    "address_line_2": "street2 address2 addressline2 extendedaddress addressextendedaddress suite aptsuite "
    "streetaddressline2 streetaddress2",
    "city": "city town addresscity locality suburb addresslocality",
    "state": "state province region stateprovince stateorprovince stateregion statecode provincecode addressstate "
    "addressregion administrativearea",
    "postal_code": "postalcode zip zipcode postcode postal zippostalcode postalcodezip addresspostalcode addresszip "
    "zippostal",
    "country": "country countrycode countryregion addresscountry countryname",
}


def names() -> Iterator[tuple[str, str, str]]:
    """(plain header, field, kind), the better kind first."""
    for kind in KINDS:
        for field, words in PARTS.items():
            for word in words.split():
                yield kind + word, field, kind
                yield word + kind, field, kind
    for field in PARTS:
        for word in languages.LANGUAGES[field].split():
            for behind, kind in languages.KINDS.items():
                yield word + behind, field, kind
