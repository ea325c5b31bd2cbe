//! Rows about conda dependencies, channels, platforms, environments and solve options.

use super::world::{
    APP, Case, EXTRA, Expected, Fresh, PLAIN, Stale, TEXTLIB, check, edited, expect, only, place,
    plain, verdict,
};
use crate::lock::{Lock, PackageKind};
use crate::stage::lock;
use crate::stale::Kind;

/// Rows that hold for 0.77 and for 0.48.
const BOTH: [Case; 41] = [
    ("comment, white space", &[("[dependencies]", "# here\n\n[dependencies]  ")], Fresh),
    (
        "order of keys",
        &[("name = \"demo\"\nversion = \"0.1.0\"", "version = \"0.1.0\"\nname = \"demo\"")],
        Fresh,
    ),
    ("order of environments", &[("test = [\"test\"]", "test = [\"test\"]\ndefault = []")], Fresh),
    (
        "order of platforms",
        &[("[\"linux-64\", \"osx-arm64\"]", "[\"osx-arm64\", \"linux-64\"]")],
        Fresh,
    ),
    ("workspace name", &[("\"demo\"", "\"other\"")], Fresh),
    ("version", &[("0.1.0", "0.2.0")], Fresh),
    ("tasks", &[("[environments]", "[tasks]\nt = \"true\"\n\n[environments]")], Fresh),
    ("activation", &[("[environments]", "[activation.env]\nA = \"1\"\n\n[environments]")], Fresh),
    (
        "unused feature",
        &[("[environments]", "[feature.unused.dependencies]\nx = \"*\"\n\n[environments]")],
        Fresh,
    ),
    ("`[project]` for `[workspace]`", &[("[workspace]", "[project]")], Fresh),
    (
        "list or table form of an environment",
        &[("test = [\"test\"]", "test = { features = [\"test\"] }")],
        Fresh,
    ),
    (
        "`requires-pixi` that is met",
        &[("version = \"0.1.0\"", "requires-pixi = \">=0.40\"")],
        Fresh,
    ),
    ("spec loosened", &[("app = \"1.*\"", "app = \"*\"")], Fresh),
    ("spec tightened and still met", &[("app = \"1.*\"", "app = \">=1.4,<1.5\"")], Fresh),
    (
        "build string met",
        &[("app = \"1.*\"", "app = { version = \"1.*\", build = \"h0_*\" }")],
        Fresh,
    ),
    (
        "dependency that is already locked as a transitive one",
        &[("app = \"1.*\"", "app = \"1.*\"\ntextlib = \">=1\"")],
        Fresh,
    ),
    (
        "per-dependency `channel`",
        &[("app = \"1.*\"", "app = { version = \"1.*\", channel = \"other\" }")],
        Fresh,
    ),
    (
        "dependency added",
        &[("app = \"1.*\"", "app = \"1.*\"\nnew = \"*\"")],
        Stale(
            Kind::Requirement,
            "the requirement 'new *' could not be satisfied (required by '<environment>')",
        ),
    ),
    (
        "spec not met",
        &[("app = \"1.*\"", "app = \">=2\"")],
        Stale(
            Kind::Requirement,
            "the requirement 'app >=2' could not be satisfied (required by '<environment>')",
        ),
    ),
    (
        "spec not met, bare",
        &[("app = \"1.*\"", "app = \"1.5\"")],
        Stale(
            Kind::Requirement,
            "the requirement 'app ==1.5' could not be satisfied (required by '<environment>')",
        ),
    ),
    (
        "build not met",
        &[("app = \"1.*\"", "app = { version = \"1.*\", build = \"*cuda*\" }")],
        Stale(
            Kind::Requirement,
            "the requirement 'app 1.* *cuda*' could not be satisfied (required by '<environment>')",
        ),
    ),
    (
        "target spec not met (a platform that is not ours)",
        &[(
            "[environments]",
            "[target.osx-arm64.dependencies]\ntextlib = \"<1\"\n\n[environments]",
        )],
        Stale(
            Kind::Requirement,
            "the requirement 'textlib <1' could not be satisfied (required by '<environment>')",
        ),
    ),
    (
        "target spec met",
        &[("[environments]", "[target.osx.dependencies]\ntextlib = \">1\"\n\n[environments]")],
        Fresh,
    ),
    (
        "target of another platform",
        &[("[environments]", "[target.win.dependencies]\ntextlib = \"<1\"\n\n[environments]")],
        Fresh,
    ),
    (
        "dependency removed and no longer used",
        &[("extra = \">=3\"", "textlib = \"*\"")],
        Stale(
            Kind::Unused,
            "there are more conda packages in the lock file than are used by the environment: extra",
        ),
    ),
    (
        "channel put first",
        &[("channels = [\"conda-forge\"]", "channels = [\"nvidia\", \"conda-forge\"]")],
        Stale(
            Kind::Channels,
            "the channels in the lock file do not match the environments channels",
        ),
    ),
    (
        "channel replaced",
        &[("channels = [\"conda-forge\"]", "channels = [\"nvidia\"]")],
        Stale(
            Kind::Channels,
            "the channels in the lock file do not match the environments channels",
        ),
    ),
    (
        "channel in a feature",
        &[("[environments]", "[feature.test]\nchannels = [\"nvidia\"]\n\n[environments]")],
        Stale(
            Kind::Channels,
            "the channels in the lock file do not match the environments channels",
        ),
    ),
    (
        "trailing slash",
        &[("\"conda-forge\"", "\"https://conda.anaconda.org/conda-forge/\"")],
        Fresh,
    ),
    (
        "no trailing slash",
        &[("\"conda-forge\"", "\"https://conda.anaconda.org/conda-forge\"")],
        Fresh,
    ),
    (
        "channel as table",
        &[("[\"conda-forge\"]", "[{ channel = \"conda-forge\", priority = 2 }]")],
        Fresh,
    ),
    (
        "platform added",
        &[("\"osx-arm64\"", "\"osx-arm64\", \"win-64\"")],
        Stale(
            Kind::PlatformAdded,
            "the requirement 'app 1.*' could not be satisfied (required by '<environment>')",
        ),
    ),
    (
        "platform removed",
        &[(", \"osx-arm64\"", "")],
        Stale(
            Kind::PlatformRemoved,
            "platform(s) 'osx-arm64' present in the lock file but not in the environment",
        ),
    ),
    (
        "environment added",
        &[("test = [\"test\"]", "test = [\"test\"]\nextra = []")],
        Stale(
            Kind::EnvironmentMissing,
            "environment 'extra' is out of date because it does not exist in the lock file.",
        ),
    ),
    (
        "channel-priority, the default written out",
        &[("version = \"0.1.0\"", "channel-priority = \"strict\"")],
        Fresh,
    ),
    (
        "channel-priority changed",
        &[("version = \"0.1.0\"", "channel-priority = \"disabled\"")],
        Stale(
            Kind::ChannelPriority,
            "the lock file was solved with a different channel priority (strict) than the one selected (disabled)",
        ),
    ),
    (
        "index without PyPI dependencies",
        &[("[environments]", "[pypi-options]\nindex-url = \"https://x/simple\"\n\n[environments]")],
        Fresh,
    ),
    (
        "solve-group joined (versions agree)",
        &[(
            "test = [\"test\"]",
            "test = { features = [\"test\"], solve-group = \"g\" }\ndefault = { solve-group = \"g\" }",
        )],
        Fresh,
    ),
    (
        "default value spelled out",
        &[(
            "[environments]",
            "[system-requirements]\nlibc = \"2.28\"\nlinux = \"4.18\"\n\n[environments]",
        )],
        Fresh,
    ),
    (
        "archspec",
        &[("[environments]", "[system-requirements]\narchspec = \"x86_64\"\n\n[environments]")],
        Fresh,
    ),
    (
        "dependency removed and no longer used: app, textlib",
        &[("test = [\"test\"]", "test = { features = [\"test\"], no-default-feature = true }")],
        Stale(
            Kind::Unused,
            "there are more conda packages in the lock file than are used by the environment: app, textlib",
        ),
    ),
];

