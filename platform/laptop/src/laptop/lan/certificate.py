"""The certificate of the site's https address in the local network, and the authority that signed it.

The authority signs this one certificate and its key is then discarded. A phone that trusts the authority
trusts no other certificate by it, even if this machine is compromised. Another address needs another
authority.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from laptop.emulator.root_key import write_private
from laptop.instance import Instance

# Phones reject a certificate with a validity over 398 or 825 days.
LASTS: Final = timedelta(days=90)
RENEWED_BEFORE_END: Final = timedelta(days=7)
# Allows for a slow clock of the phone.
_BACKDATED: Final = timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def ensure(instance: Instance, address: str) -> None:
    """Issue a certificate for the address unless the instance has one that is valid for a week or longer."""
    if _is_usable(instance, address, datetime.now(UTC)):
        return
    authority, server = issue(address, datetime.now(UTC))
    key = server.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = b"".join(one.public_bytes(Encoding.PEM) for one in (server.certificate, authority))
    write_private(instance.lan_authority_file, authority.public_bytes(Encoding.PEM).decode())
    write_private(instance.lan_certificate_file, (key + chain).decode())


def authority_fingerprint(instance: Instance) -> str:
    """Return the SHA-256 fingerprint of the authority in the format that phones show."""
    certificate = x509.load_pem_x509_certificate(instance.lan_authority_file.read_bytes())
    return certificate.fingerprint(SHA256()).hex(":").upper()


def issue(address: str, now: datetime) -> tuple[x509.Certificate, Pair]:
    """Return a new authority without its key, and the one certificate that it signed."""
    signer_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = _name(f"This or That at {address}, {now:%Y-%m-%d}")
    own_id = x509.SubjectKeyIdentifier.from_public_key(signer_key.public_key())
    authority = (
        _certificate(name, name, signer_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(own_id, critical=False)
        .sign(signer_key, SHA256())
    )
    certificate = (
        _certificate(_name(address), name, server_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(server_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own_id), critical=False)
        .sign(signer_key, SHA256())
    )
    return authority, Pair(certificate, server_key)


def _is_usable(instance: Instance, address: str, now: datetime) -> bool:
    try:
        authority = x509.load_pem_x509_certificate(instance.lan_authority_file.read_bytes())
        server = x509.load_pem_x509_certificates(instance.lan_certificate_file.read_bytes())[0]
        server.verify_directly_issued_by(authority)
        names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = names.get_values_for_type(x509.IPAddress)
    except (OSError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    lasts = server.not_valid_after_utc - now > RENEWED_BEFORE_END and server.not_valid_before_utc <= now
    return lasts and addresses == [IPv4Address(address)]


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - _BACKDATED,
        not_valid_after=now + LASTS,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
