"""A listener that sends on what it hears, and keeps every request to the byte: what was really said, whoever said it.

Standard library alone, since no client's environment has more in common.
"""

import base64
import http.client
import http.server
import json
import threading
import urllib.parse

# Not sent on: they are about one connection.
HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length", "accept-encoding"}
PATIENCE = 30  # seconds


class Recorder:
    """Listens on a port of its own at 127.0.0.1; `target` is where it sends what it hears, without a slash at its end."""

    def __init__(self, target):
        self.target = urllib.parse.urlsplit(target)
        self._heard = []
        self._lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self):
                body = self._body()
                headers = [(name.lower(), value) for name, value in self.headers.items()]
                status, answered, text = outer._asks(self.command, self.path, headers, body)
                outer._keep(self.command, self.path, headers, body, status)
                self.send_response_only(status)
                for name, value in answered:
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                if status not in (204, 304):
                    self.send_header("content-length", str(len(text)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on

            def _body(self):
                if self.headers.get("transfer-encoding", "").lower() != "chunked":
                    return self.rfile.read(int(self.headers.get("content-length", 0)))
                pieces = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    pieces.append(self.rfile.read(size))
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass
                return b"".join(pieces)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _asks(self, method, path, headers, body):
        connection = http.client.HTTPConnection(self.target.hostname, self.target.port, timeout=PATIENCE)
        try:
            passed = [(name, value) for name, value in headers if name not in HOP]
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in passed:
                connection.putheader(name, value)
            connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except OSError:
            return 502, [], b""
        finally:
            connection.close()

    def _keep(self, method, path, headers, body, status):
        kept = {
            "method": method, "path": path, "headers": dict(headers), "body": base64.b64encode(body).decode(),
            "status": status,
        }
        with self._lock:
            self._heard.append(kept)

    def heard(self):
        with self._lock:
            return list(self._heard)


class Heard:
    """One request as it was kept."""

    def __init__(self, kept):
        self.method, self.path, self.headers, self.status = (
            kept[name] for name in ("method", "path", "headers", "status"))
        self.body = base64.b64decode(kept["body"])

    @property
    def place(self):
        return self.path.split("?")[0]

    @property
    def query(self):
        return self.path.partition("?")[2]

    def __repr__(self):
        return f"{self.method} {self.place} ({self.status})"


def read(path):
    """What was asked of the providers, what they told the shop, and what the shop handed to a mini-program."""
    with open(path, encoding="utf-8") as file:
        kept = json.load(file)
    return [Heard(one) for one in kept["asked"]], [Heard(one) for one in kept["told"]], kept["handovers"]
