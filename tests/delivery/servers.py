"""A real SMTP server and a real HTTP server, which keep what they receive."""

import socket
import threading
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller


class Postbox:
    """Keeps mails; answers each recipient with the next of `answers`, then with 250."""

    def __init__(self, answers=(), told=None):
        self.mails = []
        self.recipients = []
        self.answers = list(answers)
        self._told = told or (lambda _: None)
        self.lines = set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ARG002, N802
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        self.recipients.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802
        mail = message_from_bytes(envelope.content, policy=default)
        self.mails.append(mail)
        self.lines.add(session.peer)
        self._told(mail["Message-ID"])
        return "250 taken"


class SmtpServer(Controller):
    """Takes whichever port is free; the library's own trial of it must be told which."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server(answers=(), told=None, postbox=None, **settings):
    """Run an SMTP server on a free port; yields its postbox and the port."""
    postbox = postbox or Postbox(answers, told)
    controller = SmtpServer(postbox, hostname="127.0.0.1", port=0, **settings)
    controller.start()
    try:
        yield postbox, controller.port
    finally:
        controller.stop()


@contextmanager
def dripping_server(*beginning, drop, every=0.05):
    """Run a server that sends the beginning and then drop after drop; yields its port.

    What came in is kept in the list that it yields, too.
    """
    received, gone = [], threading.Event()

    def drip(line):
        with line, suppress(OSError):
            for text in beginning:
                line.sendall(text)
            while not gone.wait(every):
                line.sendall(drop)
                line.settimeout(0)
                with suppress(BlockingIOError):
                    received.append(line.recv(65536))
                line.settimeout(None)

    def accept():
        with suppress(OSError):
            while True:
                threads.append(threading.Thread(target=drip, args=(listening.accept()[0],)))
                threads[-1].start()

    threads = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        waiting = threading.Thread(target=accept, daemon=True)
        waiting.start()
        yield listening.getsockname()[1], received
        gone.set()
        listening.shutdown(socket.SHUT_RDWR)
    for thread in (waiting, *threads):
        thread.join(5)


@contextmanager
def http_server(answers=(), told=None):
    """Run an HTTP server on a free port; yields the requests it got and its address.

    `answers` are (status, headers) in turn, then 204; `told` hears each request's webhook-id.
    """
    requests, left = [], list(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # one line serves request after request

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            line = {"x-line": str(self.client_address)}
            requests.append((dict(self.headers.items()) | line, body, self.path))
            if told:
                told(self.headers["webhook-id"])
            status, headers = left.pop(0) if left else (204, {})
            self.send_response(status)
            for name, value in ({"content-length": "0"} | headers).items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield requests, f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()
