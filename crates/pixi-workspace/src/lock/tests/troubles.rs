use diagnostics::{Position, Severity};

use super::lock;
use crate::lock::{EXPLANATIONS, Kind, Trouble};
use crate::{Finding, PixiVersion};

const V6: &str = include_str!("../../../tests/locks/v6-cuda.yaml");
const V7: &str = include_str!("../../../tests/locks/v7-rows.yaml");

fn trouble(text: &str) -> Trouble {
    lock(text).expect_err("this is no lock")
}

fn at(minor: u64) -> PixiVersion {
    PixiVersion::new(0, minor, 0)
}

/// The finding with `--locked`.
fn finding(text: &str, minor: u64) -> Finding {
    trouble(text).finding(at(minor), true, false)
}

fn line(trouble: &Trouble) -> usize {
    trouble.source.position(trouble.span.start).line
}

#[test]
fn what_is_there_instead_of_a_lock() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    let bom = format!("\u{FEFF}{V6}");
    let quoted = V6.replacen("version: 6", "version: '6'", 1);
    let float = V6.replacen("version: 6", "version: 6.0", 1);
    let without = V6.replacen("version: 6", "versio: 6", 1);
    let platforms = V7.replacen("platforms:", "platform:", 1);
    let two = format!("{V6}---\nversion: 6\n");
    for (text, kind, code) in [
        ("", Kind::Empty, "lock/empty"),
        ("\n \r\n", Kind::Empty, "lock/empty"),
        ("# nothing yet\n", Kind::Empty, "lock/empty"),
        ("{}\n", Kind::Empty, "lock/empty"),
        ("{ }\n", Kind::Empty, "lock/empty"),
        ("~\n", Kind::Empty, "lock/empty"),
        (pointer, Kind::LfsPointer, "lock/lfs-pointer"),
        (&bom, Kind::ByteOrderMark, "lock/unreadable"),
        (&quoted, Kind::VersionNotInteger("'6'".to_owned()), "lock/unreadable"),
        (&float, Kind::VersionNotInteger("6.0".to_owned()), "lock/unreadable"),
        (&without, Kind::NoVersion, "lock/unreadable"),
        ("just words\n", Kind::NoVersion, "lock/unreadable"),
        ("- a\n", Kind::NoVersion, "lock/unreadable"),
        (&platforms, Kind::NoPlatforms, "lock/unreadable"),
        ("version: 8\nrows: []\n", Kind::Newer(8), "lock/newer-format"),
        ("version: 99999999999\n", Kind::Newer(99_999_999_999), "lock/newer-format"),
        ("version: 3\npackage: []\n", Kind::Older(3), "lock/older-format"),
        ("version: 1\nmetadata: {}\n", Kind::Older(1), "lock/older-format"),
        (&two, Kind::NotYaml("a second document starts here".to_owned()), "lock/unreadable"),
    ] {
        let found = trouble(text);
        assert_eq!(found.kind, kind, "{text:.60}");
        let finding = found.finding(at(77), true, false);
        assert_eq!(finding.code, code, "{text:.60}");
        assert_eq!(finding.severity, Severity::Error, "{text:.60}");
        assert!(finding.remedy.is_some() && finding.prevents.is_some(), "{text:.60}");
        assert!(EXPLANATIONS.iter().any(|explanation| explanation.code == code));
    }
}

#[test]
fn conflicts_are_named_with_their_line() {
    let text = V6.replacen(
        "  sha256: ",
        "<<<<<<< HEAD\n  sha256: aa\n=======\n  sha256: bb\n>>>>>>> main\n  sha512: ",
        1,
    );
    let found = trouble(&text);
    assert_eq!(found.kind, Kind::Conflict(1));
    let expected = text.lines().position(|line| line.starts_with("<<<<<<<")).expect("a marker") + 1;
    assert_eq!(line(&found), expected);
    let finding = found.finding(at(77), false, false);
    assert_eq!(finding.code, "lock/conflict");
    assert_eq!(
        finding.prevents.as_deref(),
        Some("Failed to load lock file from `pixi.lock`: could not find expected ':'")
    );
    assert_eq!(trouble("version: 6\n>>>>>>> main\n").kind, Kind::Conflict(1), "half resolved");
}

/// A file that is cut anywhere is either read, with a package less nobody asks for, or refused;
/// most cuts are seen to be cuts.
#[test]
fn a_cut_is_seen_as_a_cut() {
    let mut cuts = 0;
    for end in (40..V6.len()).step_by(61) {
        let text = V6.get(..end).expect("ASCII");
        match lock(text).map_err(|trouble| trouble.kind) {
            Err(Kind::Truncated(_)) => cuts += 1,
            Err(Kind::Inconsistent(_)) if text.ends_with('\n') => {}
            Ok(_) if end > V6.len() - 200 => {}
            other => panic!("{end}: {other:?}"),
        }
    }
    assert!(cuts > 100, "{cuts}");
    let middle = V6.get(..V6.len() / 2).expect("ASCII");
    let finding = finding(middle, 77);
    assert_eq!((finding.code, finding.severity), ("lock/truncated", Severity::Error));
}

