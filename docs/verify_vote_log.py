#!/usr/bin/env python3
"""Verify a closed poll: its transparency log and certificate, or an exported vote log.

    python3 verify_vote_log.py LOGS POLL [--key VKEY] [--receipt RECEIPT] [--older FILE] [--vote-log FILE]
    python3 verify_vote_log.py --proof FILE --receipt RECEIPT --key VKEY
    python3 verify_vote_log.py FILE

Needs Python 3.9 and nothing else; signatures are verified if the package `cryptography` is installed.
Exit status: 0 if all is valid, 1 if it is not, 2 if it is valid but no signature was verified.

LOGS is the address of the site's logs, such as https://vote.example.com/logs, or a folder with its files:

keys.json                   the keys that have signed logs: {"keys": [{"vkey", "valid_from", "valid_until"}]}
POLL/certificate.json       the certified result; counts.a + counts.b = total = log.size
POLL/checkpoint             size and root of the poll's log, signed (c2sp.org/tlog-checkpoint)
POLL/tile/…                 its Merkle tree and its entries (c2sp.org/tlog-tiles)
certificates/…              the log of all certificates, in the same form

An entry of a poll's log is `tot/1`, the poll and the hash of a receipt, SHA-256("receipt" + receipt), each
with a line break. Entries are sorted, and contain no choice. An entry of the log of certificates is
`tot-certificate/1`, the poll and the SHA-256 of certificate.json.

The script reads every file of both logs and verifies signatures, trees, order, and that all agree.
--key       a verifier key that you know from elsewhere: it must be in keys.json
--receipt   also find this receipt
--older     a checkpoint of either log, saved earlier: its log must be the beginning of today's
--vote-log  an exported vote log, whose counts must be those of the certificate
--proof     a proof (c2sp.org/tlog-proof) that the receipt is in a log, saved from the page /verify

FILE is a vote log in JSON, from the dashboard or by `./dev export POLL --to FILE`. A vote log is exported
once no vote can join it: every export of a poll has the same lines and last hash. Each line is a JSON object:

poll_id, result_visibility, hidden_from_public
        the same in each line
groups  [{"starts_at", "ends_at", "a", "b"}, ...], by time: the votes of whole minutes from starts_at until
        before ends_at, at least 10 in a group. If a line has fewer than 10 votes, they are one group for the
        time that the poll was open. Pages divide the votes by voters, so the minutes of two lines overlap.
invalid records of this page that are no vote; they are not counted
last    true in the last line, false in the others
chain   SHA-256 in hexadecimal of the line as JSON with sorted keys and without spaces, with the previous
        line's chain (64 zeros for the first line) in place of its own
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

MIN_VOTES = 10
WIDTH = 256
RECEIPT_LENGTH = 16
KEY_BYTES = 32
CHECKPOINT_LINES = 3
NO_LIBRARY = "signatures were NOT verified: install the package `cryptography`"


class Broken(Exception):
    """A file is not valid; the message names the file and the fault."""


def check(condition: object, message: str) -> None:
    """Raise Broken with the message unless the condition holds."""
    if not condition:
        raise Broken(message)


# ---- An exported vote log ----


def read(path: str) -> "Iterator[tuple[int, dict[str, Any]]]":
    """Yield (number, content) of each line; raise Broken at a break in the hash chain."""
    chain = "0" * 64
    with Path(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            check(line.endswith("\n"), f"line {number} is cut off")
            try:
                content = json.loads(line)
                claimed = content["chain"]
            except (ValueError, KeyError, TypeError):
                raise Broken(f"line {number} is not a line of a vote log") from None
            text = json.dumps({**content, "chain": chain}, separators=(",", ":"), sort_keys=True)
            chain = hashlib.sha256(text.encode()).hexdigest()
            check(claimed == chain, f"line {number} was changed, or a line before it was")
            yield number, content


def count(number: int, groups: "list[dict[str, Any]]") -> "tuple[int, int]":
    """Return (votes for a, votes for b) of a line; raise Broken if its groups are invalid."""
    until = ""
    for group in groups:
        votes = group["a"], group["b"]
        check(all(type(each) is int and each >= 0 for each in votes), f"line {number} has an invalid count")
        check(len(groups) == 1 or sum(votes) >= MIN_VOTES, f"line {number} has a group of too few votes")
        check(until <= group["starts_at"] < group["ends_at"], f"line {number} has an invalid time range")
        until = group["ends_at"]
    return sum(group["a"] for group in groups), sum(group["b"] for group in groups)


def verify_vote_log(path: str) -> "dict[str, Any]":
    """Return poll, counts and last hash of a valid export; raise Broken for an invalid one."""
    a = b = invalid = 0
    before: dict[str, Any] = {}
    for number, line in read(path):
        check(not before.get("last"), f"line {number} follows the last line")
        check(before.get("poll_id", line["poll_id"]) == line["poll_id"], f"line {number} is of another poll")
        more_a, more_b = count(number, line["groups"])
        a, b, invalid, before = a + more_a, b + more_b, invalid + line["invalid"], line
    check(before.get("last") is True, "the last line is missing")
    return {"poll_id": before["poll_id"], "a": a, "b": b, "invalid": invalid, "chain": before["chain"]}


def conclusion(poll: str, a: int, b: int, invalid: int) -> str:
    """Return the counts as a sentence."""
    return f"valid: poll {poll}, a {a}, b {b}, total {a + b}; {invalid} invalid records"


# ---- Signatures and trees ----


def sha256(*parts: bytes) -> bytes:
    """Return the SHA-256 of the joined parts."""
    return hashlib.sha256(b"".join(parts)).digest()


def receipt_hash(receipt: str) -> str:
    """Return the hash that names a receipt in the log; raise Broken if it is mistyped."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # pragma: allowlist secret
    typed = re.sub("[^0-9A-Z]", "", receipt.upper()).translate(str.maketrans("OILU", "011V"))
    check(
        len(typed) == RECEIPT_LENGTH and set(typed) <= set(alphabet),
        "the receipt does not have 16 characters",
    )
    total = weighted = 0
    for symbol in map(alphabet.index, typed):
        total ^= symbol
        weighted = (weighted << 1 ^ (37 if weighted & 16 else 0)) ^ symbol
    check(total == weighted == 0, "the receipt is mistyped: its check characters do not fit")
    canonical = "-".join(typed[start : start + 4] for start in range(0, RECEIPT_LENGTH, 4))
    return sha256(b"receipt", canonical.encode()).hex()


