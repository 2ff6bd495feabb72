import pytest

from outsidein.errors import InputError
from outsidein.settings import read_settings


def test_what_is_not_set_has_its_default_and_an_empty_value_is_not_set():
    settings = read_settings({"OUTSIDEIN_SMTP_PORT": "", "SMTP_HOST": "x", "PATH": "/bin"})
    assert settings == read_settings({})
    assert settings.smtp_port == 587
    assert settings.smtp_host is None


def test_values_are_read_by_name():
    settings = read_settings({"OUTSIDEIN_SMTP_PORT": "25", "OUTSIDEIN_SMTP_TLS": "none"})
    assert (settings.smtp_port, settings.smtp_tls) == (25, "none")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OUTSIDEIN_SMTP_PORT", "many"),
        ("OUTSIDEIN_SMTP_TLS", "ssl3"),
        ("OUTSIDEIN_SMTP_FROM", "Shop <shop@shop.example>"),
        ("OUTSIDEIN_LINK_SECRET", "hunter2"),
        ("OUTSIDEIN_PUBLIC_URL", "shop.example"),
    ],
)
def test_a_value_that_will_not_do_is_named_and_not_shown(name, value):
    with pytest.raises(InputError, match=f"variable {name} is invalid") as error:
        read_settings({name: value})
    assert value not in str(error.value).replace(name, "")


def test_a_secret_that_is_too_short_says_how_long_it_must_be():
    with pytest.raises(InputError, match="it has 7 characters and needs 32 or more"):
        read_settings({"OUTSIDEIN_LINK_SECRET": "hunter2"})


def test_secrets_are_not_shown():
    secret = "hunter2" * 6
    settings = read_settings({"OUTSIDEIN_LINK_SECRET": secret, "OUTSIDEIN_SMTP_PASSWORD": secret})
    assert "hunter2" not in repr(settings)
    assert settings.link_key() == secret


def test_links_need_a_secret():
    with pytest.raises(InputError, match="Set OUTSIDEIN_LINK_SECRET"):
        read_settings({}).link_key()
