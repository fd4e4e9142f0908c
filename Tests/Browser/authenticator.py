"""An authenticator app: RFC 6238 with six digits and steps of half a minute."""
import base64
import hashlib
import hmac
import struct
import time


class Authenticator:
    def __init__(self, secret):
        """As the shop shows it: base 32, with spaces."""
        text = secret.replace(" ", "").upper()
        self.key = base64.b32decode(text + "=" * (-len(text) % 8))
        # The shop takes each step once and allows for clocks a step apart: from the step before on, each code is a step
        # later.
        self.step = int(time.time()) // 30 - 2

    def code(self):
        """The next one that the shop takes: three, one after another, without waiting for the clock."""
        self.step += 1
        digest = hmac.new(self.key, struct.pack(">Q", self.step), hashlib.sha1).digest()
        offset = digest[-1] & 15
        number = struct.unpack(">I", digest[offset:offset + 4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"
