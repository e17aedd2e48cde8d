"""What Stripe's API lists, made up: a customer who pays by the year, and one who pays by the month in yen and left."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from product_exports import write_lines


def second(*parts: int) -> int:
    """Seconds since 1970."""
    return int(datetime(*parts, tzinfo=UTC).timestamp())


def price(name: str, interval: str, count: int) -> dict[str, Any]:
    """A price, as far as terms need it."""
    return {
        "id": name,
        "object": "price",
        "nickname": None,
        "recurring": {"interval": interval, "interval_count": count, "usage_type": "licensed"},
        "unit_amount": 120_000,
    }


def line(paid: str, amount: int, start: int, end: int, *, proration: bool = False) -> dict[str, Any]:
    """A line of a bill that a subscription wrote."""
    item = {"invoice_item": None, "proration": proration, "subscription": f"sub_{paid}", "subscription_item": "si_1"}
    return {
        "id": f"il_{amount}",
        "object": "line_item",
        "amount": amount,
        "parent": {"type": "subscription_item_details", "subscription_item_details": item},
        "period": {"start": start, "end": end},
        "pricing": {"type": "price_details", "price_details": {"price": f"price_{paid}", "product": f"prod_{paid}"}},
        "quantity": 5,
    }


def extra(amount: int) -> dict[str, Any]:
    """A line of a bill for something else."""
    return {
        "id": "il_extra",
        "object": "line_item",
        "amount": amount,
        "parent": {"type": "invoice_item_details", "subscription_item_details": None},
        "period": {"start": second(2024, 1, 1), "end": second(2024, 1, 1)},
        "pricing": {"type": "price_details", "price_details": {"price": "price_help", "product": "prod_help"}},
        "quantity": 1,
    }


def invoice(customer: str, currency: str, at: int, lines: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A bill that was charged and paid at once."""
    total = sum(one["amount"] for one in lines)
    times = {"finalized_at": at + 3600, "paid_at": at + 7200, "voided_at": None}
    common = {
        "id": f"in_{at}",
        "object": "invoice",
        "amount_due": total,
        "created": at,
        "currency": currency,
        "customer": customer,
        "due_date": None,
        "lines": {"object": "list", "data": lines, "has_more": False},
        "status": "paid",
        "status_transitions": times,
    }
    return common | more


def event(name: str, kind: str, at: int, what: dict[str, Any]) -> dict[str, Any]:
    """An event, with the object it is about."""
    about = {"object": {"object": name} | what}
    return {"id": f"evt_{at}", "object": "event", "created": at, "data": about, "type": kind}


def stripe(folder: Path) -> None:
    """All five lists."""
    jan, feb, mar, next_jan = (second(*day) for day in ((2024, 1, 1), (2024, 2, 1), (2024, 3, 1), (2025, 1, 1)))
    acme = {"id": "cus_acme", "object": "customer", "created": jan, "name": "Acme", "email": "a@acme.test"}
    beta = {"id": "cus_beta", "object": "customer", "created": jan, "name": None, "email": "b@beta.test"}
    write_lines(folder / "customers.jsonl", [acme | {"address": {"country": "DE"}}, beta | {"address": None}])
    write_lines(folder / "prices.jsonl", [price("price_year", "year", 1), price("price_month", "month", 1)])
    subscriptions = [("sub_year", None), ("sub_month", mar - 86400)]
    write_lines(folder / "subscriptions.jsonl", [{"id": one, "canceled_at": at} for one, at in subscriptions])
    open_still = {
        "status": "open",
        "due_date": mar,
        "status_transitions": {"finalized_at": feb + 3600, "paid_at": None, "voided_at": None},
    }
    changed = line("month", -3_000, feb, mar, proration=True)
    invoices = [
        invoice("cus_acme", "usd", jan, [line("year", 600_000, jan, next_jan), extra(5_000)]),
        invoice("cus_beta", "jpy", jan, [line("month", 9_000, jan, feb)]),
        invoice("cus_beta", "jpy", feb, [line("month", 9_000, feb, mar), changed], **open_still),
        invoice("cus_beta", "jpy", mar, [line("month", 9_000, mar, mar)], status="void"),
    ]
    write_lines(folder / "invoices.jsonl", invoices)
    write_lines(
        folder / "events.jsonl",
        [
            event("customer", "customer.created", jan, {"id": "cus_acme"}),
            event("invoice", "invoice.paid", jan + 7200, {"id": "in_1", "customer": "cus_acme"}),
            event("subscription", "customer.subscription.deleted", mar, {"id": "sub_month", "customer": "cus_beta"}),
            event("payout", "payout.paid", mar + 1, {"id": "po_1"}),
        ],
    )
