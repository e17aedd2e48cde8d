"""Keeping secrets out of what is written and said: passwords in addresses, values of variables that hold secrets."""

import json
import os
import re

SECRET = re.compile(r"(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|KEY|DSN|URI|URL)$", re.IGNORECASE)
PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@'\"<>\\]+@", re.IGNORECASE)
SHORTEST = 8  # a value as short as a word would take words out of sentences


def redacted(text: str) -> str:
    """A text in which the values of environment variables named as secrets are (a PASSWORD, TOKEN, KEY, URL ...) give
    way to their names, and what stands before the @ of an address to (hidden); values written as JSON too."""
    for name, value in sorted(os.environ.items(), key=lambda item: (-len(item[1]), item[0])):
        if SECRET.search(name) and len(value) >= SHORTEST:
            for written in (value, json.dumps(value)[1:-1]):
                text = text.replace(written, f"({name})")
    return PASSWORD.sub(r"\1(hidden)@", text)