def root_of(leaves: "list[bytes]") -> bytes:
    """Return the Merkle tree hash of leaf hashes (RFC 6962)."""
    subtrees: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, node = 1, leaf
        while subtrees and subtrees[-1][0] == size:
            node = sha256(b"\x01", subtrees.pop()[1], node)
            size *= 2
        subtrees.append((size, node))
    if not subtrees:
        return sha256()
    root = subtrees.pop()[1]
    while subtrees:
        root = sha256(b"\x01", subtrees.pop()[1], root)
    return root


def root_by_proof(leaf: bytes, index: int, size: int, path: "list[bytes]") -> bytes:
    """Return the root that an inclusion proof leads to (RFC 9162, 2.1.3.2); raise Broken if it has none."""
    check(0 <= index < size, "the proof is for an entry beyond the log's end")
    node, last = leaf, size - 1
    for sibling in path:
        check(last > 0, "the proof is too long")
        if index & 1 or index == last:
            node = sha256(b"\x01", sibling, node)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\x01", node, sibling)
        index, last = index >> 1, last >> 1
    check(last == 0, "the proof is too short")
    return node


class Key:
    """A public key, and the common beginning of the names of the logs that it signs."""

    def __init__(self, vkey: str) -> None:
        name, identifier, encoded = vkey.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        check(len(raw) == 1 + KEY_BYTES and raw[:1] == b"\x01", f"{vkey} is no Ed25519 key")
        self.environment, self.public = name.rpartition("/")[0], raw[1:]
        check(identifier == self.identifier(name).hex(), f"{vkey} has another key's identifier")

    def vkey(self, origin: str) -> str:
        """Return the verifier key of a log, for other programs."""
        encoded = base64.b64encode(b"\x01" + self.public).decode()
        return f"{origin}+{self.identifier(origin).hex()}+{encoded}"

    def identifier(self, origin: str) -> bytes:
        """Return the key's identifier as the signer of a log."""
        return sha256(origin.encode(), b"\n\x01", self.public)[:4]


