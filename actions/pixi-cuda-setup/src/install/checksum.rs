//! SHA-256 digests, and the files that publish them.

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest; 64 hexadecimal digits as text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

/// A text that is no SHA-256 digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 digest has 64 hexadecimal digits")]
pub struct NotADigest;

impl Digest {
    /// The digest of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl FromStr for Digest {
    type Err = NotADigest;

    /// 64 hexadecimal digits in either case; `sha256:` may stand before them.
    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let text = text.trim();
        let digits = text.strip_prefix("sha256:").unwrap_or(text).as_bytes();
        if digits.len() != 64 {
            return Err(NotADigest);
        }
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(digits.chunks_exact(2)) {
            let nibble = |digit: &u8| char::from(*digit).to_digit(16);
            let (Some(high), Some(low)) =
                (pair.first().and_then(nibble), pair.get(1).and_then(nibble))
            else {
                return Err(NotADigest);
            };
            *byte = u8::try_from(high * 16 + low).map_err(|_| NotADigest)?;
        }
        Ok(Self(digest))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        write!(text, "{self}")?;
        f.write_str(&text)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What a `.sha256` file says of a file: a bare digest, or lines as `sha256sum` writes them, of
/// which the one that names the file counts.
///
/// # Errors
/// Why the text says nothing of that file.
pub fn published(text: &str, file: &str) -> Result<Digest, &'static str> {
    let lines: Vec<&str> = text
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    if let [line] = lines.as_slice()
        && let Ok(digest) = line.parse()
    {
        return Ok(digest);
    }
    let mut found = None;
    let mut others = false;
    for line in &lines {
        let Some((digest, name)) = line.trim().split_once(char::is_whitespace) else { continue };
        let Ok(digest) = digest.parse::<Digest>() else { continue };
        let name = name.trim_start();
        let name = name.strip_prefix('*').unwrap_or(name);
        if name.rsplit('/').next() != Some(file) {
            others = true;
        } else if found.is_some_and(|known| known != digest) {
            return Err("it names the file twice, with different digests");
        } else {
            found = Some(digest);
        }
    }
    match (found, others) {
        (Some(digest), _) => Ok(digest),
        (None, true) => Err("it is about other files"),
        (None, false) => Err("it holds no SHA-256 digest"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn digests_are_read_and_written() {
        let digest = Digest::of(b"");
        assert_eq!(digest.to_string(), EMPTY);
        for text in [EMPTY.to_owned(), EMPTY.to_uppercase(), format!(" sha256:{EMPTY}\n")] {
            assert_eq!(text.parse(), Ok(digest), "{text}");
        }
        for text in
            ["", "e3b0", &EMPTY.replace('e', "g"), &format!("{EMPTY}00"), "é".repeat(32).as_str()]
        {
            assert_eq!(text.parse::<Digest>(), Err(NotADigest), "{text}");
        }
        let json = serde_json::to_string(&digest).unwrap();
        assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
    }

    #[test]
    fn checksum_files_come_in_two_forms() {
        let other = Digest::of(b"x");
        let fine = [
            format!("{EMPTY}\n"),
            EMPTY.to_owned(),
            format!("{EMPTY}  pixi.tar.gz\n"),
            format!("{EMPTY} *pixi.tar.gz\r\n"),
            format!("{EMPTY}  ./dist/pixi.tar.gz"),
            format!("{other}  pixi.zip\n\n{EMPTY}  pixi.tar.gz\n{EMPTY}  pixi.tar.gz\n"),
        ];
        for text in fine {
            assert_eq!(published(&text, "pixi.tar.gz"), Ok(Digest::of(b"")), "{text}");
        }
        let wrong = [
            (String::new(), "no SHA-256"),
            ("<html>Not Found</html>".to_owned(), "no SHA-256"),
            (format!("{EMPTY}  pixi.zip\n"), "other files"),
            (format!("{EMPTY}\n{other}\n"), "no SHA-256"),
            (format!("{EMPTY}  pixi.tar.gz\n{other}  pixi.tar.gz\n"), "twice"),
        ];
        for (text, reason) in wrong {
            let said = published(&text, "pixi.tar.gz").expect_err(&text);
            assert!(said.contains(reason), "{text}: {said}");
        }
    }
}
