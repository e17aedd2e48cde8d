"""What counts as a mention of an account or a person, and what is somebody else's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.runs.whom import REMOVED, Whom


def account(*words: str, others: tuple[str, ...] = ()) -> Whom:
    return Whom("account", words[0], words, frozenset(others))


@pytest.mark.parametrize(
    ("words", "text", "cleaned"),
    [
        (("acc-1", "Acme"), "Acme (acc-1) fell.", "* (*) fell."),
        (("acc-1", "Acme"), "acc-10, acc-1-b, xacc-1 and Acmes stay", "acc-10, acc-1-b, xacc-1 and Acmes stay"),
        (("acc-1", "Acme Foods"), "Acme\n  Foods, Acme", "*, Acme"),
        (("acc-1", "Acme Foods"), "Acme Foods Europe is another", "Acme Foods Europe is another"),
        (("acc-1", "Irisline Health"), "Irisline Hea… and Irisli... and Irisline", "* and * and Irisline"),
        (("acc-1", "Müller & Söhne <AG>"), "an Müller & Söhne <AG>!", "an *!"),
        (("acc-1", "Acme"), "重点关注Acme的使用", "重点关注*的使用"),
        (("acc-1", "阿里云"), "请先联系阿里云公司", "请先联系*公司"),
        (("acc-1", "C++ (Europe)"), "see C++ (Europe).", "see *."),
    ],
)
def test_mentions_are_replaced_and_others_left_alone(words, text, cleaned):
    whom = account(*words, others=("acc-10", "acc-1-b", "Acme Foods Europe"))
    assert whom.without(text) == cleaned.replace("*", REMOVED)
    assert whom.mentions(text) == cleaned.count("*")
    assert whom.mentions(whom.without(text)) == 0


def test_an_address_is_found_in_any_case():
    whom = Whom("user", "u-1", ("ann@x.test", "u-1"))
    assert whom.without("Ann@X.test, joann@x.test") == f"{REMOVED}, joann@x.test"


def test_an_id_that_is_a_number_is_found_in_columns_of_ids_alone():
    whom = Whom("account", "12", (), frozenset({"7", "12345"}))
    assert whom.without("12 of 12 calls") == "12 of 12 calls"
    assert whom.mentions("12") == 0
    assert whom.is_key(["12", "7", ""])
    assert not whom.is_key(["12", "13"])
    assert [cell for cell in ("12", "7", "112") if whom.is_meant(cell)] == ["12"]


def test_a_cell_made_safe_for_spreadsheets_is_meant_all_the_same():
    whom = account("-acc", "=Acme")
    assert whom.is_key(["'-acc", "'=Acme"])
    assert whom.is_meant("'-acc")
    assert whom.is_meant("'=Acme")


@settings(deadline=None, max_examples=50)
@given(st.text("abé 北-&<", min_size=1).filter(lambda name: name.strip() == name), st.text("abé 北-&<. "))
def test_whatever_the_name_no_mention_is_left(name, text):
    whom = account(name)
    assert whom.mentions(whom.without(f"{text} {name} {text}")) == 0
    assert name not in whom.without(f". {name} .")
