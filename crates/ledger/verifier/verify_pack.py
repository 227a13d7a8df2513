#!/usr/bin/env python3
"""Checks a Plantgate audit pack with nothing but Python 3.8 and the openssl command.

Why it exists: whoever reads a pack should not have to trust the program that made it. This file is a second
implementation of the checks, written apart from the first, short enough to be read in one sitting.

Take it from the release of Plantgate, where SHA256SUMS names its digest, or from somebody you trust. Do not run the copy
that came in a pack: whoever forges a pack forges that too, and then it says what they want.

Use:   python3 verify_pack.py pack.zip --key 'NAME+ID+BASE64' [--cosigner 'NAME+ID+BASE64' ... [--quorum N]]
The keys must come by another way than this pack (a letter, a call, a contract): the log key from the organisation, a
cosigner's key from the cosigner. Without a log key the pack is held against the key it brings along, and that is never
called trusted. With cosigners, N of them (1 when nothing is said) must have signed the head.

Exit:  0 checked, by a key you gave · 1 could not be run · 2 not verified
"""
import argparse
import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zlib

FORMAT = "plantgate-pack/1"
CONTAINER_MAX = 1 << 30
FILES_MAX = 65534
ENTRY_MAX = 16 * 1024
MANIFEST_MAX = 16 * 1024 * 1024
INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 32
HASHES_MAX = 128
NOTE_MAX = 256 * 1024
LINES_MAX = 64
ROW_MAX = 1 << 20
ALONE = {
    "README.txt", "checkpoint", "leaves", "manifest.json", "manifest.note", "policy.txt", "range.proof",
    "report.html", "report.pdf", "verify_pack.py",
}
MANIFEST_FIELDS = {
    "about": list, "at": str, "cosigned_by": list, "entries": int, "files": list, "format": str, "from": int,
    "language": str, "origin": str, "root": str, "rules": int, "shape": str, "size": int, "software": str, "until": int,
}
ENTRY_FIELDS = {"at", "by", "data", "on", "request", "rules", "sw", "type", "v", "ver"}
WORD = r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NUMBER = "0|[1-9][0-9]{0,19}"
TIME = (r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}\.[0-9]{6}Z")


class Fault(Exception):
    """What is wrong, and where."""


# ---- container ------------------------------------------------------------------------------------------------------

def is_name(name):
    parts = name.split("/")
    return len(name) <= 128 and re.fullmatch(r"[A-Za-z0-9._/-]+", name) and all(p and p[0] != "." for p in parts)


def spell(files):
    """The one zip file these files have: stored, sorted, every other field fixed."""
    body, central = bytearray(), bytearray()
    for name, data in files:
        raw = name.encode("ascii")
        common = struct.pack("<HHHHHIIIHH", 10, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(raw), 0)
        central += b"PK\1\2" + struct.pack("<H", 10) + common + bytes(10) + struct.pack("<I", len(body)) + raw
        body += b"PK\3\4" + common + raw + data
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(central), len(body), 0)
    return bytes(body + central + b"PK\5\6" + end)


def read_container(data):
    if len(data) > CONTAINER_MAX:
        raise Fault("the pack is larger than %d bytes" % CONTAINER_MAX)
    files, at = [], 0
    while data[at:at + 4] == b"PK\3\4":
        if len(data) < at + 30 or len(files) >= FILES_MAX:
            raise Fault("this is no pack, or it was cut off, at byte %d" % at)
        size, length = struct.unpack_from("<I", data, at + 18)[0], struct.unpack_from("<H", data, at + 26)[0]
        begin = at + 30 + length
        try:
            name = data[at + 30:begin].decode("ascii")
        except UnicodeDecodeError:
            raise Fault("a file name in the pack is not allowed, at byte %d" % at) from None
        if not is_name(name):
            raise Fault("a file name in the pack is not allowed: %r" % name)
        if begin + size > len(data):
            raise Fault("this is no pack, or it was cut off, at byte %d" % at)
        if files and files[-1][0] >= name:
            raise Fault("the pack names the file %s twice or out of order" % name)
        files.append((name, data[begin:begin + size]))
        at = begin + size
    if not files or spell(files) != data:
        raise Fault("the pack was changed: its container is not the one these files have")
    return dict(files)


# ---- canonical JSON -------------------------------------------------------------------------------------------------

