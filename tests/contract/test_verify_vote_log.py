"""`docs/verify_vote_log.py` on published files: it accepts them, and finds and names each planted fault."""

import base64
import json
import runpy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
from contracts.enums import PollStatus, ResultVisibility, VoterPolicy
from contracts.model import Instant
from contracts.receipt import receipt_hash, write_receipt
from contracts.recount import Certificate, RecountState, VoteCounts
from contracts.transparency_log import CERTIFICATES, LogKey, LogKeys, certificate_entry, origin, vote_entry
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter
from results_service.domain.checkpoint import Checkpoint, verifier_key
from results_service.domain.log_tree import TILE_WIDTH, LogTree, entry_bundle, leaf_hash
from results_service.domain.poll import Poll
from results_service.domain.publication import PollTexts, certificate_text
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader

SCRIPT: Final = Path(__file__).parents[2] / "docs" / "verify_vote_log.py"
POLL: Final = "7zq4m0x2v9c6k3t8hj5n1w0rge"
OTHER: Final = "0zq4m0x2v9c6k3t8hj5n1w0rge"
RECEIPTS: Final = [write_receipt(number << 50) for number in range(300)]
CLOSES: Final = TypeAdapter(Instant).validate_python("2026-11-23T19:00:00.000Z")


@dataclass
class Site:
    """A folder of published logs, made with the functions of the service, and the key that signs them."""

    folder: Path
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    certificates: list[bytes] = field(default_factory=list)

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @property
    def vkey(self) -> str:
        return verifier_key(origin("test", CERTIFICATES), self.public)

    def path(self, name: str) -> Path:
        return self.folder / name

    def publish_keys(self) -> None:
        keys = LogKeys(keys=(LogKey(vkey=self.vkey, valid_from=CLOSES, valid_until=None),))
        self.path("keys.json").write_text(keys.model_dump_json())

    def publish(self, poll_id: str, entries: Sequence[bytes], a: int) -> None:
        """Publish a poll's log and certificate, and add the certificate to the log of certificates."""
        self.certify(poll_id, self.publish_log(poll_id, entries), a)
        certificate = self.path(f"{poll_id}/certificate.json").read_bytes()
        self.certificates.append(certificate_entry(poll_id, certificate))
        self.publish_log(CERTIFICATES, self.certificates)

    def publish_log(self, name: str, entries: Sequence[bytes]) -> Checkpoint:
        tree = LogTree()
        files = dict(file for entry in entries for file in tree.append(leaf_hash(entry)))
        files |= dict(tree.partial_tiles())
        for start in range(0, len(entries), TILE_WIDTH):
            files |= dict([entry_bundle(start // TILE_WIDTH, entries[start : start + TILE_WIDTH])])
        for path, data in files.items():
            self.path(f"{name}/{path}").parent.mkdir(parents=True, exist_ok=True)
            self.path(f"{name}/{path}").write_bytes(data)
        checkpoint = Checkpoint(origin("test", name), tree.size, tree.root())
        self.path(f"{name}/checkpoint").write_text(self.sign(checkpoint))
        return checkpoint

    def sign(self, checkpoint: Checkpoint) -> str:
        return checkpoint.note(self.public, self.key.sign(checkpoint.text().encode()))

    def certify(self, poll_id: str, checkpoint: Checkpoint, a: int) -> None:
        counts = VoteCounts(a=a, b=checkpoint.size - a, invalid=1)
        certificate = Certificate(
            poll_id=poll_id, recount_id="r", state=RecountState.CERTIFIED, certified=True, reason="",
            log=counts, counters=counts, shown=counts, difference=0, closes_at=CLOSES, started_at=CLOSES,
            finished_at=CLOSES,
        )  # fmt: skip
        poll = Poll(
            poll_id=poll_id, status=PollStatus.CLOSED, result_visibility=ResultVisibility.ALWAYS, revision=3
        )
        texts = PollTexts(
            question="Tea or coffee?",
            option_a="Tea",
            option_b="Coffee",
            policy=VoterPolicy.CODE,
            proof_of_work=True,
        )
        self.path(f"{poll_id}/certificate.json").write_text(
            certificate_text(certificate, poll, CLOSES, texts, checkpoint)
        )


def entries_of(poll_id: str, receipts: Sequence[str] = RECEIPTS) -> list[bytes]:
    return sorted(vote_entry(poll_id, receipt_hash(receipt)) for receipt in receipts)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "logs")
    made.publish(OTHER, entries_of(OTHER, RECEIPTS[:2]), a=1)
    made.publish(POLL, entries_of(POLL), a=120)
    made.publish_keys()
    return made


@pytest.fixture
def verify(site: Site, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run the script on the site's files; return exit status and output."""
    main = runpy.run_path(str(SCRIPT))["main"]

    def run(*options: str, log: bool = True) -> tuple[int, str]:
        status = main([*((str(site.folder), POLL) if log else ()), *options])
        return status, capsys.readouterr().out

    return run


def change(path: Path, edit: Callable[[bytes], bytes]) -> None:
    path.write_bytes(edit(path.read_bytes()))


def edit_certificate(site: Site, **changes: Any) -> None:
    path = site.path(f"{POLL}/certificate.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def swapped_entries(data: bytes) -> bytes:
    """Exchange the first two entries, of 100 bytes each with their lengths."""
    return data[100:200] + data[:100] + data[200:]


def rebuild_without_a_vote(site: Site) -> None:
    checkpoint = site.publish_log(POLL, entries_of(POLL, RECEIPTS[1:]))
    site.certify(POLL, checkpoint, a=119)


def rebuild_unsorted(site: Site) -> None:
    entries = entries_of(POLL)
    site.certify(POLL, site.publish_log(POLL, [*entries[1:], entries[0]]), a=120)


def rebuild_with_a_vote_twice(site: Site) -> None:
    entries = entries_of(POLL)
    site.certify(POLL, site.publish_log(POLL, sorted([*entries[1:], entries[1]])), a=120)


def sign_with_a_new_key(site: Site) -> None:
    site.key = Ed25519PrivateKey.generate()
    site.publish_log(POLL, entries_of(POLL))


def swap_the_checkpoint(site: Site) -> None:
    site.path(f"{POLL}/checkpoint").write_bytes(site.path(f"{OTHER}/checkpoint").read_bytes())


def end_the_history_early(site: Site) -> None:
    key = LogKey(vkey=site.vkey, valid_from=CLOSES, valid_until=CLOSES)
    site.path("keys.json").write_text(LogKeys(keys=(key,)).model_dump_json())


def replace_the_other_certificate(site: Site) -> None:
    site.publish_log(CERTIFICATES, [certificate_entry(OTHER, b"forged"), site.certificates[1]])
    site.path(f"{CERTIFICATES}/checkpoint").write_text(
        site.sign(Checkpoint(origin("test", CERTIFICATES), 2, bytes(32)))
    )


BUNDLE: Final = f"{POLL}/tile/entries/000"
FAULTS: Final[dict[str, tuple[Callable[[Site], None], str]]] = {
    "changed entry": (
        lambda site: change(site.path(BUNDLE), lambda data: data.replace(b"tot/1", b"tot/2", 1)),
        "entry 0 was changed",
    ),
    "omitted entry": (
        lambda site: change(site.path(BUNDLE), lambda data: data[100:]),
        "255 entries instead of 256",
    ),
    "added entry": (
        lambda site: change(site.path(BUNDLE), lambda data: data + data[:100]),
        "257 entries instead of 256",
    ),
    "swapped entries": (lambda site: change(site.path(BUNDLE), swapped_entries), "entry 0 was changed"),
    "truncated entry": (lambda site: change(site.path(BUNDLE), lambda data: data[:-1]), "000 is truncated"),
    "truncated tile": (
        lambda site: change(site.path(f"{POLL}/tile/0/001.p/44"), lambda data: data[:-1]),
        "tile/0/001.p/44 is truncated",
    ),
    "changed tile of a higher level": (
        lambda site: change(site.path(f"{POLL}/tile/1/000.p/1"), lambda data: bytes(len(data))),
        "tile/1/000.p/1 differs from the entries",
    ),
    "missing tile": (lambda site: site.path(f"{POLL}/tile/0/000").unlink(), "tile/0/000 cannot be read"),
    "swapped checkpoint": (swap_the_checkpoint, "checkpoint is the checkpoint of another log"),
    "changed checkpoint": (
        lambda site: change(
            site.path(f"{POLL}/checkpoint"), lambda data: data.replace(b"\n300\n", b"\n299\n")
        ),
        "checkpoint was changed, or its signature is forged",
    ),
    "forged certificate": (
        lambda site: edit_certificate(site, counts={"a": 180, "b": 120}),
        "certificate.json is not the certificate that was published",
    ),
    "certificate with more votes": (
        lambda site: edit_certificate(site, counts={"a": 181, "b": 120}),
        "counts that do not add up to the log",
    ),
    "certificate of another poll": (
        lambda site: edit_certificate(site, poll_id=OTHER), "is the certificate of another poll"),
    "key that is not in the history": (sign_with_a_new_key, "signed by a key that is not in the history"),
    "history with a gap": (end_the_history_early, "keys.json has a gap"),
    "log rebuilt without a vote": (rebuild_without_a_vote, "is not the certificate that was published"),
    "log rebuilt in another order": (rebuild_unsorted, "not in order: some were swapped"),
    "log rebuilt with a vote twice": (rebuild_with_a_vote_twice, "has an entry twice"),
    "log of certificates signed for another tree": (
        replace_the_other_certificate, "the log of certificates is not the one that was signed"),
}  # fmt: skip


@pytest.mark.covers("T42")
@pytest.mark.parametrize("fault", FAULTS)
def test_each_planted_fault_is_found_and_named(
    site: Site, verify: Callable[..., tuple[int, str]], fault: str
) -> None:
    plant, message = FAULTS[fault]
    assert verify()[0] == 0
    plant(site)
    status, printed = verify()
    assert status == 1
    assert printed.startswith("INVALID: ")
    assert message in printed


def test_published_log_is_valid_and_a_receipt_is_found_however_it_is_spelt(
    site: Site, verify: Callable[..., tuple[int, str]]
) -> None:
    for spelling in (RECEIPTS[7], RECEIPTS[7].lower().replace("-", " ").replace("0", "o")):
        status, printed = verify("--receipt", spelling, "--key", site.vkey)
        assert status == 0
        place = entries_of(POLL).index(vote_entry(POLL, receipt_hash(RECEIPTS[7])))
        assert f"receipt: counted, entry {place}" in printed
        assert "a 120, b 180, total 300; 1 invalid records" in printed
        assert verifier_key(origin("test", POLL), site.public) in printed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--receipt", write_receipt(5)), "is not in the log of this poll"),
        (("--receipt", "0000-0000-0000-0123"), "the receipt is mistyped"),
        (("--receipt", "0000-0000"), "does not have 16 characters"),
        (("--key", verifier_key("this-or-that/test/certificates", bytes(32))), "keys.json lacks the key"),
    ],
)
def test_absent_receipt_mistyped_receipt_and_unknown_key_are_distinguished(
    verify: Callable[..., tuple[int, str]], options: tuple[str, ...], message: str
) -> None:
    status, printed = verify(*options)
    assert (status, message in printed) == (1, True)


@pytest.mark.covers("T42")
def test_older_checkpoint_must_be_the_beginning_of_its_log(
    site: Site, verify: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    saved = {name: tmp_path / name for name in ("older", "longer", "different")}
    first = certificate_entry(OTHER, b"replaced since")
    logs = {"older": site.certificates[:1], "longer": [*site.certificates, first], "different": [first]}
    for name, entries in logs.items():
        elsewhere = Site(tmp_path / f"then-{name}", site.key)
        elsewhere.publish_log(CERTIFICATES, entries)
        saved[name].write_text(elsewhere.path(f"{CERTIFICATES}/checkpoint").read_text())
    assert verify("--older", str(saved["older"]))[0] == 0
    assert "the log had 3 entries and has fewer now" in verify("--older", str(saved["longer"]))[1]
    assert "does not begin with" in verify("--older", str(saved["different"]))[1]


def test_exported_vote_log_must_have_the_counts_of_the_certificate(
    verify: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    def export(a: int, b: int) -> str:
        group = {
            "starts_at": "2026-11-23T18:00:00.000Z",
            "ends_at": "2026-11-23T19:00:00.000Z",
            "a": a,
            "b": b,
        }
        line: dict[str, Any] = {"poll_id": POLL, "groups": [group], "invalid": 1, "last": True}
        text = json.dumps({**line, "chain": "0" * 64}, separators=(",", ":"), sort_keys=True)
        path = tmp_path / f"{a}.jsonl"
        path.write_text(json.dumps({**line, "chain": sha256(text.encode()).hexdigest()}) + "\n")
        return str(path)

    assert verify("--vote-log", export(120, 180))[0] == 0
    status, printed = verify("--vote-log", export(121, 179))
    assert (status, "not the counts of the certificate" in printed) == (1, True)


def test_proof_of_another_program_is_accepted_and_a_changed_one_is_not(
    site: Site, verify: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    index = entries_of(POLL).index(vote_entry(POLL, receipt_hash(RECEIPTS[7])))
    reader = TilesReader(LocalBackend(site.path(POLL)))
    size = reader.get_checkpoint().size
    path = [base64.b64encode(node).decode() for node in reader.get_inclusion_proof(index, size).node_hashes]
    note = site.path(f"{POLL}/checkpoint").read_text()
    file = tmp_path / "receipt.tlog-proof"

    def run(lines: list[str], receipt: str = RECEIPTS[7], text: str = note) -> tuple[int, str]:
        file.write_text("\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *lines, "", text]))
        return verify("--proof", str(file), "--receipt", receipt, "--key", site.vkey, log=False)

    assert run(path)[0] == 0
    assert f"entry {index} of 300" in run(path)[1]
    assert "does not prove this receipt" in run(path, RECEIPTS[8])[1]
    assert "too short" in run(path[:-1])[1]
    assert "too long" in run([*path, path[0]])[1]
    assert "forged" in run(path, text=note.replace("\n300\n", "\n400\n"))[1]


def test_missing_library_is_stated_and_has_an_exit_status_of_its_own(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    script = runpy.run_path(str(SCRIPT))
    script["main"].__globals__["Ed25519PublicKey"] = None
    status = script["main"]([str(site.folder), POLL])
    assert (status, "signatures were NOT verified" in capsys.readouterr().out) == (2, True)
