"""Messages reach a webhook and a mailbox of the test's own; what cannot be sent is said, and no address ever is."""

import json
import logging
import socket
import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from leadline.experiment import read_experiment
from leadline.features.sources import read_source
from leadline.problem import Problem
from leadline.runs.fingerprint import settings_fingerprint
from leadline.runs.messages import sent

ROOT = Path(__file__).parents[2]
SECRET = "t0psecret0t0psecret0"
BODY = "12 accounts <b>&</b> *one*\nReport: /srv/report.html"


@pytest.fixture
def webhook() -> Iterator[tuple[int, list[tuple[str, dict]]]]:
    """A port on which a webhook listens, and what it was sent: paths and JSON."""
    seen: list[tuple[str, dict]] = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(500 if "broken" in self.path else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Webhook) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port, seen
        server.shutdown()


@pytest.fixture
def mailbox() -> Iterator[tuple[int, list[bytes]]]:
    """A port on which an SMTP server listens, and the letters it took in."""
    letters: list[bytes] = []

    class Smtp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                self.wfile.write({b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(word, b"250 fine\r\n"))
                if word == b"DATA":
                    letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    self.wfile.write(b"250 taken\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_address[1], letters
        server.shutdown()


def test_a_webhook_of_slacks_format_gets_title_and_text(webhook, monkeypatch):
    port, seen = webhook
    monkeypatch.setenv("TEAM", f"mmost://127.0.0.1:{port}/{SECRET}")
    assert sent(("TEAM",), "demo, 2024-12-23: published", BODY) == {"TEAM": ""}
    ((path, told),) = seen
    assert path == f"/hooks/{SECRET}"
    assert told["text"].splitlines() == ["demo, 2024-12-23: published", *BODY.splitlines()]


def test_any_other_webhook_gets_json_with_the_names_it_wants(webhook, monkeypatch):
    port, seen = webhook
    monkeypatch.setenv(
        "TEAM", f"json://127.0.0.1:{port}/services/{SECRET}?:message=text&:version=&:attachments=&:type="
    )
    assert sent(("TEAM",), "demo", BODY) == {"TEAM": ""}
    assert seen == [(f"/services/{SECRET}", {"title": "demo", "text": BODY})]


def test_a_letter_by_smtp(mailbox, monkeypatch):
    port, letters = mailbox
    monkeypatch.setenv(
        "POST", f"mailto://127.0.0.1:{port}?from=leadline@test.org&to=lead@test.org&mode=insecure&format=text"
    )
    assert sent(("POST",), "demo, 2024-12-23: published", BODY) == {"POST": ""}
    letter = message_from_bytes(letters[0], policy=policy.default)
    assert (letter["Subject"], letter["To"]) == ("demo, 2024-12-23: published", "lead@test.org")
    assert letter.get_content().splitlines() == BODY.splitlines()


def a_closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def addresses(port: int) -> dict[str, tuple[str, str]]:
    """An address that leads nowhere, and why it is said that it does."""
    return {
        "unset": ("", "the environment has no such variable"),
        "unknown": (f"nonsense://{SECRET}", "it holds no address that Apprise knows"),
        "malformed": (f"slack://{SECRET}", "it holds no address that Apprise knows"),
        "refused": (f"json://127.0.0.1:{port}/broken/{SECRET}", "it could not be delivered"),
        "nobody there": (f"json://127.0.0.1:{a_closed_port()}/{SECRET}", "it could not be delivered"),
    }


@pytest.mark.parametrize("case", addresses(0))
def test_what_cannot_be_sent_is_said_without_its_address(webhook, monkeypatch, capfd, caplog, case):
    caplog.set_level(logging.DEBUG)
    port, _ = webhook
    address, why = addresses(port)[case]
    monkeypatch.setenv("TEAM", address)
    assert sent(("TEAM",), "demo", BODY) == {"TEAM": why}
    shown = capfd.readouterr()
    ours = [line.getMessage() for line in caplog.records if not line.name.startswith(("urllib3", "requests"))]
    assert SECRET not in f"{shown}{ours}"


def test_an_error_inside_the_library_is_no_error_of_the_run(monkeypatch):
    monkeypatch.setenv("TEAM", f"json://127.0.0.1/{SECRET}")
    monkeypatch.setattr("apprise.Apprise.notify", lambda *_, **__: 1 / 0)
    assert sent(("TEAM",), "demo", BODY) == {"TEAM": "Apprise failed (ZeroDivisionError)"}


@pytest.mark.parametrize("written", [f"[json://host/{SECRET}]", f"json://host/{SECRET}", "[A-B]", "[SLACK URL]"])
def test_an_address_in_the_experiment_is_refused_and_not_repeated(tmp_path: Path, written):
    file = tmp_path / "mine.yaml"
    file.write_text(f"name: mine\nquestion: Who?\nsource: demo\noutcomes: {{mode: contract}}\nmessages: {written}\n")
    with pytest.raises(Problem, match=r"mine\.yaml has settings to mend: messages: ") as refused:
        read_experiment(file)
    assert SECRET not in str(refused.value)


def test_who_is_told_bears_on_no_model():
    demo, source = (ROOT / folder / "demo.yaml" for folder in ("experiments", "data"))
    quiet = read_experiment(demo)
    told = quiet.model_copy(update={"messages": ("TEAM",)})
    assert settings_fingerprint(told, read_source(source)) == settings_fingerprint(quiet, read_source(source))