#[test]
fn what_pixi_says_to_a_newer_format_differs_by_version() {
    for (minor, locked, frozen, severity, text) in [
        (48, true, false, Severity::Error, "only up to including version 6 is supported"),
        (48, false, false, Severity::Error, "The lock file version is 7"),
        (60, true, false, Severity::Error, "Cannot continue with --locked or --frozen mode"),
        (67, false, true, Severity::Error, "Lock-file version 7 is newer than supported"),
        (67, false, false, Severity::Warning, "treated as missing and regenerated"),
    ] {
        let lock = lock(V7).expect("a lock");
        let findings = lock.findings(at(minor), locked, frozen);
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!((finding.code, finding.severity), ("lock/newer-format", severity), "{minor}");
        assert!(finding.prevents.as_deref().is_some_and(|own| own.contains(text)), "{finding:?}");
        assert!(finding.remedy.as_deref().is_some_and(|remedy| remedy.contains(">=0.68")));
        let (source, span) = finding.place.as_ref().expect("a place");
        assert_eq!(source.position(span.start), Position { line: 1, column: 10 });
    }
    let plain = trouble("version: 8\n").finding(at(77), false, false);
    assert_eq!(plain.severity, Severity::Warning);
    assert!(plain.notes[0].contains("overwrites the lock with format 7"));
}

#[test]
fn old_formats_and_silent_rows_are_mentioned_where_it_matters() {
    let codes = |text: &str, minor| -> Vec<&str> {
        lock(text)
            .expect("a lock")
            .findings(at(minor), true, false)
            .iter()
            .map(|f| f.code)
            .collect()
    };
    assert_eq!(codes(V6, 77), ["lock/older-format"]);
    assert_eq!(codes(V6, 48), [""; 0]);
    assert_eq!(codes(V7, 77), [""; 0]);
    let bare = include_str!("../../../tests/locks/v7-bare.yaml");
    assert_eq!(codes(bare, 77), ["lock/no-virtual-packages"]);
    assert_eq!(codes(bare, 70), [""; 0]);
}

#[test]
fn a_missing_lock_matters_when_it_is_asked_for() {
    let missing = Trouble::missing("sub/pixi.lock");
    let of = |minor, locked, frozen| missing.finding(at(minor), locked, frozen);
    assert_eq!(of(77, false, false).severity, Severity::Warning);
    for (minor, frozen, text) in [
        (77, false, "lock file not up-to-date with the workspace"),
        (69, false, "lock-file not up-to-date with the workspace"),
        (42, false, "lock-file not up-to-date with the project"),
        (48, true, "the lockfile is not up-to-date with requested environment: 'default'"),
    ] {
        let finding = of(minor, !frozen, frozen);
        assert_eq!((finding.severity, finding.prevents.as_deref()), (Severity::Error, Some(text)));
        assert_eq!(finding.place, None);
    }
}

#[test]
fn merges_that_yaml_accepts_are_refused_with_their_place() {
    for (from, to, what) in [
        ("packages:\n- conda", "packages: []\npackages:\n- conda", "`packages` is there twice"),
        ("  prod:\n", "  default:\n", "the environment `default` is there twice"),
        (
            "- conda: https://conda.anaconda.org/conda-forge/noarch/pytorch-gpu",
            "- conda: https://x/noarch/pytorch-gpu",
            "`packages` does not describe it",
        ),
    ] {
        let (before, after) = V6.rsplit_once(from).expect(from);
        let text = format!("{before}{to}{after}");
        match trouble(&text).kind {
            Kind::Inconsistent(words) => assert!(words.contains(what), "{words}"),
            other => panic!("{other:?}"),
        }
    }
    let unknown = V7.replacen("- name: p1\n", "- name: p7\n", 1);
    assert!(
        matches!(trouble(&unknown).kind, Kind::Inconsistent(words) if words.contains("not in `platforms`"))
    );
}

#[test]
fn depth_and_size_have_limits() {
    let deep = format!("version: 6\nx: {}\n", "[".repeat(100_000));
    assert!(matches!(trouble(&deep).kind, Kind::NotYaml(_)));
    let large = " ".repeat(crate::lock::MAX_BYTES + 1);
    assert_eq!(trouble(&large).kind, Kind::TooLarge);
}
