//! ASCII armor.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::damaged;
use crate::Error;

const BEGIN: &str = "-----BEGIN PGP PRIVATE KEY BLOCK-----";
const END: &str = "-----END PGP PRIVATE KEY BLOCK-----";

/// Base64 digits in a line, as GnuPG writes them.
const WIDTH: usize = 64;

/// The bytes of an armored private key, or of the Base64 form of one.
pub(super) fn open(text: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let text = text.trim();
    if text.starts_with("-----") {
        return block(text);
    }
    let bytes = base64(text).ok_or(damaged("it is neither armored nor Base64"))?;
    match std::str::from_utf8(&bytes) {
        Ok(inner) if inner.trim_start().starts_with("-----") => block(inner.trim()),
        _ => Ok(bytes),
    }
}

fn block(text: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    if text.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----") {
        return Err(damaged("this is a public key"));
    }
    let inner = text.strip_prefix(BEGIN).ok_or(damaged("it is no PGP PRIVATE KEY BLOCK"))?;
    let (inner, _) = inner.split_once(END).ok_or(damaged("its end is missing"))?;
    // Headers end at the first empty line; Base64 has no colons.
    let lines = inner.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains(':'));
    let (mut digits, mut sum) = (Zeroizing::new(String::new()), None);
    for line in lines {
        match line.strip_prefix('=') {
            Some(rest) if rest.len() == 4 => sum = Some(rest),
            _ => digits.push_str(line),
        }
    }
    let bytes = base64(&digits).ok_or(damaged("it is damaged"))?;
    if let Some(sum) = sum
        && base64(sum).is_none_or(|sum| sum.as_slice() != crc24(&bytes))
    {
        return Err(damaged("its checksum is wrong"));
    }
    Ok(bytes)
}

fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bare: Zeroizing<String> =
        Zeroizing::new(text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect());
    STANDARD.decode(bare.as_bytes()).ok().map(Zeroizing::new)
}

fn crc24(bytes: &[u8]) -> [u8; 3] {
    let mut sum: u32 = 0x00B7_04CE;
    for byte in bytes {
        sum ^= u32::from(*byte) << 16;
        for _ in 0..8 {
            sum <<= 1;
            if sum & 0x0100_0000 != 0 {
                sum ^= 0x0186_4CFB;
            }
        }
    }
    let [_, a, b, c] = sum.to_be_bytes();
    [a, b, c]
}

/// An armored signature.
pub(super) fn signature(packet: &[u8]) -> String {
    let mut text = "-----BEGIN PGP SIGNATURE-----\n\n".to_owned();
    for (at, digit) in STANDARD.encode(packet).chars().enumerate() {
        if at > 0 && at % WIDTH == 0 {
            text.push('\n');
        }
        text.push(digit);
    }
    text.push_str("\n=");
    text.push_str(&STANDARD.encode(crc24(packet)));
    text.push_str("\n-----END PGP SIGNATURE-----\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armor_with_headers_and_without() {
        let sum = STANDARD.encode(crc24(b"hello"));
        for headers in ["", "Version: x\nComment: y\n"] {
            let text = format!("{BEGIN}\r\n{headers}\n aGVs\nbG8=\n={sum}\n{END}\n");
            assert_eq!(open(&text).unwrap().as_slice(), b"hello", "{headers}");
            assert_eq!(open(&STANDARD.encode(&text)).unwrap().as_slice(), b"hello");
        }
        assert_eq!(open("aGVsbG8=").unwrap().as_slice(), b"hello");
    }

    #[test]
    fn what_is_not_armor_is_told() {
        for (text, reason) in [
            (String::new(), ""),
            (format!("{BEGIN}\n\naGVsbG8=\n"), "its end is missing"),
            (format!("{BEGIN}\n\naGVsbG8=\n=AAAA\n{END}"), "its checksum is wrong"),
            (format!("{BEGIN}\n\n???\n{END}"), "it is damaged"),
            ("-----BEGIN PGP PUBLIC KEY BLOCK-----".into(), "this is a public key"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----".into(), "it is no PGP PRIVATE KEY BLOCK"),
            ("hello!".into(), "it is neither armored nor Base64"),
        ] {
            let got = open(&text);
            if reason.is_empty() {
                assert!(got.is_ok_and(|bytes| bytes.is_empty()));
            } else {
                assert_eq!(got.unwrap_err(), damaged(reason), "{text}");
            }
        }
    }
}
