"""Certificates of the demo's own authority, made when they are needed and good for a few days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

GOOD_FOR = timedelta(days=30)
EARLIER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority that whoever trusts ``pem`` takes certificates from."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        name = _named("Demo authority")
        made = _unsigned(name, name, key.public_key(), GOOD_FOR)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        made = made.add_extension(_signs_certificates(), critical=True)
        return cls(key, made.sign(key, hashes.SHA256()))

    @property
    def pem(self) -> str:
        """Give what a client has to trust."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def serving(self, hosts: Iterable[str], good_for: timedelta = GOOD_FOR) -> SSLContext:
        """Give the context of a server of these names and addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _unsigned(_named("Demo server"), self.certificate.subject, key.public_key(), good_for)
        made = made.add_extension(x509.SubjectAlternativeName(_names(hosts)), critical=False)
        made = made.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        context = SSLContext(PROTOCOL_TLS_SERVER)
        with TemporaryDirectory(prefix="orgwarden-demo-") as folder:
            file = Path(folder, "server.pem")
            file.touch(mode=0o600)
            file.write_bytes(private + public)
            context.load_cert_chain(file)
        return context


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, good_for: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(min(now, now + good_for) - EARLIER).not_valid_after(now + good_for)


def _names(hosts: Iterable[str]) -> Iterator[x509.GeneralName]:
    for host in hosts:
        try:
            yield x509.IPAddress(ip_address(host))
        except ValueError:
            yield x509.DNSName(host)


def _signs_certificates() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
