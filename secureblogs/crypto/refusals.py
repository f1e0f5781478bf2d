"""Why a key is refused, in sentences. The browser has only the rules: it takes its words from the page."""


def gettext_noop(message: str) -> str:
    """Mark a sentence for `makemessages`, which goes by the name; this package must not import Django."""
    return message


# One sentence a rule: what is wrong and what would be accepted. Whoever shows one translates it first and
# fills in the parameters then.
REFUSALS = {
    # The text around the key.
    "empty": gettext_noop(
        "There is no key here. Paste a public key that begins with -----BEGIN PUBLIC KEY-----."
    ),
    "too-long": gettext_noop("This text is too long for one public key. Paste a single PEM block."),
    "private-key": gettext_noop(
        "This is a private key. It was not stored; keep it to yourself, and consider making a new one if "
        "others could have seen it. Paste the public key, which begins with -----BEGIN PUBLIC KEY-----."
    ),
    "ssh-key": gettext_noop(
        "This is an SSH key. Public keys are accepted as PEM; for an RSA key of at least 3072 bits this "
        "makes one: ssh-keygen -e -m PKCS8 -f key.pub"
    ),
    "several-blocks": gettext_noop("There is more than one PEM block here. Paste exactly one public key."),
    "other-label": gettext_noop(
        "This PEM block is labelled '%(label)s'. Accepted is one labelled 'PUBLIC KEY', as this makes it: "
        "openssl pkey -in private.pem -pubout"
    ),
    "not-pem": gettext_noop(
        "This is not a public key as PEM. It has to begin with -----BEGIN PUBLIC KEY-----, end with "
        "-----END PUBLIC KEY----- and hold nothing else."
    ),
    "bad-base64": gettext_noop(
        "The lines between BEGIN and END are not valid base64. Copy the whole key again, every character."
    ),
    # The key itself.
    "not-der": gettext_noop(
        "The PEM block does not hold a public key (a DER SubjectPublicKeyInfo). Copy the whole key again."
    ),
    "not-canonical": gettext_noop(
        "The key is not encoded as canonical DER. Let OpenSSL write it anew: "
        "openssl pkey -pubin -in key.pem -pubout"
    ),
    "other-kind": gettext_noop(
        "This is a key of the kind %(kind)s. Accepted are X-Wing keys, as this site makes them in the "
        "browser, and RSA keys of 3072 to 4096 bits."
    ),
    "unknown-kind": gettext_noop(
        "This kind of key is not known here. Accepted are X-Wing keys, as this site makes them in the "
        "browser, and RSA keys of 3072 to 4096 bits."
    ),
    "x-wing-form": gettext_noop(
        "This X-Wing key does not have the right form. Accepted is the object identifier without parameters "
        "and exactly 1216 bytes of key, the ML-KEM-768 part first, the X25519 part a number below 2^255 - 19."
    ),
    "rsa-too-small": gettext_noop(
        "This RSA key has %(bits)d bits. At least 3072 are needed; this makes a good one: "
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out private.pem"
    ),
    "rsa-too-large": gettext_noop(
        "This RSA key has %(bits)d bits. At most 4096 are accepted; this makes a good one: "
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 -out private.pem"
    ),
    "rsa-exponent": gettext_noop(
        "This RSA key has another public exponent than 65537. Accepted is 65537 only, OpenSSL's own choice: "
        "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out private.pem"
    ),
    "broken": gettext_noop(
        "Nothing can be encrypted to this key: it is damaged or was made wrongly. Make a new key pair."
    ),
    # Private keys, which only their owner and the workers ever load.
    "private-empty": gettext_noop(
        "There is no private key here. It begins with -----BEGIN PRIVATE KEY-----."
    ),
    "private-encrypted": gettext_noop(
        "This private key is locked with a passphrase. This unlocks it: "
        "openssl pkey -in private.pem -out unlocked.pem"
    ),
    "private-label": gettext_noop(
        "Accepted is one PEM block labelled 'PRIVATE KEY' (PKCS#8). This makes it: "
        "openssl pkcs8 -topk8 -nocrypt -in private.pem -out key.pem"
    ),
    "private-kind": gettext_noop(
        "This is not a whole private key of a kind that is used here: X-Wing, or RSA of 3072 to 4096 bits "
        "with the exponent 65537."
    ),
    "signing-key": gettext_noop("This is not a signing key that is accepted here: it was made wrongly."),
    "sealing-kind": gettext_noop("A sealing key has to be an X-Wing key."),
}
