"""The doctor on what lies between the site and its visitors."""

import json
from http.server import BaseHTTPRequestHandler

import pytest

from secureblogs.running.doctor.proxies import check_proxies
from tests.commands import openssl
from tests.secureblogs.running.doctor.findings import words_of
from tests.secureblogs.running.doctor.servers import answering

HSTS = {"Strict-Transport-Security": "max-age=1"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "headers", "socket_status", "days", "words"),
    [
        (200, HSTS, 101, 30, []),
        (200, {}, 101, 30, ["The proxy removes the header Strict-Transport-Security."]),
        (200, HSTS, 200, 30, ["The proxy passes no WebSocket on: nobody hears of anything live."]),
        (200, HSTS, 101, 9, ["The certificate ends in 8 days."]),
        (
            301,
            {"Location": "https://localhost/"},
            101,
            30,
            ["The site takes a request by TLS for one without"],
        ),
        (404, {}, 101, 30, ["At https://localhost:{port} something else answers (404)."]),
    ],
)
def test_a_proxy_that_spoils_something_is_found(
    settings, monkeypatch, tmp_path, status, headers, socket_status, days, words
):
    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_socket = self.path.startswith("/ws/")
            body = b"" if is_socket else json.dumps({"address": "127.0.0.1"}).encode()
            self.send_response(socket_status if is_socket else status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    certificate = tmp_path / "certificate.pem"
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days), "-subj", "/CN=localhost"),
        *("-addext", "subjectAltName=DNS:localhost"),
        *("-keyout", str(certificate), "-out", str(tmp_path / "out.pem")),
    )
    certificate.write_text(certificate.read_text() + (tmp_path / "out.pem").read_text())
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "out.pem"))
    with answering(Proxy, certificate) as port:
        settings.SITE_URL, settings.IS_HTTPS = f"https://localhost:{port}", True
        found = words_of(check_proxies())

    assert [what[: len(said)] for what, said in zip(found, words, strict=True)] == [
        said.format(port=port)[: len(said)] for said in words
    ]