class Checkpoint:
    """A checkpoint with a valid signature of one of the keys; raises Broken for any other text."""

    def __init__(self, where: str, text: str, keys: "list[Key]", log: str = "") -> None:
        body, _, signatures = text.partition("\n\n")
        lines = body.split("\n")
        check(
            len(lines) == CHECKPOINT_LINES and re.fullmatch("0|[1-9][0-9]*", lines[1]),
            f"{where} is no checkpoint",
        )
        self.origin, self.size, self.root = lines[0], int(lines[1]), base64.b64decode(lines[2])
        if log:
            expected = {f"{key.environment}/{log}" for key in keys}
            check(self.origin in expected, f"{where} is the checkpoint of another log: {self.origin}")
        signed = re.findall(r"^\u2014 (\S+) (\S+)$", signatures, re.MULTILINE)
        ours = [base64.b64decode(encoded) for name, encoded in signed if name == self.origin]
        known = [(key, each[4:]) for key in keys for each in ours if each[:4] == key.identifier(self.origin)]
        self.keys = [key for key, _ in known]
        check(known, f"{where} is signed by a key that is not in the history of keys")
        if Ed25519PublicKey is not None:
            for key, signature in known:
                try:
                    Ed25519PublicKey.from_public_bytes(key.public).verify(signature, f"{body}\n".encode())
                except InvalidSignature:
                    raise Broken(f"{where} was changed, or its signature is forged") from None


# ---- The published files ----


class Files:
    """The files below the address or folder of the logs."""

    def __init__(self, source: str) -> None:
        self.source = source.rstrip("/")

    def get(self, path: str) -> bytes:
        """Return a file; raise Broken if it is missing."""
        try:
            if re.match("https?://", self.source):
                with urllib.request.urlopen(f"{self.source}/{path}", timeout=30) as answer:  # noqa: S310
                    return bytes(answer.read())
            return Path(self.source, path).read_bytes()
        except (OSError, urllib.error.URLError) as error:
            raise Broken(f"{path} cannot be read: {error}") from None

    def log(self, name: str, size: int) -> "list[bytes]":
        """Return a log's entries after comparing them with all tiles; raise Broken at the first fault."""
        entries: list[bytes] = []
        hashes: list[bytes] = []
        for number, width in widths(size):
            path = f"{name}/{tile_path('entries', number, width)}"
            found = list(bundle(path, self.get(path)))
            check(len(found) == width, f"{path} has {len(found)} entries instead of {width}")
            entries += found
        level, nodes = 0, [sha256(b"\x00", entry) for entry in entries]
        while nodes:
            for number, width in widths(len(nodes)):
                path = f"{name}/{tile_path(str(level), number, width)}"
                tile = self.get(path)
                check(len(tile) == 32 * width, f"{path} is truncated, or too long")
                hashes = [tile[start : start + 32] for start in range(0, len(tile), 32)]
                wrong = [at for at in range(width) if hashes[at] != nodes[number * WIDTH + at]]
                if wrong:
                    at = number * WIDTH + wrong[0]
                    what = f"entry {at} was changed, or" if level == 0 else ""
                    raise Broken(f"{path} differs from the entries: {what} this tile was")
            full = len(nodes) // WIDTH
            nodes = [root_of(nodes[number * WIDTH : (number + 1) * WIDTH]) for number in range(full)]
            level += 1
        return entries


