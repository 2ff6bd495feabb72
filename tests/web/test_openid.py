"""Signing in at an identity provider: a real one, on loopback."""

import re
import shutil
import socket
import subprocess
import sys
import time

import httpx
import pytest

from outsidein.access.rights import Role
from outsidein.web.serving import site_app
from outsidein.workspace.project import Project
from tests.served import served
from tests.web.site import NOW, address_of

pytest.importorskip("oidc_provider_mock")
ANN = address_of(Role.MANAGER)


@pytest.fixture(scope="module")
def issuer():
    """Address of a running identity provider that lets everybody in under any address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(f"{address}/.well-known/openid-configuration", process)
            yield address
        finally:
            process.terminate()


def _wait_for(address, process):
    while process.poll() is None:
        try:
            httpx.get(address)
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("The identity provider did not start.")


@pytest.fixture
def web(built_shop, tmp_path, issuer):
    folder = shutil.copytree(built_shop, tmp_path / "shop")
    settings = {
        "OUTSIDEIN_OPENID_ISSUER": issuer,
        "OUTSIDEIN_OPENID_CLIENT_SECRET": "between us",
        "OUTSIDEIN_LINK_SECRET": "0123456789abcdefghijklmnopqrstuv",
    }
    project = Project(folder, clock=lambda: NOW, environment=settings)
    project.people.add(ANN, role=Role.MANAGER, by="test")
    with served(site_app([project])) as browser:
        yield browser


def at_provider(browser, email):
    """Go to the provider, be let in under an address, and return where it sends the browser."""
    leave = browser.get("/sign-in/openid")
    assert leave.status_code == 302
    assert "code_challenge=" in leave.headers["location"]
    answer = httpx.post(leave.headers["location"], data={"sub": email})
    return httpx.URL(answer.headers["location"]).raw_path.decode()


def test_whom_the_provider_names_is_signed_in(web):
    assert "Sign in with the firm" in web.get("/sign-in").text
    answer = web.get(at_provider(web, ANN))
    assert answer.headers["location"] == "/"
    assert web.get("/p/shop/monday").status_code == 200


def test_whom_nobody_added_is_not(web):
    answer = web.get(at_provider(web, "stranger@shop.example"))
    assert answer.status_code == 422
    assert "Nobody here has the mail address" in answer.text
    assert web.get("/p/shop/monday").status_code == 303


def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(web):
    back = at_provider(web, ANN)
    web.cookies.clear()
    answer = web.get(back)
    assert answer.status_code == 422
    assert "did not confirm" in answer.text


def test_an_answer_counts_once(web):
    back = at_provider(web, ANN)
    assert web.get(back).status_code == 303
    assert web.get(back).status_code == 422


@pytest.mark.parametrize("forged", ["nonsense", "x" * 3000])
def test_a_forged_code_signs_nobody_in(web, forged):
    back = re.sub(r"code=[^&]*", f"code={forged}", at_provider(web, ANN))
    assert web.get(back).status_code == 422


def test_a_provider_out_of_reach_is_said_to_be(built_shop, tmp_path):
    folder = shutil.copytree(built_shop, tmp_path / "shop")
    settings = {
        "OUTSIDEIN_OPENID_ISSUER": "http://127.0.0.1:9",
        "OUTSIDEIN_LINK_SECRET": "0123456789abcdefghijklmnopqrstuv",
    }
    project = Project(folder, clock=lambda: NOW, environment=settings)
    with served(site_app([project])) as browser:
        answer = browser.get("/sign-in/openid")
    assert answer.status_code == 422
    assert "does not answer" in answer.text
