//! From the bytes of a release to the bytes of the binary.
//!
//! Only one thing is taken out of an archive: a regular file `pixi` at its top. Everything else in
//! it, be it harmless, is refused: pixi's own archives hold nothing else.

use std::io::{self, Read as _};

use flate2::read::MultiGzDecoder;
use tar::EntryType;

/// The largest binary in bytes: five times pixi's in 2026.
const LARGEST: u64 = 512 * 1024 * 1024;

/// A machine that pixi is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// `x86_64`, conda's linux-64.
    X86_64,
    /// `aarch64`, conda's linux-aarch64.
    Aarch64,
}

impl Architecture {
    /// The one this program was built for; `None` where pixi has no Linux binary for it.
    pub fn here() -> Option<Self> {
        match std::env::consts::ARCH {
            "x86_64" => Some(Self::X86_64),
            "aarch64" => Some(Self::Aarch64),
            _ => None,
        }
    }

    /// The name in file names of releases.
    pub fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Aarch64 => "aarch64",
        }
    }

    /// The bare binary of a release; `.tar.gz` makes it the archive.
    pub fn file(self) -> String {
        format!("pixi-{}-unknown-linux-musl", self.name())
    }

    /// The number of the machine in an ELF header.
    fn machine(self) -> u16 {
        match self {
            Self::X86_64 => 62,
            Self::Aarch64 => 183,
        }
    }
}

/// What is wrong with what was downloaded.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Neither a compressed archive nor a program.
    #[error("it is neither a `.tar.gz` nor a Linux program")]
    Neither,
    /// The archive cannot be read to its end.
    #[error("the archive cannot be read: {0}")]
    Broken(io::Error),
    /// Something else than the one file.
    #[error("the archive holds {0}, and may hold nothing but the file `pixi`")]
    Foreign(String),
    /// No file at all.
    #[error("the archive holds no file `pixi`")]
    Empty,
    /// Unpacked it is larger than allowed.
    #[error("unpacked it is larger than {} MB", .0 / 1024 / 1024)]
    TooLarge(u64),
    /// A program of another machine.
    #[error("it is a program for {found}, and this machine is {}", .wanted.name())]
    Machine {
        /// What it is for.
        found: String,
        /// What is needed.
        wanted: Architecture,
    },
}

/// The binary in an archive or, where the download is the binary itself, that.
///
/// # Errors
/// [`Unfit`].
pub fn unpack(bytes: &[u8], wanted: Architecture) -> Result<Vec<u8>, Unfit> {
    unpack_within(bytes, wanted, LARGEST)
}

fn unpack_within(bytes: &[u8], wanted: Architecture, limit: u64) -> Result<Vec<u8>, Unfit> {
    let binary = if bytes.starts_with(&[0x1f, 0x8b]) {
        only_file(bytes, limit)?
    } else if bytes.starts_with(b"\x7fELF") {
        bytes.to_vec()
    } else {
        return Err(Unfit::Neither);
    };
    check_machine(&binary, wanted)?;
    Ok(binary)
}

fn only_file(bytes: &[u8], limit: u64) -> Result<Vec<u8>, Unfit> {
    // A little more than the file for headers; an archive that goes on forever ends here.
    let unpacked = MultiGzDecoder::new(bytes).take(limit.saturating_add(1024 * 1024));
    let mut archive = tar::Archive::new(unpacked);
    let mut found: Option<Vec<u8>> = None;
    for entry in archive.entries().map_err(Unfit::Broken)? {
        let mut entry = entry.map_err(Unfit::Broken)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        let is_top = kind == EntryType::Directory && matches!(name.as_str(), "." | "./");
        if is_top {
            continue;
        }
        let shown = diagnostics::visible_line(&name);
        if !matches!(name.as_str(), "pixi" | "./pixi") {
            return Err(Unfit::Foreign(format!("`{shown}`")));
        }
        if !matches!(kind, EntryType::Regular) {
            return Err(Unfit::Foreign(format!("`{shown}` as {}", describe(kind))));
        }
        if found.is_some() {
            return Err(Unfit::Foreign(format!("`{shown}` twice")));
        }
        if entry.size() > limit {
            return Err(Unfit::TooLarge(limit));
        }
        let size = entry.size();
        let mut binary = Vec::new();
        entry.read_to_end(&mut binary).map_err(Unfit::Broken)?;
        if binary.len() as u64 != size {
            let ended = io::Error::new(io::ErrorKind::UnexpectedEof, "it ends early");
            return Err(Unfit::Broken(ended));
        }
        found = Some(binary);
    }
    let mut rest = archive.into_inner();
    // Checksum and length of the compressed stream are at its end.
    io::copy(&mut rest, &mut io::sink()).map_err(Unfit::Broken)?;
    if rest.limit() == 0 {
        return Err(Unfit::TooLarge(limit));
    }
    found.ok_or(Unfit::Empty)
}

fn describe(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Symlink => "a symbolic link",
        EntryType::Link => "a hard link",
        EntryType::Directory => "a folder",
        EntryType::GNUSparse => "a sparse file",
        _ => "something that is no regular file",
    }
}

fn check_machine(binary: &[u8], wanted: Architecture) -> Result<(), Unfit> {
    // Class and byte order, then type and machine of the ELF header.
    let (Some([0x7f, b'E', b'L', b'F', 2, 1]), Some(&[kind, 0, low, high])) =
        (binary.get(..6), binary.get(16..20))
    else {
        return Err(Unfit::Neither);
    };
    // 2 is an executable at a fixed place, 3 one that can lie anywhere.
    if !matches!(kind, 2 | 3) {
        return Err(Unfit::Neither);
    }
    let machine = u16::from_le_bytes([low, high]);
    if machine == wanted.machine() {
        return Ok(());
    }
    let known = [Architecture::X86_64, Architecture::Aarch64];
    let found = known.into_iter().find(|known| known.machine() == machine);
    let found = found.map_or_else(|| format!("machine {machine}"), |found| found.name().to_owned());
    Err(Unfit::Machine { found, wanted })
}

#[cfg(test)]
mod tests;
