"""Keys that must be refused, each with the rule that it breaks."""

import os
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, mldsa, mlkem, rsa, x448, x25519
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from secureblogs.crypto.pem import encode_pem
from secureblogs.crypto.wrapping import export_private_key, generate_private_key, public_key_of
from secureblogs.crypto.x_wing import PKCS8_PREFIX, SPKI_PREFIX

Case = dict[str, object]
PKCS8, SPKI, PEM, DER = PrivateFormat.PKCS8, PublicFormat.SubjectPublicKeyInfo, Encoding.PEM, Encoding.DER
RSA_OID = bytes.fromhex("06092a864886f70d010101")
X_WING_OID = bytes.fromhex("060b2b0601040183e62d81c87a")
NULL = b"\x05\0"
P = 2**255 - 19
LOW_ORDER = {
    "0": 0,
    "1": 1,
    "of order 8": 325606250916557431795983626356110631294008115727848805560023387167927233504,
    "of order 8, the other": 39382357235489614581723060781553021112529911719440698176882885853963445705823,
    "p - 1": P - 1,
    "p": P,
    "p + 1": P + 1,
}


def public_keys() -> list[Case]:
    good = public_key_of(generate_private_key())
    groups = (texts(good.pem, good.der), others(), rsa_sizes(), rsa_encodings(), x_wing_forms(good.der))
    return [
        {"case": name, "pem": pem, "rule": rule} for group in groups for name, (pem, rule) in group.items()
    ]


