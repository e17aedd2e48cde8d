"""What people read in a page is changed, and no other byte of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.runs.markup import changed_markup

PAGE = """<!doctype html>
<html><head><title>div, today</title><style>div { color: red }</style></head>
<body><!-- div --><div class="div" title="div &amp; Co"><svg viewBox="0 0 1 1"><clipPath id='a'/>
<text font-size=3>div</text></svg><a href="accounts/div.html"><b>div</b></a> <a href="other.html">x</a>&nbsp;div &lt; y<br/></div>
</body></html>
"""  # noqa: E501
CHANGED = """<!doctype html>
<html><head><title>*, today</title><style>div { color: red }</style></head>
<body><!-- div --><div class="div" title="* &amp; Co"><svg viewBox="0 0 1 1"><clipPath id='a'/>
<text font-size=3>*</text></svg><b>*</b> <a href="other.html">x</a>&nbsp;* &lt; y<br/></div>
</body></html>
"""


def test_a_company_called_like_a_tag_goes_and_the_markup_stays():
    found = changed_markup(PAGE, lambda text: text.replace("div", "*"), lambda link: link.endswith("/div.html"))
    assert found == CHANGED.replace("&nbsp;* &lt; y", "\xa0* &lt; y")


@pytest.mark.parametrize("raw", ["A&amp;B", "A&#38;B", "A&B"])
def test_a_name_is_found_however_it_is_written(raw):
    assert changed_markup(f"<p>{raw} fell</p>", lambda text: text.replace("A&B", "<*>")) == "<p>&lt;*&gt; fell</p>"


def test_a_name_with_an_umlaut_in_an_attribute():
    page = '<img alt="Müll&quot;er" class="Müll&quot;er">'
    assert changed_markup(page, lambda text: text.replace('Müll"er', "*")) == '<img alt="*" class="Müll&quot;er">'


PIECES = ["<p>", "</p>", "</>", "<a href='x'>", "</a>", "a < b", "&amp;", "&", "<!--", "-->", "\n", "é", "<br/>",
          "<style>", "</style>", "<?pi>", "<![CDATA[x]]>", '<i t="1">']  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_where_nothing_is_to_be_changed_nothing_is(text):
    assert changed_markup(text, lambda read: read) == text