#[test]
fn what_holds_for_both() {
    check(PLAIN, &plain(7), "0.77.0", &BOTH);
    check(PLAIN, &plain(6), "0.48.2", &BOTH);
    // The same with an old lock in a new pixi.
    check(PLAIN, &plain(6), "0.77.0", &BOTH);
    check(PLAIN, &plain(6), "0.67.2", &BOTH);
}

/// What the two do differently: row, edit, 0.77, 0.48.
type Different = (&'static str, &'static [(&'static str, &'static str)], Expected, Expected);

const DIFFERENT: [Different; 4] = [
    (
        "channel appended",
        &[("channels = [\"conda-forge\"]", "channels = [\"conda-forge\", \"nvidia\"]")],
        Stale(
            Kind::ChannelsExtended,
            "channels were extended with additional lower-priority channels",
        ),
        Stale(
            Kind::Channels,
            "the channels in the lock file do not match the environments channels",
        ),
    ),
    (
        "environment removed",
        &[("test = [\"test\"]", "")],
        Stale(
            Kind::EnvironmentRemoved,
            "environment 'test' is out of date because it no longer exists in the manifest but is still \
             present in the lock-file.",
        ),
        Fresh,
    ),
    (
        "linux not the default",
        &[("[environments]", "[system-requirements]\nlinux = \"5.10\"\n\n[environments]")],
        Stale(
            Kind::VirtualPackagesChanged,
            "the requirement 'app 1.*' could not be satisfied (required by '<environment>')",
        ),
        Fresh,
    ),
    (
        "glibc not the default",
        &[("[environments]", "[system-requirements]\nlibc = \"2.34\"\n\n[environments]")],
        Stale(
            Kind::VirtualPackagesChanged,
            "the requirement 'app 1.*' could not be satisfied (required by '<environment>')",
        ),
        Fresh,
    ),
];

