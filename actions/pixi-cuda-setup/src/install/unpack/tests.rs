use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

const HERE: Architecture = Architecture::X86_64;

/// The first 20 bytes of a program, and some more.
fn program(machine: u16) -> Vec<u8> {
    let mut bytes = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0];
    bytes.extend(machine.to_le_bytes());
    bytes.extend([0; 100]);
    bytes
}

struct Member<'m> {
    name: &'m str,
    kind: EntryType,
    contents: &'m [u8],
}

fn file<'m>(name: &'m str, contents: &'m [u8]) -> Member<'m> {
    Member { name, kind: EntryType::Regular, contents }
}

fn archive(members: &[Member<'_>]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for member in members {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(member.kind);
        header.set_size(member.contents.len() as u64);
        header.set_mode(0o755);
        // By hand: the builder refuses `..`.
        header.as_mut_bytes()[..member.name.len()].copy_from_slice(member.name.as_bytes());
        if matches!(member.kind, EntryType::Symlink | EntryType::Link) {
            header.set_link_name("/bin/sh").unwrap();
        }
        header.set_cksum();
        builder.append(&header, member.contents).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

#[test]
fn the_one_file_is_taken_out() {
    let program = program(62);
    let top = Member { name: "./", kind: EntryType::Directory, contents: b"" };
    for bytes in [
        archive(&[file("pixi", &program)]),
        archive(&[top, file("./pixi", &program)]),
        program.clone(),
    ] {
        assert_eq!(unpack(&bytes, HERE).unwrap(), program);
    }
}

#[test]
fn anything_else_is_refused() {
    let x86 = program(62);
    let link = |kind| Member { name: "pixi", kind, contents: b"" };
    let cases = [
        (archive(&[file("../pixi", &x86)]), "holds `../pixi`"),
        (archive(&[file("/usr/bin/pixi", &x86)]), "holds `/usr/bin/pixi`"),
        (archive(&[file("pixi/../pixi", &x86)]), "holds `pixi/../pixi`"),
        (archive(&[file("pixi", &x86), file("README", b"x")]), "holds `README`"),
        (archive(&[file("pixi", &x86), file("pixi", &x86)]), "`pixi` twice"),
        (archive(&[link(EntryType::Symlink)]), "as a symbolic link"),
        (archive(&[link(EntryType::Link)]), "as a hard link"),
        (archive(&[link(EntryType::Fifo)]), "no regular file"),
        (archive(&[link(EntryType::Directory)]), "as a folder"),
        (archive(&[file("a\u{1b}[31m", &x86)]), "holds `a\\u{1b}[31m`"),
        (archive(&[]), "no file `pixi`"),
        (archive(&[file("pixi", b"#!/bin/sh\n")]), "neither"),
        (archive(&[file("pixi", b"")]), "neither"),
        (archive(&[file("pixi", &program(183))]), "for aarch64, and this machine is x86_64"),
        (archive(&[file("pixi", &program(40))]), "for machine 40"),
        (b"<html>".to_vec(), "neither"),
        (Vec::new(), "neither"),
        (vec![0x1f, 0x8b, 0, 0], "cannot be read"),
    ];
    for (bytes, reason) in cases {
        let said = unpack(&bytes, HERE).expect_err(reason).to_string();
        assert!(said.contains(reason), "{reason}: {said}");
    }
}

#[test]
fn a_cut_archive_is_no_archive() {
    let whole = archive(&[file("pixi", &[program(62), vec![7; 5000]].concat())]);
    for length in 2..whole.len() {
        assert!(unpack(&whole[..length], HERE).is_err(), "{length} of {}", whole.len());
    }
    let mut odd = whole.clone();
    let end = odd.len() - 8;
    odd[end] ^= 1;
    assert!(
        matches!(unpack(&odd, HERE), Err(Unfit::Broken(_))),
        "the checksum at the end is wrong"
    );
}

#[test]
fn bombs_end_early() {
    let zeros = [program(62), vec![0; 4 << 20]].concat();
    let limit = 1 << 20;
    let bytes = archive(&[file("pixi", &zeros)]);
    assert!(bytes.len() < 100_000);
    assert!(matches!(unpack_within(&bytes, HERE, limit), Err(Unfit::TooLarge(_))));
    // A small file, and no end after it.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let inner = archive(&[file("pixi", &program(62))]);
    let mut plain = Vec::new();
    io::copy(&mut MultiGzDecoder::new(&*inner), &mut plain).unwrap();
    encoder.write_all(&plain).unwrap();
    encoder.write_all(&vec![0; 8 << 20]).unwrap();
    let endless = encoder.finish().unwrap();
    assert!(matches!(unpack_within(&endless, HERE, limit), Err(Unfit::TooLarge(_))));
}

#[test]
fn a_header_that_lies_about_the_size_is_refused() {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_path("pixi").unwrap();
    header.set_size(1 << 40);
    header.set_cksum();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(header.as_bytes()).unwrap();
    encoder.write_all(&program(62)).unwrap();
    let bytes = encoder.finish().unwrap();
    assert!(matches!(unpack(&bytes, HERE), Err(Unfit::TooLarge(_))));
}

#[test]
fn a_flipped_bit_is_noticed_or_changes_nothing() {
    let program = program(62);
    let whole = archive(&[file("pixi", &program)]);
    for at in 0..whole.len() {
        let mut odd = whole.clone();
        odd[at] ^= 1 << (at % 8);
        // The header of the stream holds a time and a name of a system, which nobody checks.
        if let Ok(binary) = unpack(&odd, HERE) {
            assert_eq!(binary, program, "byte {at}");
        }
    }
}