def private_keys() -> list[Case]:
    pem = export_private_key(generate_private_key())
    small = rsa.generate_private_key(65537, 2048)
    fine = rsa.generate_private_key(65537, 3072)
    locked = fine.private_bytes(PEM, PKCS8, BestAvailableEncryption(b"x")).decode()
    old = fine.private_bytes(PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    whole = fine.private_bytes(DER, PKCS8, NoEncryption())
    modulus = 100  # An offset well inside it; engines don't look at every number of a private key.
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(PEM, PKCS8, NoEncryption()).decode()
    cases = {
        "nothing": (" \n", "private-empty"),
        "prose": ("Hello", "private-label"),
        "a public key": (public_key_of(generate_private_key()).pem, "private-label"),
        "two private keys": (pem + pem, "private-label"),
        "padding inside": (pem.replace("MDQC", "MD=C"), "private-label"),
        "a locked private key": (locked, "private-encrypted"),
        "PKCS#1": (old, "private-label"),
        "RSA-2048": (small.private_bytes(PEM, PKCS8, NoEncryption()).decode(), "private-kind"),
        "RSA with e = 3": (
            rsa.generate_private_key(3, 3072).private_bytes(PEM, PKCS8, NoEncryption()).decode(),
            "private-kind",
        ),
        "EC": (curve, "private-kind"),
        "a seed of 31 bytes": (
            encode_pem("PRIVATE KEY", b"\x30\x33" + PKCS8_PREFIX[2:-1] + b"\x1f" + bytes(31)),
            "private-kind",
        ),
        "a seed of 33 bytes": (
            encode_pem("PRIVATE KEY", b"\x30\x35" + PKCS8_PREFIX[2:-1] + b"\x21" + bytes(33)),
            "private-kind",
        ),
        "a seed and a byte more": (encode_pem("PRIVATE KEY", PKCS8_PREFIX + bytes(33)), "private-kind"),
        "RSA cut": (encode_pem("PRIVATE KEY", whole[:-1]), "private-kind"),
        "RSA with another modulus": (
            encode_pem("PRIVATE KEY", whole[:modulus] + bytes((whole[modulus] ^ 1,)) + whole[modulus + 1 :]),
            "private-kind",
        ),
        "zeros": (encode_pem("PRIVATE KEY", bytes(55)), "private-kind"),
    }
    return [{"case": name, "pem": text, "rule": rule} for name, (text, rule) in cases.items()]


def texts(pem: str, der: bytes) -> dict[str, tuple[str, str]]:
    own = rsa.generate_private_key(65537, 3072)
    begin, *lines, end = pem.splitlines()
    # 1,240 bytes leave one character with two or four stray bits before the padding.
    stray = pem.replace(lines[-1], lines[-1][:-3] + chr(ord(lines[-1][-3]) + 1) + lines[-1][-2:])
    return {
        "nothing": ("", "empty"),
        "white space": (" \r\n\t", "empty"),
        "prose": ("Hello", "not-pem"),
        "too long": ("A" * (17 << 10), "too-long"),
        "two blocks": (pem + pem, "several-blocks"),
        "a block inside another": (f"{begin}\n{pem}{end}\n", "several-blocks"),
        "text before it": ("My key:\n" + pem, "not-pem"),
        "text after it": (pem + "Regards", "not-pem"),
        "no END line": ("\n".join([begin, *lines]), "not-pem"),
        "another END line": (pem.replace("END PUBLIC KEY", "END CERTIFICATE"), "not-pem"),
        "four hyphens": (pem.replace("-----BEGIN", "----BEGIN"), "not-pem"),
        "a header in the block": (pem.replace(f"{begin}\n", f"{begin}\nComment: x\n\n"), "not-pem"),
        "a letter that is not ASCII": (pem.replace(lines[0], "é" + lines[0][1:]), "not-pem"),
        "a character too few": (pem.replace(lines[0], lines[0][1:]), "bad-base64"),
        "padding inside": (pem.replace(lines[0], lines[0][:8] + "=" + lines[0][9:]), "bad-base64"),
        "base64 with stray bits": (stray, "bad-base64"),
        "an empty block": (f"{begin}\n{end}\n", "not-der"),
        "a block without its last line": ("\n".join([begin, *lines[:-2], lines[-2], end]), "not-der"),
        "an X-Wing private key": (export_private_key(generate_private_key()), "private-key"),
        "an RSA private key": (own.private_bytes(PEM, PKCS8, NoEncryption()).decode(), "private-key"),
        "an RSA private key as PKCS#1": (
            own.private_bytes(PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode(),
            "private-key",
        ),
        "an OpenSSH private key": (
            own.private_bytes(PEM, PrivateFormat.OpenSSH, NoEncryption()).decode(),
            "private-key",
        ),
        "a locked private key": (
            own.private_bytes(PEM, PKCS8, BestAvailableEncryption(b"x")).decode(),
            "private-key",
        ),
        "public and private key together": (pem + export_private_key(generate_private_key()), "private-key"),
        "an SSH public key": (
            own.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(),
            "ssh-key",
        ),
        "an RSA public key as PKCS#1": (
            own.public_key().public_bytes(PEM, PublicFormat.PKCS1).decode(),
            "other-label",
        ),
        "a certificate": (certificate(own), "other-label"),
        "a private key labelled as public": (
            encode_pem("PUBLIC KEY", own.private_bytes(DER, PKCS8, NoEncryption())),
            "not-der",
        ),
        "a PKCS#1 public key labelled as public": (
            encode_pem("PUBLIC KEY", own.public_key().public_bytes(DER, PublicFormat.PKCS1)),
            "not-der",
        ),
        "random bytes": (encode_pem("PUBLIC KEY", b"\x00" + os.urandom(400)), "not-der"),
        "cut": (encode_pem("PUBLIC KEY", der[:-1]), "not-der"),
    }


def others() -> dict[str, tuple[str, str]]:
    pss = spki(sequence(bytes.fromhex("06092a864886f70d01010a")), bytes(400))
    kinds: dict[str, PublicKeyTypes] = {
        "EC P-256": ec.generate_private_key(ec.SECP256R1()).public_key(),
        "EC P-521": ec.generate_private_key(ec.SECP521R1()).public_key(),
        "Ed25519": ed25519.Ed25519PrivateKey.generate().public_key(),
        "Ed448": ed448.Ed448PrivateKey.generate().public_key(),
        "X25519": x25519.X25519PrivateKey.generate().public_key(),
        "X448": x448.X448PrivateKey.generate().public_key(),
        "DSA": dsa.generate_private_key(2048).public_key(),
        "ML-KEM-768": mlkem.MLKEM768PrivateKey.generate().public_key(),
        "ML-DSA-65": mldsa.MLDSA65PrivateKey.generate().public_key(),
    }
    cases = {
        name: (encode_pem("PUBLIC KEY", key.public_bytes(DER, SPKI)), "other-kind")
        for name, key in kinds.items()
    }
    cases["RSA-PSS"] = (pem(pss), "other-kind")
    cases["an unknown kind"] = (pem(spki(sequence(bytes.fromhex("06032a0304")), bytes(64))), "unknown-kind")
    return cases


def rsa_sizes() -> dict[str, tuple[str, str]]:
    def one(modulus: int, exponent: int = 65537) -> str:
        return pem(spki(sequence(RSA_OID + NULL), sequence(integer(modulus) + integer(exponent))))

    good = rsa.generate_private_key(65537, 3072).public_key().public_numbers().n
    return {
        "RSA-1024": (one(good >> 2048 | 1), "rsa-too-small"),
        "RSA-2048": (
            rsa.generate_private_key(65537, 2048).public_key().public_bytes(PEM, SPKI).decode(),
            "rsa-too-small",
        ),
        "a modulus of 3071 bits": (one(good >> 1 | 1), "rsa-too-small"),
        "a modulus of 4097 bits": (one(1 << 4096 | 1), "rsa-too-large"),
        "a modulus of 16384 bits": (one(1 << 16383 | 1), "rsa-too-large"),
        "a modulus of zero": (one(0), "rsa-too-small"),
        "e = 3": (one(good, 3), "rsa-exponent"),
        "e = 1": (one(good, 1), "rsa-exponent"),
        "e = 0": (one(good, 0), "rsa-exponent"),
        "e = 65539": (one(good, 65539), "rsa-exponent"),
        "e longer than the modulus": (one(good, good << 64 | 1), "rsa-exponent"),
        "an even modulus": (one(good + 1 if good % 2 else good), "broken"),
        "a power of two": (one(1 << 3071), "broken"),
        "a modulus with the factor 3": (one((good // 3 | 1) * 3), "broken"),
        "a modulus with the factor 751": (one((good // 751 | 1) * 751), "broken"),
    }


def rsa_encodings() -> dict[str, tuple[str, str]]:
    numbers = rsa.generate_private_key(65537, 3072).public_key().public_numbers()
    modulus, exponent = integer(numbers.n), integer(65537)
    algorithm, key = sequence(RSA_OID + NULL), sequence(modulus + exponent)
    whole = spki(algorithm, key)
    body = whole[4:]
    return {
        "no parameters": (pem(spki(sequence(RSA_OID), key)), "not-canonical"),
        "parameters other than NULL": (pem(spki(sequence(RSA_OID + b"\x04\0"), key)), "not-canonical"),
        "NULL with content": (pem(spki(sequence(RSA_OID + b"\x05\x01\0"), key)), "not-canonical"),
        "two parameters": (pem(spki(sequence(RSA_OID + NULL + NULL), key)), "not-canonical"),
        "a length with a zero in front": (pem(b"\x30\x83\0" + whole[2:]), "not-canonical"),
        "a short length in long form": (pem(spki(b"\x30\x81" + algorithm[1:], key)), "not-canonical"),
        "an indefinite length": (pem(b"\x30\x80" + body + b"\0\0"), "not-canonical"),
        "a modulus with a zero too many": (
            pem(spki(algorithm, sequence(element(2, b"\0\0" + number(numbers.n)) + exponent))),
            "not-canonical",
        ),
        "a negative modulus": (
            pem(spki(algorithm, sequence(element(2, number(numbers.n)) + exponent))),
            "not-canonical",
        ),
        "an exponent with a zero too many": (
            pem(spki(algorithm, sequence(modulus + element(2, b"\0\x01\0\x01")))),
            "not-canonical",
        ),
        "an integer of no bytes": (pem(spki(algorithm, sequence(element(2, b"") + exponent))), "not-der"),
        "no exponent": (pem(spki(algorithm, sequence(modulus))), "not-der"),
        "a third number": (pem(spki(algorithm, sequence(modulus + exponent + exponent))), "not-der"),
        "something after it": (pem(whole + b"\0\0"), "not-der"),
        "one byte after it": (pem(whole + b"\0"), "not-der"),
        "something after the key": (pem(spki(algorithm, key + b"\0\0")), "not-der"),
        "something after the bit string": (pem(sequence(body + b"\x05\0")), "not-der"),
        "a bit string with unused bits": (pem(sequence(algorithm + element(3, b"\x01" + key))), "not-der"),
        "an octet string for the bit string": (pem(sequence(algorithm + element(4, b"\0" + key))), "not-der"),
        "an empty algorithm": (pem(spki(sequence(b""), key)), "not-der"),
        "a length past the end": (pem(b"\x30\x84\xff\xff\xff\xff" + body), "not-der"),
        "a length of 127 bytes": (pem(b"\x30\xff" + b"\xff" * 127 + body), "not-der"),
    }


def x_wing_forms(good: bytes) -> dict[str, tuple[str, str]]:
    raw, algorithm = good[len(SPKI_PREFIX) :], sequence(X_WING_OID)
    ml_kem, point = raw[:1184], raw[1184:]
    cases = {
        "X-Wing with NULL": (pem(spki(sequence(X_WING_OID + NULL), raw)), "x-wing-form"),
        "X-Wing a byte short": (pem(spki(algorithm, raw[:-1])), "x-wing-form"),
        "X-Wing a byte long": (pem(spki(algorithm, raw + b"\0")), "x-wing-form"),
        "X-Wing with no key": (pem(spki(algorithm, b"")), "x-wing-form"),
        "X-Wing with a length in long form": (pem(spki(b"\x30\x81" + algorithm[1:], raw)), "not-canonical"),
        "X-Wing with a coefficient of q": (pem(spki(algorithm, b"\x01\x0d" + raw[2:])), "broken"),
        "X-Wing with coefficients past q": (pem(spki(algorithm, b"\xff" * 1152 + raw[1152:])), "broken"),
        # Without the top bit its end could be a point.
        "X-Wing with its parts exchanged": (
            pem(spki(algorithm, point + ml_kem[:-1] + bytes((ml_kem[-1] & 0x7F,)))),
            "broken",
        ),
    }
    points = {
        **LOW_ORDER,
        "p + 2": P + 2,
        "2^255 - 1": 2**255 - 1,
        "of a key": int.from_bytes(point, "little"),
    }
    for name, value in points.items():
        for high in (0, 1 << 255):
            if name == "of a key" and not high:
                continue
            part = (value | high).to_bytes(32, "little")
            cases[f"X-Wing with the point {name}{', top bit set' if high else ''}"] = (
                pem(spki(algorithm, ml_kem + part)),
                "x-wing-form" if value | high >= P else "broken",
            )
    return cases


def certificate(key: rsa.RSAPrivateKey) -> str:
    name, now = x509.Name([]), datetime.now(UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1)
    )
    return builder.sign(key, SHA256()).public_bytes(PEM).decode()


def pem(der: bytes) -> str:
    return encode_pem("PUBLIC KEY", der)


def spki(algorithm: bytes, key: bytes) -> bytes:
    return sequence(algorithm + element(3, b"\0" + key))


def sequence(content: bytes) -> bytes:
    return element(0x30, content)


def integer(value: int) -> bytes:
    content = number(value)
    return element(2, b"\0" + content if content[0] >= 0x80 else content)


def number(value: int) -> bytes:
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")


def element(tag: int, content: bytes) -> bytes:
    size = number(len(content))
    return bytes((tag,)) + (size if len(content) < 0x80 else bytes((0x80 | len(size),)) + size) + content
