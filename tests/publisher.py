"""A web server that publishes lists of networks, in the shapes in which their owners write them."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


class Publisher:
    """A web server: what it says at which path, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                publisher.asked.append(self.path)
                answer = publisher.answers.get(self.path.partition("?")[0])
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)

            def log_message(self, *arguments: object) -> None:
                """Says nothing."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, *arguments: object) -> None:
                """Who was not waited for has nobody to talk to."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def says(self, path: str, body: bytes, **headers: str) -> str:
        """Let it answer; returns the address."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer
        return self.address + path

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


AWS = {
    "syncToken": "1",
    "prefixes": [{"ip_prefix": "203.0.113.0/25", "region": "eu-central-1", "service": "EC2"}],
    "ipv6_prefixes": [{"ipv6_prefix": "2001:db8::/32", "region": "eu-central-1", "service": "EC2"}],
}
GOOGLE = {"syncToken": "1", "prefixes": [{"ipv4Prefix": "203.0.113.0/25"}, {"ipv6Prefix": "2001:db8::/32"}]}
MICROSOFT = [
    {"id": 1, "serviceArea": "Exchange", "urls": ["outlook.office365.com"], "ips": ["198.51.100.0/24"]},
    {"id": 9, "serviceArea": "Exchange", "urls": ["*.protection.outlook.com"], "ips": ["203.0.113.0/25"]},
    {
        "id": 10,
        "serviceArea": "Exchange",
        "urls": ["*.mail.protection.outlook.com"],
        "ips": ["203.0.113.0/25", "2001:db8::/32"],
    },
    {"id": 11, "serviceArea": "Common"},
]
ORACLE = {"regions": [{"region": "eu-frankfurt-1", "cidrs": [{"cidr": "203.0.113.0/25", "tags": ["OCI"]}]}]}
ZSCALER = {"zscalerCloud": "zscaler.net", "hubPrefixes": ["203.0.113.0/25", "2001:db8::/32"]}
CSV = "# a geofeed\n203.0.113.0/25,DE,DE-BY,Munich,\n\n2001:db8::/32,DE,DE-BY,Munich,\n"
DOCUMENTS = {
    "aws": json.dumps(AWS),
    "google": json.dumps(GOOGLE),
    "microsoft-365": json.dumps(MICROSOFT),
    "oracle": json.dumps(ORACLE),
    "zscaler": json.dumps(ZSCALER),
    "csv": CSV,
}
TAGS = {
    "values": [
        {
            "name": "AzureCloud.germanywc",
            "properties": {"addressPrefixes": ["203.0.113.0/25", "2001:db8::/32"]},
        },
        {"name": "AzureFrontDoor", "properties": {"addressPrefixes": ["198.51.100.0/24"]}},
    ]
}
PAGE = '<a href="/privacy">Privacy</a><a class="x" href="/download/7/ServiceTags_Public_20261116.json">Download</a>'
