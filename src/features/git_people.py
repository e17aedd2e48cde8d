"""Who wrote a commit, read from the author's address: a company, and a pseudonym for the person."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tldextract import TLDExtract


def account_of(email: str) -> str | None:
    """The registrable domain of an address (eng.acme.co.uk: acme.co.uk), or None if it has none."""
    name, _, host = email.strip().lower().rpartition("@")
    return (name and _suffixes()(host).top_domain_under_public_suffix) or None


def is_free_mail(email: str) -> bool:
    """Whether the address belongs to a mail service anybody may use, as free_mail.txt lists them."""
    labels = email.strip().lower().rpartition("@")[2].split(".")
    return any(".".join(labels[i:]) in _free_mail() for i in range(len(labels)))


def user_of(email: str) -> str:
    """A stable pseudonym of an address, in 16 hexadecimal digits."""
    return sha256(email.strip().lower().encode()).hexdigest()[:16]


@cache
def _suffixes() -> "TLDExtract":
    """The public suffixes as packed with the library: nothing is fetched, nothing cached on disk."""
    from tldextract import TLDExtract  # late: it brings the whole of HTTP, and one command alone needs it

    return TLDExtract(cache_dir=None, suffix_list_urls=())


@cache
def _free_mail() -> frozenset[str]:
    lines = (files("leadline.features") / "free_mail.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
