"""The letters that the shop puts into its mail folder, as their receiver reads them."""
import email
import email.policy
import os
import pathlib
import re
import time

import pytest

PATIENCE = 10  # seconds


def letter(to, /, *, holding):
    """The letter to that address whose words hold that text. A letter goes out a moment after what it tells of."""
    folder = os.environ.get("MARTLET_BROWSER_MAIL")
    if not folder:
        pytest.skip("MARTLET_BROWSER_MAIL, the shop's mail folder, isn't set")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for file in pathlib.Path(folder).glob("*.eml"):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if to not in str(message["To"]):
                continue
            words = message.get_body(("plain",)).get_content()
            if re.search(holding, words):
                return words
        time.sleep(0.1)
    raise AssertionError(f"no letter to {to} holds {holding}")
