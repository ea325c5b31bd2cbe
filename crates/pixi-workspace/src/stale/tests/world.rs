//! Manifests and locks the cases edit.

use crate::lock::Lock;
use crate::stage::{lock, manifest, version};
use crate::stale::{Kind, Reason, Verdict, judge};

pub(super) const APP: &str = "app-1.4-h0_0 | textlib >=1.0";
pub(super) const TEXTLIB: &str = "textlib-1.2-h0_0";
pub(super) const EXTRA: &str = "extra-3.0-h0_0";
pub(super) const PYTHON: &str = "python-3.12.1-h0_0_cpython";
pub(super) const TORCH: &str = "pytorch-2.6.0-cuda126_py312_300 | libtorch 2.6.0 cuda126*";
pub(super) const LIBTORCH: &str =
    "libtorch-2.6.0-cuda126_300 | __cuda; textlib; __glibc >=2.28,<3.0.a0";
pub(super) const TORCH_CPU: &str = "pytorch-2.6.0-cpu_py312_100 | libtorch 2.6.0 cpu*";
pub(super) const LIBTORCH_CPU: &str = "libtorch-2.6.0-cpu_100 | textlib";

/// Two environments on two bare platforms, conda packages only.
pub(super) const PLAIN: &str = r#"[workspace]
name = "demo"
version = "0.1.0"
channels = ["conda-forge"]
platforms = ["linux-64", "osx-arm64"]

[dependencies]
app = "1.*"

[feature.test.dependencies]
extra = ">=3"

[environments]
test = ["test"]
"#;

pub(super) fn plain(format: u8) -> Lock {
    let both: &[&str] = &[APP, TEXTLIB];
    let test: &[&str] = &[APP, TEXTLIB, EXTRA];
    lock(
        format,
        &["linux-64", "osx-arm64"],
        &[
            ("default", "linux-64", both),
            ("default", "osx-arm64", both),
            ("test", "linux-64", test),
            ("test", "osx-arm64", test),
        ],
    )
}

/// What a case expects.
#[derive(Clone, Copy)]
pub(super) enum Expected {
    /// The lock is up to date.
    Fresh,
    /// It is stale: the kind of every reason, and what pixi logs first.
    Stale(Kind, &'static str),
    /// It cannot be seen, and why.
    Unknown(&'static str),
}

pub(super) use Expected::{Fresh, Stale, Unknown};

/// A row of the table, an edit that belongs to it, and what comes of it.
pub(super) type Case = (&'static str, &'static [(&'static str, &'static str)], Expected);

pub(super) fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from:?} is not in\n{text}");
        text = text.replacen(from, to, 1);
    }
    text
}

pub(super) fn verdict(text: &str, lock: &Lock, pixi: &str) -> Verdict {
    let pixi = version(pixi);
    judge(&manifest(text, pixi), lock, pixi)
}

/// Judges every case, and that the base itself is up to date.
pub(super) fn check(base: &str, lock: &Lock, pixi: &str, cases: &[Case]) {
    assert_eq!(verdict(base, lock, pixi), Verdict::UpToDate, "the base for pixi {pixi}");
    for (row, edits, expected) in cases {
        let found = verdict(&edited(base, edits), lock, pixi);
        expect(&format!("{row}: {edits:?} (pixi {pixi})"), &found, *expected, pixi);
    }
}

pub(super) fn expect(case: &str, found: &Verdict, expected: Expected, pixi: &str) {
    let is_old = version(pixi) < version("0.70.0");
    let spelled =
        |text: &str| if is_old { text.replace("lock file", "lock-file") } else { text.to_owned() };
    match (found, expected) {
        (Verdict::UpToDate, Fresh) => {}
        (Verdict::Stale(reasons), Stale(kind, logged)) => {
            let kinds: Vec<Kind> = reasons.iter().map(|reason| reason.kind).collect();
            assert!(kinds.iter().all(|found| *found == kind), "{case}: {reasons:#?}");
            let first = reasons.first().map(|reason| reason.logged.clone()).unwrap_or_default();
            // Old versions say "lock file" about indexes all the same.
            assert!(first == spelled(logged) || first == logged, "{case}\n{first}\n{logged}");
        }
        (Verdict::Unknown(doubts), Unknown(why)) => {
            assert!(doubts.iter().any(|doubt| doubt.why == why), "{case}: {doubts:#?}");
        }
        (found, _) => panic!("{case}: {found:#?}"),
    }
}

/// The only reason.
pub(super) fn only(found: Verdict) -> Reason {
    match found {
        Verdict::Stale(reasons) if reasons.len() == 1 => {
            reasons.into_iter().next().expect("a reason")
        }
        found => panic!("{found:#?}"),
    }
}

/// The text a reason points to.
pub(super) fn place(reason: &Reason) -> String {
    let (source, span) = reason.place.as_ref().expect("a place");
    source.contents().get(span.clone()).expect("within").to_owned()
}
