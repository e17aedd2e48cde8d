"""Exports of the products that data/ has a source for: made-up rows in the formats those products document."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write_lines(file: Path, objects: Iterable[dict[str, Any]]) -> None:
    """A JSON object a line, packed where the name says so."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(one) + "\n" for one in objects).encode()
    file.write_bytes(gzip.compress(text) if file.suffix == ".gz" else text)


def segment(folder: Path) -> None:
    """Calls of two days in packed files, as the S3 destination lays them out."""

    def call(kind: str, at: str, number: int, **more: Any) -> dict[str, Any]:
        common = {
            "anonymousId": "anon-1",
            "channel": "client",
            "context": {"library": {"name": "analytics.js", "version": "2.1.0"}, "groupId": "g1"},
            "integrations": {},
            "messageId": f"ajs-{number}",
            "originalTimestamp": f"{at}.100Z",
            "receivedAt": f"{at}.900Z",
            "sentAt": f"{at}.500Z",
            "timestamp": f"{at}.400Z",
            "type": kind,
            "userId": "u1",
            "version": 2,
        }
        return common | more

    nobody = {"library": {"name": "analytics.js"}}
    ann, acme = {"email": "ann@acme.test"}, {"name": "Acme", "plan": "pro", "industry": "Steel"}
    first = [
        call("identify", "2024-05-01T08:00:00", 1, traits=ann),
        call("group", "2024-05-01T08:00:01", 2, groupId="g1", traits={"name": "Acme (trial)", "plan": "trial"}),
        call("page", "2024-05-01T08:00:02", 3, name="Home", properties={"path": "/"}, context=nobody, userId=None),
        call("page", "2024-05-01T08:01:00", 4, name="Reports", properties={"path": "/reports"}),
        call("track", "2024-05-01T08:02:00", 5, event="Report Created", properties={"rows": 12}),
    ]
    second = [
        call("group", "2024-05-02T08:00:00", 6, groupId="g1", traits=acme),
        call("track", "2024-05-02T08:03:00", 7, event="Report Shared", properties={}, context={"groupId": "g2"}),
    ]
    logs = folder / "segment-logs" / "src"
    write_lines(logs / "1714521600000" / "1714550400000.abc.gz", first)
    write_lines(logs / "1714608000000" / "1714636800000.def.gz", second)


def mixpanel(folder: Path) -> None:
    """Three events of one company and one of nobody's, as the raw export gives them."""

    def event(name: str, time: int, number: int, **more: Any) -> dict[str, Any]:
        properties = {
            "time": time,
            "distinct_id": "u-1",
            "$browser": "Chrome",
            "$insert_id": f"insert-{number}",
            "$mp_api_endpoint": "api.mixpanel.com",
            "mp_country_code": "DE",
            "mp_lib": "web",
            "mp_processing_time_ms": (time + 2) * 1000 + 345,
        }
        return {"event": name, "properties": properties | more}

    write_lines(
        folder / "export.jsonl",
        [
            event("$mp_web_page_view", 1714550400, 1, company_id="acme"),
            event("Report Created", 1714550460, 2, company_id="acme", **{"Report Type": "weekly"}),
            event("Sign Up Seen", 1714550470, 3),
            event("$identify", 1714550480, 4, company_id="acme"),
        ],
    )


def amplitude(folder: Path) -> None:
    """Four events in a packed file of one hour, as the Export API names them."""

    def event(name: str, time: str, number: int, **more: Any) -> dict[str, Any]:
        common = {
            "$insert_id": f"insert-{number}",
            "$schema": 13,
            "amplitude_id": 900100200300400500,
            "app": 123456,
            "client_event_time": f"2024-05-01 {time}.000000",
            "client_upload_time": f"2024-05-01 {time}.100000",
            "device_id": "dev-1",
            "event_id": number,
            "event_properties": {"rows": 12},
            "event_time": f"2024-05-01 {time}.250000",
            "event_type": name,
            "group_properties": {},
            "groups": {"company": ["Acme"]},
            "server_received_time": f"2024-05-01 {time}.300000",
            "server_upload_time": f"2024-05-01 {time}.750000",
            "session_id": 1714550400000,
            "user_id": "ann@acme.test",
            "user_properties": {"role": "admin"},
            "uuid": f"00000000-0000-0000-0000-00000000000{number}",
        }
        return common | more

    write_lines(
        folder / "123456" / "123456_2024-05-01_8#0.json.gz",
        [
            event("[Amplitude] Page Viewed", "08:00:00", 1),
            event("report created", "08:01:00", 2),
            event("report synced", "09:30:00", 3, session_id=-1, groups={"company": "Beta"}, user_id=None),
            event("report seen", "08:02:00", 4, groups={}),
            event("$identify", "08:03:00", 5),
        ],
    )


def posthog_events() -> list[dict[str, Any]]:
    """Rows of the events model."""

    def event(name: str, time: str, number: int, properties: dict[str, Any]) -> dict[str, Any]:
        return {
            "uuid": f"0190-000{number}",
            "event": name,
            "distinct_id": "u-1",
            "person_id": "person-1",
            "properties": properties,
            "person_properties": {"email": "ann@acme.test"},
            "elements_chain": "",
            "timestamp": f"2024-05-01T{time}.123456+00:00",
            "created_at": f"2024-05-01T{time}.999999+00:00",
            "_inserted_at": f"2024-05-01T{time}.999999+00:00",
        }

    acme = {"$session_id": "s-1", "$groups": {"company": "acme"}, "$group_0": "acme", "$lib": "web"}
    told = {"$group_type": "company", "$group_key": "acme", "$group_set": {"name": "Acme", "industry": "Steel"}}
    return [
        event("$groupidentify", "08:00:00", 1, told),
        event("$pageview", "08:00:01", 2, acme | {"$current_url": "https://app.test/reports"}),
        event("report created", "08:01:00", 3, acme | {"rows": 12}),
        event("report created", "09:01:00", 4, {"$group_0": "beta", "rows": 1}),
        event("$pageview", "09:02:00", 5, {"$current_url": "https://app.test/"}),
    ]


def posthog(folder: Path) -> None:
    """The events model as JSON lines."""
    write_lines(folder / "2024-05-01 08:00:00-2024-05-01 10:00:00.jsonl", posthog_events())
