"""Addresses, and the company each names."""

import pytest

from leadline.features.git_people import account_of, is_free_mail, user_of


@pytest.mark.parametrize(
    ("email", "account"),
    [
        ("ann@acme.com", "acme.com"),
        ("ann@Eng.ACME.co.uk", "acme.co.uk"),
        (" ann@mail.acme.com.br ", "acme.com.br"),
        ("ann@acme.github.io", "github.io"),
        ("ann@co.uk", None),
        ("ann@localhost", None),
        ("ann@build.local", None),
        ("ann@10.0.0.1", None),
        ("acme.com", None),
        ("@acme.com", None),
        ("(none)", None),
        ("", None),
    ],
)
def test_account_of(email: str, account: str | None) -> None:
    assert account_of(email) == account


@pytest.mark.parametrize(
    ("email", "free"),
    [
        ("a@gmail.com", True),
        ("a@GMAIL.com", True),
        ("a@vip.qq.com", True),
        ("a@163.com", True),
        ("1+a@users.noreply.github.com", True),
        ("a@github.com", False),
        ("a@notgmail.com", False),
        ("a@gmail.com.acme.com", False),
        ("", False),
    ],
)
def test_is_free_mail(email: str, free: bool) -> None:
    assert is_free_mail(email) is free


def test_user_of_is_stable_and_hides_the_address() -> None:
    assert user_of("ann@acme.com") == user_of(" Ann@ACME.com ") == "f9669db96e65a194"
    assert user_of("ann@acme.com") != user_of("bob@acme.com")
