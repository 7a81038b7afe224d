"""What is not asked, or did not answer, in words for whoever named the address.

None of them says what an answer held, where a redirect led or which address a name has: that would be a view of what
only we can reach.
"""

TEXTS = {
    "url_not_valid": "It is no URL: write it like https://files.example.com/contacts.csv.",
    "url_not_https": "Only https:// is fetched.",
    "url_with_credentials": "It must not hold a user name or password: whoever sees the import would see them.",
    "url_unknown_host": "Its host has no address: check how the name is spelt.",
    "url_not_public": "Its host is not on the public internet, so it is not asked.",
    "url_unreachable": "Its host cannot be reached there by https, or its certificate is not valid for it.",
    "url_too_slow": "It took too long: what is behind it must be there within {}.",
    "url_redirects": "It leads on to another address, which is not followed: name that one.",
    "url_answered": "It answered with status {}, not with 200.",
    "url_packed": "It is sent with a Content-Encoding, although it was asked for as it is: have it sent plain.",
    "url_without_length": "Its host does not say how long it is: one that was cut short would look like a whole one.",
    "url_broke_off": "Its host ended the connection before all of it was there: try again.",
}


class Refused(Exception):
    """`code` is for programs, `message` for people."""

    def __init__(self, code: str, *details: object) -> None:
        self.code, self.message = code, TEXTS[code].format(*details)
        super().__init__(self.message)