def widths(size: int) -> "Iterator[tuple[int, int]]":
    """Yield number and width of the tiles of so many hashes."""
    for number in range((size + WIDTH - 1) // WIDTH):
        yield number, min(WIDTH, size - number * WIDTH)


def tile_path(level: str, number: int, width: int) -> str:
    """Return a tile's path (c2sp.org/tlog-tiles)."""
    groups = re.findall("...", str(number).zfill((len(str(number)) + 2) // 3 * 3))
    path = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{path}" + (f".p/{width}" if width < WIDTH else "")


def bundle(path: str, data: bytes) -> "Iterator[bytes]":
    """Yield the entries of a bundle."""
    while data:
        length = int.from_bytes(data[:2], "big")
        check(len(data) >= 2 + length, f"{path} is truncated")
        yield data[2 : 2 + length]
        data = data[2 + length :]


def read_keys(files: Files, known: "list[str]") -> "list[Key]":
    """Return the history of keys; raise Broken if it is invalid or lacks a known key."""
    history = json.loads(files.get("keys.json"))["keys"]
    check(history, "keys.json has no key")
    ends = [key["valid_until"] for key in history]
    starts = [key["valid_from"] for key in history]
    check(ends[:-1] == starts[1:] and ends[-1] is None, "keys.json has a gap: a key is missing")
    for vkey in known:
        check(vkey in {key["vkey"] for key in history}, f"keys.json lacks the key {vkey}")
    return [Key(key["vkey"]) for key in history]


def verify_log(files: Files, poll: str, keys: "list[Key]", options: argparse.Namespace) -> "list[str]":
    """Return the conclusions about a poll's log and certificate; raise Broken at the first fault."""
    checkpoint = read_checkpoint(files, poll, keys)
    text = files.get(f"{poll}/certificate.json")
    certificate = json.loads(text)
    counts, log = certificate["counts"], certificate["log"]
    where = f"{poll}/certificate.json"
    check(certificate["poll_id"] == poll, f"{where} is the certificate of another poll")
    check(log["origin"] == checkpoint.origin, f"{where} names another log")
    check(log["size"] == checkpoint.size, f"{where} and the checkpoint differ in the number of votes")
    check(
        base64.b64decode(log["root_hash"]) == checkpoint.root, f"{where} and the checkpoint differ in the log"
    )
    total = counts["a"] + counts["b"]
    check(
        total == certificate["total"] == checkpoint.size, f"{where} has counts that do not add up to the log"
    )
    check(certificate["recount"]["difference"] == 0, f"{where} is of a recount with a difference")
    entries = files.log(poll, checkpoint.size)
    for place, entry in enumerate(entries):
        right = re.fullmatch(rb"tot/1\n%s\n[0-9a-f]{64}\n" % poll.encode(), entry)
        check(right, f"entry {place} of the log is no entry of this poll")
    check(entries == sorted(entries), "the entries are not in order: some were swapped")
    check(len(set(entries)) == len(entries), "the log has an entry twice")
    check(root_of(leaf_hashes(entries)) == checkpoint.root, "the log is not the one that was signed")
    head = read_checkpoint(files, "certificates", keys)
    certificates = files.log("certificates", head.size)
    check(
        root_of(leaf_hashes(certificates)) == head.root,
        "the log of certificates is not the one that was signed",
    )
    ours = [entry for entry in certificates if f"\n{poll}\n".encode() in entry]
    entry = f"tot-certificate/1\n{poll}\n{hashlib.sha256(text).hexdigest()}\n".encode()
    check(ours == [entry], f"{where} is not the certificate that was published: it is forged or was replaced")
    said = [
        conclusion(poll, counts["a"], counts["b"], certificate["invalid"]),
        f"question: {certificate['question']}",
        f"log: {checkpoint.size} entries, sorted, without choices",
        f"log key: {checkpoint.keys[0].vkey(checkpoint.origin)}",
        f"log of certificates: entry {certificates.index(entry)} of {head.size}",
    ]
    if options.receipt:
        wanted = f"tot/1\n{poll}\n{receipt_hash(options.receipt)}\n".encode()
        check(wanted in entries, f"the receipt {options.receipt} is not in the log of this poll")
        said.append(f"receipt: counted, entry {entries.index(wanted)}")
    if options.older:
        older = Checkpoint(options.older, Path(options.older).read_text(encoding="utf-8"), keys)
        today = {checkpoint.origin: entries, head.origin: certificates}.get(older.origin)
        check(today is not None, f"{options.older} is the checkpoint of another log")
        check(
            older.size <= len(today or []),
            f"{options.older}: the log had {older.size} entries and has fewer now",
        )
        same = root_of(leaf_hashes((today or [])[: older.size])) == older.root
        check(same, f"{options.older}: the log does not begin with what it contained then")
        said.append(f"older: the log of {older.size} entries is the beginning of this one")
    if options.vote_log:
        export = verify_vote_log(options.vote_log)
        check(export["poll_id"] == poll, f"{options.vote_log} is of another poll")
        differ = f"{options.vote_log} has a {export['a']}, b {export['b']}: not the counts of the certificate"
        check((export["a"], export["b"]) == (counts["a"], counts["b"]), differ)
        said.append(f"vote log: the same counts, last hash {export['chain']}")
    return said


def leaf_hashes(entries: "list[bytes]") -> "list[bytes]":
    """Return the hashes of entries."""
    return [sha256(b"\x00", entry) for entry in entries]


def read_checkpoint(files: Files, log: str, keys: "list[Key]") -> Checkpoint:
    """Return a log's checkpoint."""
    return Checkpoint(f"{log}/checkpoint", files.get(f"{log}/checkpoint").decode(), keys, log)


def verify_proof(path: str, receipt: str, keys: "list[Key]") -> "list[str]":
    """Return the conclusion about a proof file."""
    head, _, note = Path(path).read_text(encoding="utf-8").partition("\n\n")
    lines = [line for line in head.split("\n") if not line.startswith("extra ")]
    right = lines[0] == "c2sp.org/tlog-proof@v1" and re.fullmatch("index [0-9]+", [*lines, ""][1])
    check(right, f"{path} is no proof")
    checkpoint = Checkpoint(path, note, keys)
    poll = checkpoint.origin.rpartition("/")[2]
    leaf = sha256(b"\x00", f"tot/1\n{poll}\n{receipt_hash(receipt)}\n".encode())
    index, hashes = int(lines[1][6:]), [base64.b64decode(line) for line in lines[2:]]
    root = root_by_proof(leaf, index, checkpoint.size, hashes)
    check(root == checkpoint.root, f"{path} does not prove this receipt")
    return [f"valid: the receipt is entry {index} of {checkpoint.size} of poll {poll}"]


def conclude(options: argparse.Namespace) -> "list[str]":
    """Return the conclusions."""
    if options.proof:
        check(options.receipt and options.key, "--proof needs --receipt and --key")
        return verify_proof(options.proof, options.receipt, [Key(vkey) for vkey in options.key])
    if options.poll is None:
        export = verify_vote_log(options.source)
        counted = conclusion(export["poll_id"], export["a"], export["b"], export["invalid"])
        return [counted, f"last hash: {export['chain']}"]
    files = Files(options.source)
    keys = read_keys(files, options.key)
    trust = f"keys: {len(keys)}, " + (
        "with yours" if options.key else "as the site states them (no --key given)"
    )
    return [*verify_log(files, options.poll, keys, options), trust]


def main(arguments: "list[str]") -> int:
    """Verify, print the conclusions and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("source", nargs="?", metavar="LOGS or FILE")
    parser.add_argument("poll", nargs="?", metavar="POLL")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY")
    for name in ("--receipt", "--older", "--vote-log", "--proof"):
        parser.add_argument(name)
    options = parser.parse_args(arguments)
    if options.source is None and options.proof is None:
        parser.print_help()
        return 1
    try:
        conclusions = conclude(options)
    except (Broken, OSError, KeyError, TypeError, ValueError) as error:
        sys.stdout.write(f"INVALID: {error}\n")
        return 1
    signed = options.proof is not None or options.poll is not None
    unverified = signed and Ed25519PublicKey is None
    sys.stdout.write("\n".join([*conclusions, *([NO_LIBRARY] if unverified else [])]) + "\n")
    return 2 if unverified else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
