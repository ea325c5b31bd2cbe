//! The long form of this crate's codes.

use diagnostics::Explanation;

/// Every code of this crate.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "signing/key",
        title: "the signing key cannot be read",
        text: "An SSH key is read in OpenSSH's format, an OpenPGP key as an armored export or the Base64 form of one. Secrets that were pasted without their last lines, with another secret's value, or as a public key are the usual cause. Nothing was changed.",
    },
    Explanation {
        code: "signing/unsupported",
        title: "a key of a kind that cannot sign here",
        text: "SSH: Ed25519, ECDSA (P-256, P-384) and RSA (2048 to 4096 bits) sign. Keys that live in hardware, DSA keys and P-521 do not, nor does the one ECDSA key of 256 whose number begins with a zero byte.\n\nOpenPGP: version 4 keys, Ed25519, ECDSA (P-256, P-384) and RSA; a key that is expired or revoked, or may only certify or encrypt, does not sign. Its secret part may be protected by AES, as GnuPG does it.",
    },
    Explanation {
        code: "signing/passphrase",
        title: "the passphrase is missing or wrong",
        text: "The key is encrypted. SSH keys are opened with input `ssh_key_passphrase`, OpenPGP keys with `gpg_passphrase`. Nothing was changed.",
    },
    Explanation {
        code: "signing/public-key",
        title: "the public key is not that of the private key",
        text: "`ssh_public_signing_key` is optional, and compared with the private key when it is there: two halves of different keys mean that a secret was mixed up. Nothing was changed.",
    },
];
