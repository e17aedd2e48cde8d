"""Messages to the team, through Apprise: a chat's webhook, e-mail and many more, by one address each."""

import logging
import os
from collections.abc import Iterable


def sent(variables: Iterable[str], title: str, body: str) -> dict[str, str]:
    """Send a text to the address that each environment variable holds: by variable, why it was not sent, or ''.

    Nothing that goes wrong here is raised. An address is told to nobody, for it holds a secret.
    """
    return {name: _sent(os.environ.get(name, "").strip(), title, body) for name in variables}


def _sent(address: str, title: str, body: str) -> str:
    if not address:
        return "the environment has no such variable"
    from apprise import Apprise, AppriseAsset, NotifyFormat  # late, for most runs send nothing

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its warnings may quote the address
    try:
        team = Apprise(asset=AppriseAsset(app_id="Leadline", app_desc="Leadline", async_mode=False))
        if not team.add(address):
            return "it holds no address that Apprise knows"
        return "" if team.notify(body, title=title, body_format=NotifyFormat.TEXT) else "it could not be delivered"
    except Exception as error:  # of a library with a hundred plugins: whatever it is, the run goes on
        return f"Apprise failed ({type(error).__name__})"
