"""Serve a folder of pages with the content security policy of the template."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

from stacks.template import read_template

SERVICE: Final = Path(__file__).resolve().parents[2]
SIGN_IN_URL: Final = "https://sign-in.example"


@cache
def content_security_policy(host: str) -> str:
    """Return the content security policy as deployed for a site at `host`."""
    template = read_template(SERVICE / "template.yaml")
    headers = template["Resources"]["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    policy = headers["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"][0]
    values = {"Socket": "ws", "Host": host, "SignIn": SIGN_IN_URL}
    return re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], policy)


class _SiteHandler(SimpleHTTPRequestHandler):
    """Serves files with the headers of the distribution."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript; charset=utf-8"}

    def end_headers(self) -> None:
        host = self.headers.get("Host", "")
        self.send_header("Content-Security-Policy", content_security_policy(host))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Do not log requests."""


@contextmanager
def served_site(folder: Path = SERVICE / "site", port: int = 0) -> Iterator[str]:
    """Serve the pages in `folder` and yield their origin; without a port, choose a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_SiteHandler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
