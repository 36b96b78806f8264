"""The proxies of the guide, run: nginx and Caddy in front of a government that is really served."""

import getpass
import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.app.test_serving import csrf, free_port, serving

from tongban.app.commands.deploy import KINDS, files
from tongban.app.instance.starting import start
from tongban.app.serving import Limits
from tongban.modules.services.pages.uploading import LARGEST_FORM

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
ADDRESS = "https://zw.example.gov.cn"
STANDARD = {"ADDRESS": ADDRESS, "HOST": "zw.example.gov.cn", "PORT": "8000"}
_PATIENCE = 60.0


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    return {name: free_port() for name in ("tongban", "http", "https")}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, ports: dict[str, int]) -> Iterator[None]:
    """A government that people reach by https, at a port of this machine."""
    folder = tmp_path_factory.mktemp("proxied") / "instance"
    start(folder, name="云溪县", division="470182", origin="yunxi.internal/ledger")
    address = f"https://localhost:{ports['https']}"
    with serving("--instance", str(folder), "--port", str(ports["tongban"]), "--address", address):
        yield


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for this machine, signed by itself."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(pem, form, plain))
    return folder


def example(what: str) -> str:
    """Return the configuration of a proxy as it is written out where nothing is said."""
    (text,) = dict(files(what, STANDARD)).values()
    return text


def adapted(text: str, changes: dict[str, str]) -> str:
    """Return an example with what an operator changes in it; all of it must be there."""
    for before, after in changes.items():
        assert before in text, f"the example has no {before}"
        text = text.replace(before, after)
    return text