#[test]
fn what_0_48_does_otherwise() {
    for (row, edits, newest, older) in DIFFERENT {
        check(PLAIN, &plain(7), "0.77.0", &[(row, edits, newest)]);
        check(PLAIN, &plain(6), "0.48.2", &[(row, edits, older)]);
    }
    let extended = DIFFERENT[0];
    check(PLAIN, &plain(6), "0.64.0", &[(extended.0, extended.1, extended.2)]);
    check(PLAIN, &plain(6), "0.63.2", &[(extended.0, extended.1, extended.3)]);
}

#[test]
fn environment_renamed() {
    let text = edited(PLAIN, &[("test = [\"test\"]", "check = [\"test\"]")]);
    let kinds = |pixi, format| {
        let found = verdict(&text, &plain(format), pixi);
        found.reasons().iter().map(|reason| reason.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("0.77.0", 7), [Kind::EnvironmentMissing, Kind::EnvironmentRemoved]);
    assert_eq!(kinds("0.48.2", 6), [Kind::EnvironmentMissing]);
}

#[test]
fn constraints() {
    let with = |spec: &str| format!("[constraints]\n{spec}\n\n[environments]");
    for (row, spec, expected) in [
        ("constraint met", "textlib = \"<2\"", Fresh),
        ("constraint on an absent package", "absent = \"<2\"", Fresh),
        (
            "constraint not met",
            "textlib = \"<1.2\"",
            Stale(
                Kind::Constraint,
                "the locked package 'textlib' with version '1.2' does not satisfy the constraint '<1.2'",
            ),
        ),
    ] {
        let text = edited(PLAIN, &[("[environments]", &with(spec))]);
        expect(row, &verdict(&text, &plain(7), "0.77.0"), expected, "0.77.0");
    }
}

#[test]
fn microarchitecture_of_the_platform() {
    let on = |needs: &str| {
        let level = format!("_x86_64-microarch-level-1-2_x86_64 | {needs}");
        let app = "app-1.4-h0_0 | _x86_64-microarch-level";
        lock(6, &["linux-64"], &[("default", "linux-64", &[app, &level])])
    };
    let text = "[workspace]\nname = \"x\"\nchannels = [\"conda-forge\"]\n\
                platforms = [\"linux-64\"]\n[dependencies]\napp = \"1.*\"\n";
    for pixi in ["0.77.0", "0.48.2"] {
        let verdict = |needs| verdict(text, &on(needs), pixi);
        expect("level 1", &verdict("__archspec 1.* x86_64"), Fresh, pixi);
        expect("level 1, exact", &verdict("__archspec ==1 x86_64"), Fresh, pixi);
        let stale = Stale(
            Kind::VirtualPackage,
            "the requirement '__archspec 1.* x86_64_v3' could not be satisfied (required by \
             '_x86_64-microarch-level-1-2_x86_64.conda')",
        );
        expect("level 3", &verdict("__archspec 1.* x86_64_v3"), stale, pixi);
    }
}

#[test]
fn solve_strategy() {
    let text = edited(PLAIN, &[("version = \"0.1.0\"", "solve-strategy = \"lowest\"")]);
    let stale = Stale(
        Kind::SolveStrategy,
        "the lock file was solved with a different strategy (highest) than the one selected \
         (lowest-version)",
    );
    expect("solve-strategy changed", &verdict(&text, &plain(7), "0.77.0"), stale, "0.77.0");
    let mut solved = plain(7);
    for environment in &mut solved.environments {
        environment.options.push(("strategy".to_owned(), "lowest-version".to_owned()));
    }
    expect("solved so", &verdict(&text, &solved, "0.77.0"), Fresh, "0.77.0");
    let text = edited(PLAIN, &[("version = \"0.1.0\"", "solve-strategy = \"lowest-direct\"")]);
    for environment in &mut solved.environments {
        environment.options = vec![("strategy".to_owned(), "lowest-version-direct".to_owned())];
    }
    expect("direct ones", &verdict(&text, &solved, "0.77.0"), Fresh, "0.77.0");
    let text = edited(PLAIN, &[("version = \"0.1.0\"", "solve-strategy = \"highest\"")]);
    expect("the default written out", &verdict(&text, &plain(7), "0.77.0"), Fresh, "0.77.0");
}

fn with_timestamps(mut lock: Lock) -> Lock {
    for package in &mut lock.packages {
        if let PackageKind::Conda(conda) = &mut package.kind {
            conda.timestamp = Some(1_780_358_400_000);
        }
    }
    lock
}

#[test]
fn exclude_newer() {
    let text = |date: &str| {
        edited(PLAIN, &[("version = \"0.1.0\"", &format!("exclude-newer = \"{date}\""))])
    };
    // The packages are of 2026-06-02, midnight.
    let newest = |date: &str| verdict(&text(date), &with_timestamps(plain(7)), "0.77.0");
    expect("after all of them", &newest("2026-06-02"), Fresh, "0.77.0");
    expect("a date counts to the end of that day", &newest("2026-06-01"), Fresh, "0.77.0");
    let stale = Stale(
        Kind::ExcludeNewer,
        "the locked package 'app' has timestamp 2026-06-02T00:00:00Z, which is newer than the \
         environment's exclude-newer cutoff 2026-06-01T23:59:59Z",
    );
    expect("before a locked timestamp", &newest("2026-06-01T23:59:59Z"), stale, "0.77.0");

    let older = |date: &str| verdict(&text(date), &with_timestamps(plain(6)), "0.48.2");
    let added = Stale(
        Kind::ExcludeNewer,
        "the lock file was solved without exclude-newer, but the environment has this option set to \
         2026-06-02 00:00:00 UTC",
    );
    expect("0.48: added, whatever the timestamps", &older("2026-06-01"), added, "0.48.2");
    let mut solved = plain(6);
    for environment in &mut solved.environments {
        environment.options.push(("exclude-newer".to_owned(), "2026-06-02T00:00:00Z".to_owned()));
    }
    expect("0.48: the same", &verdict(&text("2026-06-01"), &solved, "0.48.2"), Fresh, "0.48.2");
    let removed = Stale(
        Kind::ExcludeNewer,
        "the lock file was solved with exclude-newer set to 2026-06-02 00:00:00 UTC, but the \
         environment does not have this option set",
    );
    expect("0.48: removed", &verdict(PLAIN, &solved, "0.48.2"), removed, "0.48.2");
    expect("0.77: removed", &verdict(PLAIN, &solved, "0.77.0"), Fresh, "0.77.0");
}

#[test]
fn a_reason_points_to_what_it_comes_from() {
    let at = |edits: &[(&str, &str)]| {
        let text = edited(PLAIN, edits);
        match verdict(&text, &plain(7), "0.77.0") {
            crate::stale::Verdict::Stale(reasons) => place(&reasons[0]),
            found => panic!("{found:?}"),
        }
    };
    assert_eq!(at(&[("app = \"1.*\"", "app = \">=2\"")]), "\">=2\"");
    assert_eq!(at(&[("\"osx-arm64\"", "\"osx-arm64\", \"win-64\"")]), "\"win-64\"");
    assert_eq!(at(&[("[\"conda-forge\"]", "[\"nvidia\", \"conda-forge\"]")]), "\"nvidia\"");
    assert_eq!(at(&[("test = [\"test\"]", "test = [\"test\"]\nmore = []")]), "more");
    assert_eq!(at(&[("test = [\"test\"]", "")]), "test", "in the lock");

    let found = verdict(
        &edited(PLAIN, &[(", \"osx-arm64\"", ", \"osx-arm64\", \"win-64\"")]),
        &plain(7),
        "0.77.0",
    );
    let reason = &found.reasons()[0];
    assert_eq!(
        reason.truth.as_deref(),
        Some(
            "the lock has no row for `win-64`: it came to the manifest after the lock was written"
        )
    );
    assert_eq!(reason.remedy, "run `pixi lock` and commit pixi.lock");
    let finding = reason.finding(crate::stage::version("0.77.0"));
    assert!(finding.message.starts_with("the lock is stale: the lock has no row for `win-64`"));
    assert_eq!(finding.prevents.as_deref(), Some("lock file not up-to-date with the workspace"));
}

#[test]
fn unmet_and_doubled_packages_of_the_lock_itself() {
    let text = "[workspace]\nchannels = [\"conda-forge\"]\nplatforms = [\"linux-64\"]\n\n[dependencies]\napp = \"*\"\n";
    let one = |packages: &[&str]| {
        let lock = lock(7, &["linux-64"], &[("default", "linux-64", packages)]);
        only(verdict(text, &lock, "0.77.0"))
    };
    let missing = one(&[APP]);
    assert_eq!(
        missing.logged,
        "the requirement 'textlib >=1.0' could not be satisfied (required by 'app-1.4-h0_0.conda')"
    );
    let doubled = one(&[APP, TEXTLIB, "textlib-1.3-h0_0"]);
    assert_eq!(doubled.logged, "there was a duplicate entry for 'textlib'");
    let empty = "[workspace]\nchannels = [\"conda-forge\"]\nplatforms = [\"linux-64\"]\n";
    let lock = lock(7, &["linux-64"], &[("default", "linux-64", &[EXTRA])]);
    let reason = only(verdict(empty, &lock, "0.77.0"));
    assert_eq!(
        reason.logged,
        "there are more conda packages in the lock file than are used by the environment: "
    );
}

#[test]
fn what_meets_a_need_in_one_environment_is_not_there_in_all() {
    let old = "textlib-0.9-h0_0";
    for (here, there) in [(&[APP, TEXTLIB][..], &[APP, old][..]), (&[APP, TEXTLIB], &[APP])] {
        let rows = [("default", "linux-64", here), ("test", "linux-64", there)];
        let text = edited(PLAIN, &[(", \"osx-arm64\"", ""), ("extra = \">=3\"", "")]);
        let reason = only(verdict(&text, &lock(7, &["linux-64"], &rows), "0.77.0"));
        assert_eq!((reason.kind, reason.environment.as_str()), (Kind::Requirement, "test"));
    }
}
