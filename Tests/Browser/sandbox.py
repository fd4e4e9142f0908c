"""The payment platforms that the shop is paid through: what it is set up with there, and their control room, in which somebody
plays the bank and the weather."""
import contextlib
import json
import os
import pathlib
import urllib.parse
import urllib.request

import pytest

METHODS = ("alipay", "wechat", "stripe")
# The fields of the desk's form, by what the sandbox calls them.
FIELDS = {
    "alipay": ("appID", "sellerID", "privateKey", "publicKey", "gateway"),
    "wechat": (
        "merchantID", "appID", "certificateSerial", "privateKey", "apiKey", "publicKeyID", "publicKey", "baseURL"),
    "stripe": ("accountID", "secretKey", "webhookSecret", "baseURL"),
}
PATIENCE = 10  # seconds


class Sandbox:
    def __init__(self):
        self.address = os.environ.get("MARTLET_BROWSER_SANDBOX", "")
        self._key = os.environ.get("MARTLET_BROWSER_CONTROL", "")
        settings = os.environ.get("MARTLET_BROWSER_SETTINGS", "")
        if not (self.address and self._key and settings):
            pytest.skip("MARTLET_BROWSER_SANDBOX, _CONTROL and _SETTINGS say where the sandbox is; bin/test-browser sets them")
        self._settings = json.loads(pathlib.Path(settings).read_text(encoding="utf-8"))
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def fields(self, method):
        """What is typed into the desk's form, by the names of its fields."""
        known = self._settings[method]
        return {"gateway" if name == "baseURL" else name: known[name] for name in FIELDS[method]}

    def certificates(self):
        """The same account at Alipay, for who is handed certificates instead of a key."""
        known = self._settings["alipay"]
        names = {"appCertificate": "applicationCertificate", "platformCertificates": "platformCertificate",
                 "rootCertificates": "rootCertificate"}
        return {field: known[name] for field, name in names.items()}

    def is_told_where(self, shop):
        """Stripe tells an endpoint that somebody enters there; the others hear of theirs with each payment."""
        form = {"url": f"{shop}/payments/notices/stripe", "enabled_events[0]": "*"}
        self._asks("/stripe/v1/webhook_endpoints", urllib.parse.urlencode(form).encode(), {
            "authorization": f"Bearer {self._settings['stripe']['secretKey']}",
            "content-type": "application/x-www-form-urlencoded",
        })

    # Playing the bank

    @contextlib.contextmanager
    def later(self, hours):
        """What is over by then is over at the platforms; the shop's own clock goes on as ever."""
        self._plays("/control/clock", {"advanceSeconds": hours * 3600})
        try:
            yield
        finally:
            self._plays("/control/clock", {"isReset": True})

    def pays_although_closed(self, method, payment):
        self._plays(f"/control/providers/{method}/trades/{payment}/pay", {"evenIfClosed": True})

    def _plays(self, path, body):
        return self._asks(
            path, json.dumps(body).encode(), {"sandbox-control": self._key, "content-type": "application/json"})

    def _asks(self, path, body, headers):
        request = urllib.request.Request(self.address + path, data=body, headers=headers, method="POST")
        with self._opener.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)