def nginx(folder: Path, ports: dict[str, int], certificate: Path) -> list[str]:
    """Write nginx's configuration around the example and return the command."""
    changes = {
        "listen 80;": f"listen 127.0.0.1:{ports['http']};",
        "listen 443 ssl;": f"listen 127.0.0.1:{ports['https']} ssl;",
        "127.0.0.1:8000": f"127.0.0.1:{ports['tongban']}",
        "zw.example.gov.cn": "localhost",
        "/etc/ssl/tongban": str(certificate),
        "/var/log/nginx/tongban.log": str(folder / "access.log"),
    }
    site = adapted(example("nginx"), changes)
    (folder / "site.conf").write_text(site)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"user {getpass.getuser()}; daemon off; pid {folder}/pid; worker_processes 1; events {{}}\n"
        f"http {{\n{temporary}include {folder}/site.conf;\n}}\n"
    )
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    return [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def caddy(folder: Path, ports: dict[str, int], certificate: Path) -> list[str]:
    """Write Caddy's configuration around the example and return the command."""
    changes = {
        "127.0.0.1:8000": f"127.0.0.1:{ports['tongban']}",
        "\nzw.example.gov.cn {\n": f"\nlocalhost:{ports['https']} {{\n\tbind 127.0.0.1\n"
        f"\ttls {certificate}/fullchain.pem {certificate}/key.pem\n",
    }
    site = adapted(example("caddy"), changes)
    options = f"{{\n\tadmin off\n\tskip_install_trust\n\thttp_port {ports['http']}\n}}\n"
    (folder / "Caddyfile").write_text(options + site)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


_MAKES = {"nginx": (nginx, "nginx-light"), "caddy": (caddy, "caddy")}


@contextmanager
def running(name: str, folder: Path, ports: dict[str, int], certificate: Path) -> Iterator[None]:
    """Run a proxy; without the program the test is left out, but never where CI says so."""
    make, package = _MAKES[name]
    command = make(folder, ports, certificate)
    if shutil.which(command[0]) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no {name}: apt-get install {package}")
        pytest.skip(f"no {name}: apt-get install {package}")
    home = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=home)
    try:
        _wait(process, folder, ports["https"])
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: "subprocess.Popen[bytes]", folder: Path, port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "said").read_text()
        try:
            httpx.get(f"https://localhost:{port}/healthz", verify=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((folder / "said").read_text())


def visitor(ports: dict[str, int], certificate: Path, address: str) -> httpx.Client:
    """Return somebody who comes from an address of this machine, and says they come from elsewhere."""
    trusted = ssl.create_default_context(cafile=str(certificate / "fullchain.pem"))
    return httpx.Client(
        base_url=f"https://localhost:{ports['https']}",
        transport=httpx.HTTPTransport(local_address=address, verify=trusted),
        headers={
            "Accept-Language": "en",
            "X-Forwarded-For": "198.51.100.1",
            "X-Forwarded-Proto": "http",
            "X-Forwarded-Host": "evil.example",
            "Forwarded": "for=198.51.100.1;host=evil.example;proto=http",
        },
        timeout=_PATIENCE,
    )


def guess(one: httpx.Client, login: str) -> httpx.Response:
    token = csrf(one.get("/sign-in"))
    return one.post("/sign-in", data={"csrf": token, "login": login, "password": "wrong words"})


@pytest.mark.parametrize("name", sorted(_MAKES))
def test_an_example_of_the_guide_tells_visitors_apart_and_keeps_cookies_to_this_host(
    name: str, served: None, ports: dict[str, int], certificate: Path, tmp_path: Path
) -> None:
    with running(name, tmp_path, ports, certificate):
        with visitor(ports, certificate, "127.0.0.2") as one:
            first = one.get("/sign-in")
            made = first.headers["set-cookie"]
            assert re.match(
                r"__Host-tongban_visitor=\S+; Path=/; HttpOnly; SameSite=Lax; Secure", made
            )
            assert "strict-transport-security" in first.headers
            made_by_proxy = first.headers["x-request-id"]
            assert len(made_by_proxy) in (32, 36), "the proxy numbers requests, and is believed"
            forged = one.get("/healthz", headers={"X-Request-Id": "0" * 32})
            assert forged.headers["x-request-id"] != "0" * 32
            assert "evil.example" not in first.text + str(first.headers)
            away = one.get("/account")
            assert away.headers["location"] == "/sign-in?to=/account"
            for _ in range(5):
                assert guess(one, f"li.{name}").status_code == 422
            one.headers["X-Forwarded-For"] = "198.51.100.2"
            waits = guess(one, f"li.{name}")
            assert (waits.status_code, waits.headers["retry-after"]) == (429, "60")
            too_large = one.post("/sign-in", content=b"x" * 600_000)
            assert too_large.status_code == 413
        with visitor(ports, certificate, "127.0.0.3") as other:
            assert guess(other, f"li.{name}").status_code == 422, (
                "another visitor is another network"
            )
        plain = httpx.get(f"http://localhost:{ports['http']}/sign-in?to=/", timeout=_PATIENCE)
        assert plain.status_code in (301, 308)
        assert plain.headers["location"].startswith("https://localhost")


def test_the_examples_let_through_what_is_served_and_close_before_the_server_does() -> None:
    texts = {"nginx.conf": example("nginx"), "Caddyfile": example("caddy")}
    sizes = {
        "nginx.conf": re.search(r"client_max_body_size (\d+)m;", texts["nginx.conf"]),
        "Caddyfile": re.search(r"max_size (\d+)MiB", texts["Caddyfile"]),
    }
    for name, text in texts.items():
        size, idle = sizes[name], re.search(r"keepalive(?:_timeout)? (\d+)s", text)
        assert size is not None
        assert int(size[1]) << 20 >= LARGEST_FORM
        assert idle is not None
        assert int(idle[1]) < Limits().head
        assert "--address https://zw.example.gov.cn" in text
        assert "TONGBAN_PROXIES" in text
    for guide in ("deploying.md", "deploying.zh-CN.md"):
        said = (GUIDES / guide).read_text("utf-8")
        for what in KINDS:
            assert f"tongban deploy {what} --to" in said
