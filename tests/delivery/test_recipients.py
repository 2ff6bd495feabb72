"""One form of each recipient, and a reason for what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outsidein.contact.emails import normalise_email
from outsidein.delivery.recipients import mailbox, web_address
from outsidein.errors import InputError

SIGNS = st.sampled_from(
    list("ab1.-+_@@@:;,<>()[]\"' \t\n\\%!\u200b\u2028\u202e\x00\x7féİß\u0430。")
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ana@Shop.Example", "ana@shop.example"),
        ("info@bücher.de", "info@xn--bcher-kva.de"),
        ("info@xn--bcher-kva.de", "info@xn--bcher-kva.de"),
        ("jose\u0301@x.org", "josé@x.org"),
        ("o'neil+shop@x.org", "o'neil+shop@x.org"),
        ("Carla@mail.shop.local", "carla@mail.shop.local"),
        ("carla@localhost", "carla@localhost"),
    ],
)
def test_a_mailbox_has_one_form(text, address):
    assert mailbox(text) == mailbox(address) == address


@pytest.mark.parametrize(
    "text",
    [
        "x:victim@evil.org", "a[b@shop.org", "[ana]@x.org", "x:;@evil.org", '"gone"@x.org',
        '"bea@x.org"', "gone(x)@y.org", "Ana <ana@x.org>", "ana@x.org, eve@x.org", "ana@x.org ",
        "a\u2028b@x.org", "ana@x.org\n", "ana@x.org\r\nBcc: eve@x.org", "a\u200bb@x.org",
        "a\u202eb@x.org", "a\x00b@x.org", "ana", "@x.org", "ana@", "a@b@x.org", "a@b@x.local",
        f"a@{'b' * 70}.org", f"{'a' * 65}@x.org", "a@xn--a.org", "a@x..org", "a..b@x.org",
        "a b@x.local", "a@[127.0.0.1]", "",
    ],
    ids=ascii,
)  # fmt: skip
def test_what_is_not_one_plain_mailbox_is_refused_with_a_reason_of_one_line(text):
    with pytest.raises(InputError, match="is not one plain mail address: ") as error:
        mailbox(text)
    assert str(error.value).isprintable()


@given(st.lists(SIGNS, max_size=25).map("".join))
def test_a_mailbox_stays_what_it_is_and_never_holds_what_a_header_would_read_otherwise(text):
    try:
        address = mailbox(text)
    except InputError:
        return
    assert mailbox(address) == address
    assert address.isprintable()
    assert address.count("@") == 1
    assert not set(address) & set(' ,;:<>()[]"\\')
    if "." in address.partition("@")[2]:
        assert normalise_email(text) == normalise_email(address) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://Bücher.de:99/a?b=c#d", "https://xn--bcher-kva.de:99/a?b=c#d"),
        ("http://127.0.0.1:8000/hook", "http://127.0.0.1:8000/hook"),
        ("http://[::1]:8000/hook", "http://[::1]:8000/hook"),
        ("http://desk_1:80/", "http://desk_1:80/"),
    ],
)
def test_a_web_address_has_one_form(text, address):
    assert web_address(text) == web_address(address) == address


@pytest.mark.parametrize(
    "text",
    [
        f"https://{'b' * 70}.org/", "https://xn--a/", "https://x..org/", "https:///hook",
        "https://a b/", "https://x.org/\n", "https://x.org:99999/", "https://x.org:port/",
        "https://[::1/", "ftp://x.org/", "x.org", f"https://x.org/{'a' * 9_000}",
    ],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_with_a_reason(text):
    with pytest.raises(InputError, match="is not a web address: "):
        web_address(text)