def strict(data, limit, where):
    """Reads JSON that must be exactly its canonical bytes (RFC 8785; integers within 2^53, ASCII keys)."""

    def no_number(text):
        raise Fault("%s: a number that is no integer" % where)

    def whole(text):
        number = int(text)
        if abs(number) > INTEGER_MAX:
            raise Fault("%s: an integer beyond 2^53-1" % where)
        return number

    def once(pairs):
        found = dict(pairs)
        plain = all(key.isascii() and not key.startswith("$serde_json::private::") for key in found)
        if len(found) != len(pairs) or not plain:
            raise Fault("%s: a key given twice, or not plain ASCII" % where)
        return found

    if len(data) > limit:
        raise Fault("%s: more than %d bytes" % (where, limit))
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=once, parse_float=no_number, parse_int=whole,
                           parse_constant=no_number)
        again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
        deep = depth(value) > DEPTH_MAX
    except (ValueError, RecursionError) as error:
        raise Fault("%s: not JSON: %s" % (where, error)) from None
    if again != data or deep:
        raise Fault("%s: not the canonical bytes" % where)
    return value


def depth(value):
    """How many arrays and objects are in each other, an empty innermost one counted."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


# ---- tree (RFC 6962) ------------------------------------------------------------------------------------------------

def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_of(data):
    return sha256(b"\0" + data)


def node_of(left, right):
    return sha256(b"\1" + left + right)


def half(span):
    """Largest power of two below a span."""
    return 1 << ((span - 1).bit_length() - 1)


def range_root(leaves, first, size, beside):
    """Root of a tree of which these leaves and the hashes beside them are known."""
    until, rest = first + len(leaves), iter(beside)

    def root(low, high):
        if high <= first or until <= low:
            found = next(rest, None)
            if found is None:
                raise Fault("the proof has the wrong length")
            return found
        if high - low == 1:
            return leaves[low - first]
        middle = low + half(high - low)
        return node_of(root(low, middle), root(middle, high))

    if not leaves or until > size:
        raise Fault("the range is empty or beyond the tree")
    found = root(0, size)
    if next(rest, None) is not None:
        raise Fault("the proof has the wrong length")
    return found


def path_root(leaf, index, size, path):
    """Root that an audit path leads to: the way down is known from index and size, the hashes come lowest first."""
    sides, low, high = [], 0, size
    while high - low > 1:
        middle = low + half(high - low)
        sides.append(index < middle)
        low, high = (low, middle) if index < middle else (middle, high)
    if len(sides) != len(path):
        raise Fault("the proof has the wrong length")
    for left, other in zip(reversed(sides), path):
        leaf = node_of(leaf, other) if left else node_of(other, leaf)
    return leaf


def b64(text, where):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Fault("%s: not base64" % where) from None
    if base64.b64encode(raw).decode() != text:
        raise Fault("%s: base64 in another spelling" % where)
    return raw


def proof_hashes(lines, where):
    found = [b64(line, where) for line in lines]
    if len(found) > HASHES_MAX or any(len(h) != 32 for h in found):
        raise Fault("%s: the proof is not in its form" % where)
    return found


def number(text, before, where):
    if not text.startswith(before) or not re.fullmatch(r"0|[1-9][0-9]{0,17}", text[len(before):]):
        raise Fault("%s: the proof is not in its form" % where)
    return int(text[len(before):])


# ---- keys and notes -------------------------------------------------------------------------------------------------

def is_control(c):
    return ord(c) < 32 or 127 <= ord(c) < 160


def is_key_name(name):
    return bool(name) and not any(c.isspace() or is_control(c) or c == "+" for c in name)


def shown(text):
    """A line that shows everything and does nothing: a terminal obeys what a stranger's text may hold."""
    def obeyed(c):
        return is_control(c) or unicodedata.category(c) in ("Cf", "Zl", "Zp")
    return "".join("\ufffd" if obeyed(c) else c for c in text)


LOG, COSIGNER = 1, 4
# The y of every Ed25519 point of small order, modulo the prime and, where it fits, one prime more. A signature that
# holds with such a point says nothing of its text, and openssl takes it.
PRIME = 2**255 - 19
ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
SMALL = {0, 1, PRIME - 1, PRIME, PRIME + 1, ORDER_8, PRIME - ORDER_8}


