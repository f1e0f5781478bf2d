"""A worker and a mail server for the tests."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from django.core import mail
from django.core.mail import EmailMessage

from accounts.domain import mails
from accounts.models import OutgoingMail


def delivered() -> list[EmailMessage]:
    """All mails so far, after a worker has sent those that wait."""
    for pk in OutgoingMail.objects.filter(state="waiting").order_by("pk").values_list("pk", flat=True):
        mails.send(pk)
    return mail.outbox


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks SMTP as far as a client of one mail needs it; answers each recipient with `answer`."""

    allow_reuse_address = True
    daemon_threads = True
    answer = "250 OK"

    def __init__(self, port: int) -> None:
        self.taken: list[str] = []
        super().__init__(("127.0.0.1", port), _Conversation)

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, MailServer)
        self._say("220 tests")
        while line := self.rfile.readline():
            verb = line.split()[0].upper()
            if verb == b"RCPT":
                self._say(self.server.answer)
            elif verb == b"DATA":
                self._say("354 Go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.taken.append(b"".join(lines).decode())
                self._say("250 OK")
            elif verb == b"QUIT":
                self._say("221 Bye")
                return
            else:
                self._say("250 OK")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server(port: int = 0) -> Iterator[MailServer]:
    """A mail server that listens until the block ends, at any port or at this one."""
    with MailServer(port) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def subjects() -> list[str]:
    """The subjects of what was delivered."""
    return [str(mail.subject) for mail in delivered()]


def told() -> list[tuple[list[str], str]]:
    """To whom which subject was delivered."""
    return [(mail.to, str(mail.subject)) for mail in delivered()]
