"""A mail server on loopback that keeps every mail as a file and delivers none."""

import itertools
import os
import sys
import threading

from aiosmtpd.controller import Controller

PORT, FOLDER = int(sys.argv[1]), sys.argv[2]
COUNT = itertools.count()


class Sink:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 nobody here has that name"
        if address.startswith("later"):
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        head = "".join(f"X-Sent-To: {to}\r\n" for to in envelope.rcpt_tos).encode()
        name = os.path.join(FOLDER, f"{next(COUNT):06}")
        with open(name + ".part", "wb") as out:
            out.write(head + envelope.original_content)
        os.rename(name + ".part", name + ".eml")
        return "250 kept"


Controller(Sink(), hostname="127.0.0.1", port=PORT).start()
threading.Event().wait()