def is_weak(point):
    return int.from_bytes(point, "little") % 2**255 in SMALL


class Key:
    """A key in its text form, name+id+base64(type and key): of a log, or of a cosigner."""

    def __init__(self, text, kind=LOG):
        parts = text.strip().split("+", 2)
        if len(parts) != 3 or not is_key_name(parts[0]):
            raise Fault("a key is not in its form: %r" % text)
        self.text, self.name, raw = text.strip(), parts[0], b64(parts[2], "key")
        if len(raw) != 33 or raw[0] != kind:
            raise Fault("a key of another type than belongs here: a log's begins with 1, a cosigner's with 4")
        self.kind, self.public = kind, raw[1:]
        if is_weak(self.public):
            raise Fault("a key under which everything verifies")
        self.id = sha256(self.name.encode() + b"\n" + raw)[:4]
        if self.id.hex() != parts[1]:
            raise Fault("a key whose id does not follow from it")

    def fingerprint(self):
        digest = hashlib.sha256(self.text.encode()).hexdigest()
        return " ".join(digest[i:i + 4] for i in range(0, 64, 4))

    def signed(self, text, signature):
        """Asks openssl whether this key made this Ed25519 signature; a cosigner's has its time before it."""
        if self.kind == COSIGNER:
            if len(signature) != 72 or signature[0] >= 128:
                return False
            text = b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8], "big") + text
            signature = signature[8:]
        if len(signature) != 64 or is_weak(signature[:32]):
            return False
        with tempfile.TemporaryDirectory() as folder:
            def put(name, data):
                path = os.path.join(folder, name)
                with open(path, "wb") as file:
                    file.write(data)
                return path
            spki = bytes.fromhex("302a300506032b6570032100") + self.public
            pem = "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % base64.b64encode(spki).decode()
            done = subprocess.run(
                ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", put("key", pem.encode()), "-rawin",
                 "-in", put("text", text), "-sigfile", put("signature", signature)],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            return done.returncode == 0


