//! A real program that says it is a version of pixi, made byte by byte: 64-bit ELF, no libraries.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

/// The machine's name in the names of releases.
pub(crate) const MACHINE: &str = std::env::consts::ARCH;

/// The name of the bare binary.
pub(crate) fn file() -> String {
    format!("pixi-{MACHINE}-unknown-linux-musl")
}

/// A program for this machine that prints `pixi VERSION`.
pub(crate) fn pixi(version: &str) -> Vec<u8> {
    let text = format!("pixi {version}\n");
    match MACHINE {
        "aarch64" => elf(183, &aarch64(text.len()), text.as_bytes()),
        _ => elf(62, &x86_64(text.len()), text.as_bytes()),
    }
}

/// A program for another machine.
pub(crate) fn foreign() -> Vec<u8> {
    elf(if MACHINE == "aarch64" { 62 } else { 183 }, &[], b"")
}

/// write(1, text, length); exit(0).
fn x86_64(length: usize) -> Vec<u8> {
    let mut code = vec![0xb8, 1, 0, 0, 0, 0xbf, 1, 0, 0, 0];
    // The text follows 16 bytes after this instruction.
    code.extend([0x48, 0x8d, 0x35, 16, 0, 0, 0, 0xba]);
    code.extend(u32::try_from(length).unwrap().to_le_bytes());
    code.extend([0x0f, 0x05, 0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05]);
    assert_eq!(code.len(), 33);
    code
}

/// The same.
fn aarch64(length: usize) -> Vec<u8> {
    let mov = |register: u32, value: u32| 0xd280_0000 | value << 5 | register;
    let call = 0xd400_0001;
    // The text follows 24 bytes after the third instruction.
    let address = 0x1000_0000 | (24 / 4) << 5 | 1;
    let length = u32::try_from(length).unwrap();
    let code = [mov(8, 64), mov(0, 1), address, mov(2, length), call, mov(8, 93), mov(0, 0), call];
    code.into_iter().flat_map(u32::to_le_bytes).collect()
}

fn elf(machine: u16, code: &[u8], text: &[u8]) -> Vec<u8> {
    const BASE: u64 = 0x40_0000;
    const HEADERS: u64 = 64 + 56;
    let size = HEADERS + (code.len() + text.len()) as u64;
    let mut bytes = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0];
    bytes.extend(machine.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend((BASE + HEADERS).to_le_bytes());
    bytes.extend(64_u64.to_le_bytes());
    bytes.extend([0; 12]);
    for half in [64_u16, 56, 1, 64, 0, 0] {
        bytes.extend(half.to_le_bytes());
    }
    // One segment, readable and executable.
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(5_u32.to_le_bytes());
    for word in [0, BASE, BASE, size, size, 0x1000] {
        bytes.extend(u64::to_le_bytes(word));
    }
    assert_eq!(bytes.len() as u64, HEADERS);
    bytes.extend(code);
    bytes.extend(text);
    bytes
}

/// What stands in an archive: name, type, contents.
pub(crate) type Member<'m> = (&'m str, tar::EntryType, &'m [u8]);

/// The archive of a release.
pub(crate) fn archive(binary: &[u8]) -> Vec<u8> {
    archive_of(&[("pixi", tar::EntryType::Regular, binary)])
}

/// An archive of anything.
pub(crate) fn archive_of(members: &[Member<'_>]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, kind, contents) in members {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(contents.len() as u64);
        header.set_mode(0o755);
        if !kind.is_file() {
            header.set_link_name("/bin/sh").unwrap();
        }
        // By hand: the builder refuses `..`.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *contents).unwrap();
    }
    let mut encoder = builder.into_inner().unwrap();
    encoder.flush().unwrap();
    encoder.finish().unwrap()
}

/// The digest as text.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    pixi_cuda_setup::install::checksum::Digest::of(bytes).to_string()
}
