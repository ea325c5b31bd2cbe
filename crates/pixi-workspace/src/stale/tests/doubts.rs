//! What manifest and lock alone do not tell: never "up to date".

use super::world::{APP, PLAIN, Stale, TEXTLIB, Unknown, edited, expect, plain, verdict};
use crate::lock::PackageKind;
use crate::stage::lock;
use crate::stale::{Doubt, Kind, Verdict};

const TEXT: &str = "[workspace]\nchannels = [\"conda-forge\"]\nplatforms = [\"linux-64\"]\n\n[dependencies]\napp = \"1.*\"\n";

#[test]
fn keys_that_are_not_looked_at() {
    let cases = [
        (
            ("app = \"1.*\"", "app = { version = \"1.*\", when = \"__cuda\" }"),
            "`app` asks for more than a version and a build",
        ),
        (("app = \"1.*\"", "app = { version = \"9.*\", extras = [\"x\"] }"), ""),
        (
            ("version = \"0.1.0\"", "exclude-newer = \"7d\""),
            "`exclude-newer` counts from the day pixi runs",
        ),
        (
            ("[environments]", "[dev]\nme = { path = \".\" }\n\n[environments]"),
            "`dev` is not compared with the lock",
        ),
        (
            (
                "[\"conda-forge\"]",
                "[{ channel = \"conda-forge\", exclude-newer = \"2026-01-01\" }]",
            ),
            "`exclude-newer` is not compared with the lock",
        ),
        (
            ("[\"conda-forge\"]", "[\"./channel\"]"),
            "a channel is a folder, whose URL depends on the machine",
        ),
    ];
    for (edit, why) in cases {
        let found = verdict(&edited(PLAIN, &[edit]), &plain(7), "0.77.0");
        if why.is_empty() {
            let text =
                "the requirement 'app 9.*' could not be satisfied (required by '<environment>')";
            expect("", &found, Stale(Kind::Requirement, text), "0.77.0");
        } else {
            expect("", &found, Unknown(why), "0.77.0");
        }
    }
}

#[test]
fn source_packages() {
    let binary = lock(7, &["linux-64"], &[("default", "linux-64", &[APP, TEXTLIB])]);
    let mut source = binary.clone();
    for package in &mut source.packages {
        if let (PackageKind::Conda(conda), "app") = (&package.kind, package.name.as_str()) {
            package.kind = PackageKind::CondaSource(conda.clone());
        }
    }
    let from_source = edited(TEXT, &[("\"1.*\"", "{ path = \"./app\" }")]);
    let as_source = |found, text| expect("", &found, Stale(Kind::Source, text), "0.77.0");
    expect(
        "",
        &verdict(&from_source, &source, "0.77.0"),
        Unknown("`app` is built from source"),
        "0.77.0",
    );
    as_source(
        verdict(&from_source, &binary, "0.77.0"),
        "required source package 'app' is locked as binary (required by '<environment>')",
    );
    as_source(
        verdict(TEXT, &source, "0.77.0"),
        "package 'app' is locked as source, but is only required as binary",
    );
    let missing = edited(TEXT, &[("app = \"1.*\"", "app = \"1.*\"\nnew = { path = \"./new\" }")]);
    as_source(
        verdict(&missing, &binary, "0.77.0"),
        "no package named 'new' exists (required by '<environment>')",
    );
}

#[test]
fn a_doubt_becomes_a_notice_and_a_reason_an_error() {
    let version = crate::stage::version("0.77.0");
    let found = verdict(
        &edited(PLAIN, &[("version = \"0.1.0\"", "exclude-newer = \"7d\"")]),
        &plain(7),
        "0.77.0",
    );
    let findings = found.findings(version);
    assert_eq!((findings.len(), findings[0].code), (1, "lock/staleness-unknown"));
    assert_eq!(findings[0].notes, ["the same holds for test"]);
    assert_eq!(findings[0].environment.as_deref(), Some("default"));
    let doubt = |why: &str| Doubt { environment: None, platform: None, why: why.to_owned() };
    let doubts: Vec<Doubt> = ["a", "b", "c", "d", "e", "f", "a"].map(doubt).into();
    let [one] = Verdict::Unknown(doubts).findings(version).try_into().expect("one for all");
    assert_eq!(one.message, "whether the lock is up to date cannot be seen: a");
    assert_eq!(one.notes, ["also: b", "also: c", "also: d", "and 2 more like these"]);
    let found = verdict(&edited(PLAIN, &[("app = \"1.*\"", "app = \"2.*\"")]), &plain(7), "0.77.0");
    let findings = found.findings(version);
    assert_eq!((findings.len(), findings[0].code), (1, "lock/stale"));
    assert_eq!(
        findings[0].notes,
        ["the same holds for default (osx-arm64), test (linux-64), test (osx-arm64)"]
    );
    let first = findings[0].diagnostic();
    assert!(first.notes.iter().any(|note| note.contains("not up-to-date with the workspace")));
}