def read_note(data, where):
    """Text and signature lines (name, id, signature) of a C2SP signed note."""
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("%s: not a signed note" % where) from None
    text, found, rest = whole.rpartition("\n\n")
    odd = any(ord(c) < 32 and c != "\n" for c in text)
    if not found or not rest.endswith("\n") or odd or len(data) > NOTE_MAX:
        raise Fault("%s: not a signed note" % where)
    lines = []
    for line in rest[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not is_key_name(parts[1]) or len(lines) >= LINES_MAX:
            raise Fault("%s: a malformed signature line" % where)
        raw = b64(parts[2], where)
        if len(raw) < 5:
            raise Fault("%s: a malformed signature line" % where)
        lines.append((parts[1], raw[:4], raw[4:]))
    return text + "\n", lines


def signed_by(data, keys, where):
    """The text of a note and those of these keys that signed it. A bad signature of a known key spoils it."""
    text, lines = read_note(data, where)
    by = []
    for key in keys:
        mine = [signature for name, key_id, signature in lines if (name, key_id) == (key.name, key.id)]
        if not all(key.signed(text.encode(), signature) for signature in mine):
            raise Fault("%s: the signature of %s does not verify" % (where, key.name))
        by += [key] if mine else []
    return text, lines, by


ROTATED = "expect.key.rotated@1"


def handovers(files, origin, size):
    """Notes by which one key of the log hands over to the next, each signed by both and joined to the one before."""
    chain = []
    for name in sorted(n for n in files if n.startswith("keys/")):
        found = re.fullmatch(r"keys/([0-9]{12})\.note", name)
        if not found:
            raise Fault("%s: a pack has no such file" % name)
        index = int(found[1])
        text, signatures = read_note(files[name], name)
        lines = text.split("\n")
        if len(lines) != 7 or lines[0] != "plantgate-log-key/1" or lines[6] or not re.fullmatch(NUMBER, lines[4]):
            raise Fault("%s: not a handover from one key to the next" % name)
        old, new, last = Key(lines[2]), Key(lines[3]), int(lines[4])
        named = [(k.name, k.id) for k in (old, new)]
        good = [lines[2], lines[3]] == [old.text, new.text] and len(b64(lines[5], name)) == 32
        good = good and lines[1] == old.name == new.name == origin and old.public != new.public and last < 2**64
        if not good or [(n, i) for n, i, _ in signatures] != named:
            raise Fault("%s: not a handover from one key to the next" % name)
        for key, (_, _, signature) in zip((old, new), signatures):
            if not key.signed(text.encode(), signature):
                raise Fault("%s: the signature of %s does not verify" % (name, key.name))
        joined = not chain or chain[-1][2].text == old.text and chain[-1][0] < last
        if not joined or last > index or index >= size:
            raise Fault("%s: it does not follow the one before, or its entry" % name)
        chain.append((index, old, new, last, b64(lines[5], name)))
    return chain


def handed(chain, key, entries, files):
    """The head is signed by the key that took over last, and handovers and their entries say the same. The indexes of
    those whose entry is not here: that both keys signed them is all this pack shows."""
    if chain and chain[-1][2].text != key.text:
        raise Fault("the pack is signed by a key that had handed over to another one before")
    named = [index for index, _, _, _, _ in chain]
    for index in named + [index for index, entry in entries.items() if entry["type"] == ROTATED]:
        entry = entries.get(index)
        if entry is not None:
            said = entry["data"].get("note") if isinstance(entry["data"], dict) else None
            same = isinstance(said, str) and files.get("keys/%012d.note" % index) == said.encode()
            if entry["type"] != ROTATED or not same:
                raise Fault("keys, entry %d: its entry says another one" % index)
    return [index for index in named if index not in entries]


def behind(chain, files, manifest):
    """Holds the head that each handover calls the old key's last against the leaves of a range that begins with the
    log's first. The indexes of those handovers for which there are not leaves enough."""
    flat = files["leaves"] if manifest["shape"] == "range" and manifest["from"] == 0 else b""
    found, short = [flat[i:i + 32] for i in range(0, len(flat), 32)], []
    for index, _, _, size, root in chain:
        if size > len(found):
            short.append(index)
        elif (range_root(found[:size], 0, size, []) if size else sha256(b"")) != root:
            raise Fault("keys, entry %d: no head of this log was the one it names" % index)
    return short


# ---- the pack -------------------------------------------------------------------------------------------------------

def read_manifest(data):
    manifest = strict(data, MANIFEST_MAX, "manifest.json")
    if not isinstance(manifest, dict) or set(manifest) != set(MANIFEST_FIELDS):
        raise Fault("manifest.json: fields missing or unknown")
    for field, kind in MANIFEST_FIELDS.items():
        if not isinstance(manifest[field], kind) or isinstance(manifest[field], bool):
            raise Fault("manifest.json: the field %s has another type" % field)
    texts = [v for v in manifest.values() if isinstance(v, str)] + manifest["about"] + manifest["cosigned_by"]
    if not all(isinstance(t, str) and not any(map(is_control, t)) for t in texts):
        raise Fault("manifest.json: a text is none, or holds control characters")
    counts = [manifest[n] for n in ("entries", "from", "rules", "size", "until")]
    if min(counts) < 0 or manifest["rules"] >= 2**32 or not re.fullmatch("[0-9a-f]{64}", manifest["root"]):
        raise Fault("manifest.json: a number or the root has a value it cannot have")
    for part in manifest["files"]:
        good = isinstance(part, dict) and set(part) == {"bytes", "path", "sha256"} and type(part["bytes"]) is int
        if not good or part["bytes"] < 0 or not isinstance(part["path"], str):
            raise Fault("manifest.json: a file is not in its form")
        if not isinstance(part["sha256"], str) or not re.fullmatch("[0-9a-f]{64}", part["sha256"]):
            raise Fault("manifest.json: a file is not in its form")
    paths = [part["path"] for part in manifest["files"]]
    ranged = manifest["shape"] == "range"
    if ranged:
        covers = 0 <= manifest["from"] < manifest["until"] <= manifest["size"]
    else:
        covers = manifest["shape"] == "selection" and manifest["from"] == manifest["until"] == 0
    sizes = manifest["size"] < 1 or manifest["entries"] < 1
    if manifest["format"] != FORMAT or not covers or sizes or paths != sorted(set(paths)):
        raise Fault("manifest.json: a field has a value it cannot have")
    return manifest


def check(data, trusted, cosigners=()):
    """Checks a pack; gives what it holds. Raises a Fault at the first thing that is not as it should be."""
    try:
        return examine(data, trusted, cosigners)
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        # A hostile pack must not look like a program that could not be run.
        raise Fault("something in the pack cannot be read: %s" % type(error).__name__) from None


def examine(data, trusted, cosigners):
    files = read_container(data)
    for name in ("README.txt", "checkpoint", "manifest.json", "manifest.note", "policy.txt", "verify_pack.py"):
        if name not in files:
            raise Fault("%s: this file is missing" % name)
    manifest = read_manifest(files["manifest.json"])
    own = [line[4:] for line in files["policy.txt"].decode("utf-8").split("\n") if line.startswith("log ")]
    if len(own) != 1 or own[0] != own[0].strip():
        raise Fault("policy.txt: not in its form")
    own = Key(own[0])
    chain = handovers(files, manifest["origin"], manifest["size"])
    keys = [k for k in trusted if k.name == manifest["origin"]] if trusted else [own]
    given = {k.text for k in keys}
    for _, old, new, _, _ in chain if trusted else ():
        keys += [new] if any(k.text == old.text for k in keys) and all(k.text != new.text for k in keys) else []
    text, lines, by = signed_by(files["manifest.note"], keys, "manifest.note")
    if not by:
        raise Fault("the pack is signed by a key you do not trust")
    key = by[0]
    if key.text != own.text:
        raise Fault("policy.txt: names another log key than the one that signed")
    digest = hashlib.sha256(files["manifest.json"]).hexdigest()
    if text != "%s\n%s\n%s\n" % (FORMAT, manifest["origin"], digest) or len(lines) != 1:
        raise Fault("manifest.note: not the signature over this manifest")
    named = {part["path"]: part for part in manifest["files"]}
    for name, part in named.items():
        if name not in files:
            raise Fault("%s: this file is missing" % name)
        if len(files[name]) != part["bytes"] or hashlib.sha256(files[name]).hexdigest() != part["sha256"]:
            raise Fault("%s: not the bytes that were signed" % name)
    stray = set(files) - set(named) - {"manifest.json", "manifest.note"}
    if stray or {"manifest.json", "manifest.note"} & set(named):
        raise Fault("%s: the manifest does not name this file" % sorted(stray)[:1])
    cosigned = head(files["checkpoint"], manifest, key, cosigners)
    entries = read_entries(files, manifest)
    unheld, headless = handed(chain, key, entries, files), behind(chain, files, manifest)
    order(entries, manifest)
    claimed = rows(files, entries)
    counts = hanging(files, manifest, entries)
    counts.update(entries=len(entries), claimed=claimed, cosigned=cosigned, other=key.text not in given)
    return manifest, key, dict(counts, unheld=unheld, headless=headless)


def vouching(cosigners):
    """Those who vouch: one name, and one key, is one cosigner."""
    counted = []
    for key in cosigners:
        if all(key.name != other.name and key.public != other.public for other in counted):
            counted.append(key)
    return counted


def head(note, manifest, key, cosigners):
    """Checks the signed head; the names of those cosigners that stand under it."""
    text, lines, by = signed_by(note, [key], "checkpoint")
    cosigned = signed_by(note, cosigners, "checkpoint")[2]
    if not by:
        raise Fault("checkpoint: the log itself did not sign")
    absent = set(manifest["cosigned_by"]) - {name for name, _, _ in lines}
    if absent:
        raise Fault("checkpoint: %s has not signed it, though the manifest says so" % sorted(absent)[0])
    root = base64.b64encode(bytes.fromhex(manifest["root"])).decode()
    if text != "%s\n%d\n%s\n" % (manifest["origin"], manifest["size"], root):
        raise Fault("manifest.json and the checkpoint do not speak of the same head")
    return sorted(k.name for k in vouching(cosigned))


def is_entry(entry):
    """Whether this is an entry in its closed form."""
    if not isinstance(entry, dict) or set(entry) != ENTRY_FIELDS:
        return False
    on, by = entry["on"], entry["by"]
    texts = [entry["at"], entry["request"], entry["sw"], entry["type"]]
    if not all(isinstance(t, str) for t in texts) or any(type(entry[n]) is not int for n in ("rules", "v", "ver")):
        return False
    if not isinstance(on, dict) or set(on) != {"id", "kind"} or not all(isinstance(v, str) for v in on.values()):
        return False
    name, _, version = entry["type"].partition("@")
    kind = re.fullmatch(WORD, name) and "." in name and len(name) <= 128
    number = re.fullmatch("[1-9][0-9]*", version) and int(version) < 2**32
    where = re.fullmatch(WORD, on["kind"]) and len(on["kind"]) <= 128 and is_token(on["id"], 128)
    forms = re.fullmatch(TIME, entry["at"]) and re.fullmatch(UUID, entry["request"]) and is_token(entry["sw"], 64)
    counts = entry["v"] == 1 and 1 <= entry["ver"] <= INTEGER_MAX and 0 <= entry["rules"] < 2**32
    return bool(kind and number and where and forms and counts and is_actor(by))


def is_token(text, most):
    return isinstance(text, str) and re.fullmatch("[!-~]{1,%d}" % most, text) is not None


def is_actor(by):
    if not isinstance(by, dict) or not set(by) <= {"auth", "person", "roles", "signed", "system"}:
        return False
    roles = by.get("roles")
    if not isinstance(roles, list) or not all(is_token(r, 128) for r in roles):
        return False
    if "auth" in by and not is_token(by["auth"], 128) or ("person" in by) == ("system" in by):
        return False
    if "signed" in by and not ("person" in by and is_signature(by["signed"])):
        return False
    if "person" in by:
        return isinstance(by["person"], str) and re.fullmatch(UUID, by["person"]) is not None
    return is_token(by["system"], 128)


def is_signature(signed):
    """Whether this is a signature in its closed form; what it is under stands in docs/signatures.md."""
    if not isinstance(signed, dict) or set(signed) != {"digest", "factors", "first", "meaning", "version"}:
        return False
    factors, version = signed["factors"], signed["version"]
    if not isinstance(factors, list) or not factors or not all(is_token(f, 64) for f in factors):
        return False
    if type(signed["first"]) is not bool or type(version) is not int or not 1 <= version <= INTEGER_MAX:
        return False
    digest = isinstance(signed["digest"], str) and re.fullmatch("[0-9a-f]{64}", signed["digest"]) is not None
    return digest and is_token(signed["meaning"], 64)


def read_entries(files, manifest):
    entries, leaves = {}, {}
    for name, data in files.items():
        if name.startswith("entries/"):
            found = re.fullmatch(r"entries/([0-9]{12})\.json", name)
            if not found:
                raise Fault("%s: a pack has no such file" % name)
            index, entry = int(found[1]), strict(data, ENTRY_MAX, name)
            if not is_entry(entry):
                raise Fault("%s: not an entry" % name)
            entries[index], leaves[index] = entry, leaf_of(data)
    last = entries[max(entries)] if entries else {}
    if len(entries) != manifest["entries"] or (last.get("at"), last.get("rules")) != (manifest["at"], manifest["rules"]):
        raise Fault("manifest.json and the entries do not say the same of number, time or rules")
    root = bytes.fromhex(manifest["root"])
    if manifest["shape"] == "range":
        ranged(files, manifest, leaves, root)
    else:
        selected(files, manifest, leaves, root)
    return entries


def selected(files, manifest, leaves, root):
    expected = {"proofs/%012d.tlog-proof" % index: index for index in leaves}
    stray = [n for n in files if n in ("leaves", "range.proof") or n.startswith("proofs/") and n not in expected]
    if stray:
        raise Fault("%s: a pack has no such file" % stray[0])
    for name, index in expected.items():
        if name not in files:
            raise Fault("%s: this file is missing" % name)
        top, found, checkpoint = files[name].partition(b"\n\n")
        lines = top.decode("ascii", "replace").split("\n")
        if not found or checkpoint != files["checkpoint"] or lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 2:
            raise Fault("%s: the proof is not in its form" % name)
        if number(lines[1], "index ", name) != index:
            raise Fault("%s: the proof of another entry" % name)
        if path_root(leaves[index], index, manifest["size"], proof_hashes(lines[2:], name)) != root:
            raise Fault("entry %d: the proof does not lead to the root" % index)


def ranged(files, manifest, leaves, root):
    for name in ("leaves", "range.proof"):
        if name not in files:
            raise Fault("%s: this file is missing" % name)
    stray = [n for n in files if n.startswith("proofs/")]
    if stray:
        raise Fault("%s: a pack has no such file" % stray[0])
    text = files["range.proof"].decode("ascii", "replace")
    lines = text[:-1].split("\n")
    if not text.endswith("\n") or len(lines) < 3 or lines[0] != "plantgate range proof v1":
        raise Fault("range.proof: the proof is not in its form")
    first, until = number(lines[1], "from ", "range.proof"), number(lines[2], "until ", "range.proof")
    flat = files["leaves"]
    found = [flat[i:i + 32] for i in range(0, len(flat), 32)]
    if (first, until) != (manifest["from"], manifest["until"]) or len(flat) != 32 * (until - first):
        raise Fault("range.proof and the manifest do not speak of the same range")
    if range_root(found, first, manifest["size"], proof_hashes(lines[3:], "range.proof")) != root:
        raise Fault("range.proof: the proof does not lead to the root")
    for index, leaf in leaves.items():
        if not first <= index < until or found[index - first] != leaf:
            raise Fault("entry %d: not the leaf that stands there" % index)


def order(entries, manifest):
    whole = manifest["shape"] == "range"
    last = {}
    for index in sorted(entries):
        entry = entries[index]
        on = json.dumps(entry["on"], sort_keys=True)
        before = last.get(on)
        if before is None:
            follows = entry["ver"] == 1 or not whole or manifest["from"] > 0
        else:
            follows = entry["ver"] == before + 1 if whole else entry["ver"] > before
        if not follows:
            raise Fault("entry %d: the versions of its object do not follow each other" % index)
        last[on] = entry["ver"]


def rows(files, entries):
    """Claimed rows stand once each, in order, for objects all of whose entries so far are here."""
    data = files.get("state/thing.ndjson", b"")
    if data and not data.endswith(b"\n"):
        raise Fault("state/thing.ndjson: its last line does not end")
    versions, before, lines = {}, None, data[:-1].split(b"\n") if data else []
    for index in sorted(entries):
        on, ver = entries[index]["on"], entries[index]["ver"]
        first, last = versions.get((on["kind"], on["id"]), (ver, ver - 1))
        versions[on["kind"], on["id"]] = (first if ver == last + 1 else 0, ver)
    for n, line in enumerate(lines, 1):
        row = strict(line, ROW_MAX, "state/thing.ndjson, line %d" % n)
        kinds = {"body": dict, "id": str, "kind": str, "version": int}
        if not isinstance(row, dict) or {k: type(v) for k, v in row.items()} != kinds:
            raise Fault("state/thing.ndjson, line %d: not a row" % n)
        if versions.get((row["kind"], row["id"])) != (1, row["version"]) or before is not None and before >= line:
            raise Fault("state/thing.ndjson, line %d: no row that the entries of this pack can stand for" % n)
        before = line
    return len(lines)


def inside(value):
    """A value and everything in it."""
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(part)


def hanging(files, manifest, entries):
    counts = {"private": 0, "blobs": 0}
    texts = None
    for name, data in files.items():
        folder, slash, rest = name.partition("/")
        if not slash and name in ALONE or slash and folder in ("entries", "proofs", "keys"):
            continue
        if folder == "private" and slash:
            disclosed(name, data, entries)
            counts["private"] += 1
        elif folder == "blobs" and slash:
            if hashlib.sha256(data).hexdigest() != rest:
                raise Fault("%s: not the bytes its name says" % name)
            if texts is None:
                texts = {v for e in entries.values() for v in inside(e["data"]) if isinstance(v, str)}
            if rest not in texts:
                raise Fault("%s: no entry of the pack names this" % name)
            counts["blobs"] += 1
        elif name != "state/thing.ndjson":
            raise Fault("%s: a pack has no such file" % name)
    return counts


def disclosed(name, data, entries):
    value = strict(data, ENTRY_MAX, name)
    kinds = {"commit": str, "entry": int, "salt": str, "slot": str, "value": str}
    if not isinstance(value, dict) or {k: type(v) for k, v in value.items()} != kinds:
        raise Fault("%s: not in its form" % name)
    if not re.fullmatch("([0-9a-f]{2})*", value["salt"]) or name != "private/%s.json" % value["slot"]:
        raise Fault("%s: not in its form" % name)
    commit = hmac.new(bytes.fromhex(value["salt"]), value["value"].encode(), hashlib.sha256).hexdigest()
    pair = {"commit": value["commit"], "slot": value["slot"]}
    here = value["entry"] in entries and any(v == pair for v in inside(entries[value["entry"]]["data"]))
    if commit != value["commit"] or not here:
        raise Fault("%s: not the value the entry committed to" % name)


# ---- words ----------------------------------------------------------------------------------------------------------

def tell(manifest, key, counts, trusted, quorum):
    """Says what was found; whether it is verified."""
    cosigned = counts["cosigned"]

    def say(text):
        print(shown(text))

    say("pack       %s, made by version %s" % (manifest["shape"], manifest["software"]))
    say("log        %s, %d entries, root %s" % (manifest["origin"], manifest["size"], manifest["root"]))
    say("key        %s" % key.text)
    say("           fingerprint %s" % key.fingerprint())
    if counts["other"]:
        say("           the key you gave handed over to this one: both signed it, see keys/")
    say("entries    %(entries)d, private values %(private)d, pieces of evidence %(blobs)d" % counts)
    if manifest["shape"] == "range":
        bare = manifest["until"] - manifest["from"] - counts["entries"]
        say("complete   from %d until before %d; %d of them only as leaves" % (manifest["from"], manifest["until"], bare))
        if bare:
            say("           and among those may be further entries of the same objects")
    else:
        say("complete   no: these entries are in the log, others may be there too")
    if cosigned:
        say("cosigned   by %s" % ", ".join(cosigned))
    say("not checked: whether report.html and report.pdf say what the entries say (they are signed, not derived here);")
    say("           what README.txt says, and what policy.txt says of cosigners: the maker's words, signed;")
    say("           verify_pack.py in the pack: take it from the release or another channel, never from a pack;")
    say("           what the manifest says was asked for, its language and software: the maker's words, signed;")
    say("           whether what was recorded is true;")
    if not cosigned:
        say("           cosignatures: none was verified, so the record is not externally witnessed to you")
    others = sorted(set(manifest["cosigned_by"]) - set(cosigned))
    if others:
        say("           cosignatures of %s: give their keys with --cosigner" % ", ".join(others))
    if counts["claimed"]:
        say("           what the %d claimed rows in state/ say: `plantgate verify` folds them again" % counts["claimed"])
    for index in counts["unheld"]:
        say("           whether the handover of entry %d stands in this log: its entry is not in the pack" % index)
    for index in counts["headless"]:
        say("           whether the head that the handover of entry %d calls the old key's last was one of this log" % index)
    if not trusted:
        say("NOT VERIFIED: whole in itself, but the key came with the pack. Give the organisation's key with --key.")
    elif len(cosigned) < quorum:
        say("NOT VERIFIED: %d of your cosigners signed this head, you ask for %d." % (len(cosigned), quorum))
    else:
        say("VERIFIED with the key you gave.")
    return trusted and len(cosigned) >= quorum


def main():
    parser = argparse.ArgumentParser(description="Checks a Plantgate audit pack.")
    parser.add_argument("pack")
    parser.add_argument("--key", action="append", default=[], help="a log key you have by another way")
    parser.add_argument("--cosigner", action="append", default=[], help="a cosigner's key you have by another way")
    parser.add_argument("--quorum", type=int, help="how many of those cosigners must have signed; 1 when not said")
    asked = parser.parse_args()
    try:
        with open(asked.pack, "rb") as file:
            data = file.read(CONTAINER_MAX + 1)
        trusted = [Key(text) for text in asked.key]
        cosigners = [Key(text, COSIGNER) for text in asked.cosigner]
        twins = [key for key in cosigners if key not in vouching(cosigners)]
        if twins:
            raise Fault("%s stands twice among your cosigners, by its name or by its key" % twins[0].name)
        manifest, key, counts = check(data, trusted, cosigners)
    except Fault as fault:
        print(shown("NOT VERIFIED: %s" % fault))
        return 2
    except OSError as error:
        print("cannot be run: %s" % error, file=sys.stderr)
        return 1
    quorum = min(len(cosigners), 1) if asked.quorum is None else asked.quorum
    return 0 if tell(manifest, key, counts, bool(trusted), quorum) else 2


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    sys.exit(main())
