//! Rows about virtual packages: rich platforms, `[system-requirements]`, cuda.

use super::world::{
    APP, Case, Fresh, LIBTORCH, LIBTORCH_CPU, Stale, TEXTLIB, TORCH, TORCH_CPU, check, edited,
    only, place, verdict,
};
use crate::lock::Lock;
use crate::stage::lock;
use crate::stale::Kind;

const GPU: [&str; 4] = [APP, TEXTLIB, TORCH, LIBTORCH];
const CPU: [&str; 4] = [APP, TEXTLIB, TORCH_CPU, LIBTORCH_CPU];

/// A rich platform.
const RICH: &str = r#"[workspace]
channels = ["conda-forge"]
platforms = [{ name = "gpu-box", platform = "linux-64", cuda = "12.0" }]

[dependencies]
app = "1.*"
pytorch = "*"
"#;

/// The older dialect.
const OLD: &str = r#"[workspace]
channels = ["conda-forge"]
platforms = ["linux-64"]

[dependencies]
app = "1.*"
pytorch = "*"

[system-requirements]
cuda = "12.0"
"#;

const NO_CUDA: (&str, &str) = ("[system-requirements]\ncuda = \"12.0\"\n", "");

fn rich(cuda: &str) -> Lock {
    let platform = format!("p1 linux-64 __cuda={cuda}");
    lock(7, &[&platform], &[("default", "p1", &GPU)])
}

fn bare(format: u8, packages: &[&str]) -> Lock {
    lock(format, &["linux-64"], &[("default", "linux-64", packages)])
}

/// A row of format 7 as 0.68 to 0.70 wrote it.
fn without_packages(packages: &[&str]) -> Lock {
    lock(7, &["linux-64 -"], &[("default", "linux-64", packages)])
}

const NO_ROW: &str =
    "the requirement 'pytorch *' could not be satisfied (required by '<environment>')";

const ROWS: [Case; 17] = [
    ("cuda raised", &[("\"12.0\"", "\"12.8\"")], Stale(Kind::VirtualPackagesChanged, NO_ROW)),
    ("cuda lowered", &[("\"12.0\"", "\"11.8\"")], Stale(Kind::VirtualPackagesChanged, NO_ROW)),
    (
        "cuda removed",
        &[("{ name = \"gpu-box\", platform = \"linux-64\", cuda = \"12.0\" }", "\"linux-64\"")],
        Stale(Kind::VirtualPackagesChanged, NO_ROW),
    ),
    (
        "glibc not the default",
        &[("cuda =", "glibc = \"2.34\", cuda =")],
        Stale(Kind::VirtualPackagesChanged, NO_ROW),
    ),
    (
        "linux not the default",
        &[("cuda =", "linux = \"6.1\", cuda =")],
        Stale(Kind::VirtualPackagesChanged, NO_ROW),
    ),
    (
        "second rich row",
        &[("\"12.0\" }", "\"12.0\" }, { platform = \"linux-64\", cuda = \"13.0\" }")],
        Stale(Kind::PlatformAdded, NO_ROW),
    ),
    (
        "bare row beside a rich one",
        &[("[{ name", "[\"linux-64\", { name")],
        Stale(Kind::PlatformAdded, NO_ROW),
    ),
    (
        "same value spelled otherwise",
        &[("\"12.0\"", "\"12\"")],
        Stale(
            Kind::VirtualPackagesRespelled,
            "the workspace platform 'gpu-box' declares virtual packages [__cuda=12] but the lock-file was solved with [__cuda=12.0]",
        ),
    ),
    (
        "same value spelled otherwise, longer",
        &[("\"12.0\"", "\"12.0.0\"")],
        Stale(
            Kind::VirtualPackagesRespelled,
            "the workspace platform 'gpu-box' declares virtual packages [__cuda=12.0.0] but the lock-file was solved with [__cuda=12.0]",
        ),
    ),
    ("default value spelled out (glibc 2.28)", &[("cuda =", "glibc = \"2.28\", cuda =")], Fresh),
    ("default value spelled out (linux 4.18)", &[("cuda =", "linux = \"4.18\", cuda =")], Fresh),
    ("`__cuda =` for `cuda =`", &[("cuda =", "__cuda =")], Fresh),
    ("`{ driver = }` for `cuda =`", &[("\"12.0\"", "{ driver = \"12.0\" }")], Fresh),
    ("platform renamed", &[("gpu-box", "big-box")], Fresh),
    ("platform unnamed", &[("name = \"gpu-box\", ", "")], Fresh),
    ("archspec", &[("cuda =", "archspec = \"x86_64\", cuda =")], Fresh),
    (
        "platform added",
        &[("\"12.0\" }", "\"12.0\" }, \"osx-arm64\"")],
        Stale(Kind::PlatformAdded, NO_ROW),
    ),
];

#[test]
fn rich_platforms() {
    check(RICH, &rich("12.0"), "0.77.0", &ROWS);
}

#[test]
fn system_requirements_migrated_by_hand() {
    check(OLD, &rich("12.0"), "0.77.0", &[]);
    check(RICH, &rich("12.0"), "0.77.0", &[]);
}

#[test]
fn a_row_removed_beside_another_of_its_subdir() {
    let two = lock(
        7,
        &["linux-64", "p1 linux-64 __cuda=12.0"],
        &[("default", "linux-64", &CPU), ("default", "p1", &GPU)],
    );
    let both = edited(RICH, &[("[{ name", "[\"linux-64\", { name")]);
    let reordered = edited(RICH, &[("\"12.0\" }]", "\"12.0\" }, \"linux-64\"]")]);
    check(&both, &two, "0.77.0", &[]);
    check(&reordered, &two, "0.77.0", &[]);
    // Bare or rich: neither is missed while the other is there.
    check(RICH, &two, "0.77.0", &[]);
    check(&edited(OLD, &[NO_CUDA]), &two, "0.77.0", &[]);
}

#[test]
fn a_cpu_lock_with_virtual_packages_under_a_new_cuda() {
    let reason = only(verdict(OLD, &bare(7, &CPU), "0.77.0"));
    assert_eq!((reason.kind, reason.logged.as_str()), (Kind::VirtualPackagesChanged, NO_ROW));
    assert_eq!(
        reason.truth.as_deref(),
        Some(
            "the virtual packages of linux-64 changed: the manifest declares __cuda=12.0, the lock was \
             solved with no __cuda"
        )
    );
    assert_eq!(place(&reason), "\"12.0\"");
}

#[test]
fn a_rich_row_whose_subdir_is_gone() {
    let text = edited(RICH, &[("platform = \"linux-64\"", "platform = \"linux-aarch64\"")]);
    let found = verdict(&text, &rich("12.0"), "0.77.0");
    let reason = &found.reasons()[0];
    assert_eq!(reason.kind, Kind::PlatformRemoved);
    assert_eq!(
        reason.truth.as_deref(),
        Some(
            "row `p1` of the lock is linux-64 with __cuda=12.0, and environment default is not for \
             linux-64"
        )
    );
    assert_eq!(place(reason), "p1");
}

#[test]
fn any_change_of_cuda_on_an_older_lock() {
    let changed = |version| edited(OLD, &[("\"12.0\"", version)]);
    for format in [4, 5, 6] {
        for pixi in ["0.48.2", "0.67.2", "0.77.0"] {
            // Added, raised, lowered, respelled: nothing is compared.
            for text in [OLD, &changed("\"13.0\""), &changed("\"11.8\""), &changed("\"12\"")] {
                check(text, &bare(format, &CPU), pixi, &[]);
                check(text, &bare(format, &GPU), pixi, &[]);
            }
        }
        check(RICH, &bare(format, &GPU), "0.77.0", &[]);
        let beside = edited(RICH, &[("[{ name", "[\"linux-64\", { name")]);
        check(&beside, &bare(format, &CPU), "0.77.0", &[]);
    }
    // What 0.68 to 0.70 wrote is treated alike.
    check(OLD, &without_packages(&CPU), "0.77.0", &[]);
    check(&changed("\"13.0\""), &without_packages(&GPU), "0.77.0", &[]);
}

#[test]
fn cuda_removed_from_a_cuda_lock() {
    let text = edited(OLD, &[NO_CUDA]);
    for (lock, pixi) in [
        (bare(6, &GPU), "0.48.2"),
        (bare(6, &GPU), "0.77.0"),
        (without_packages(&GPU), "0.77.0"),
        (bare(4, &GPU), "0.77.0"),
    ] {
        let reason = only(verdict(&text, &lock, pixi));
        assert_eq!(reason.kind, Kind::VirtualPackage);
        assert_eq!(
            reason.logged,
            "the requirement '__cuda *' could not be satisfied (required by \
             'libtorch-2.6.0-cuda126_300.conda')"
                .replace("__cuda *", "__cuda")
        );
        assert_eq!(
            reason.truth.as_deref(),
            Some(
                "the locked libtorch needs __cuda, and environment default declares none for linux-64"
            )
        );
    }
}

#[test]
fn libc_below_a_locked_need() {
    let text = edited(OLD, &[("cuda = \"12.0\"", "cuda = \"12.0\"\nlibc = \"2.17\"")]);
    let reason = only(verdict(&text, &bare(6, &GPU), "0.48.2"));
    assert_eq!(
        reason.logged,
        "the requirement '__glibc >=2.28,<3.0.a0' could not be satisfied (required by \
         'libtorch-2.6.0-cuda126_300.conda')"
    );
}

#[test]
fn constrains_are_not_looked_at() {
    let limited = "cuda-version-12.6-h0_3 | | __cuda >=12";
    let text =
        edited(OLD, &[("pytorch = \"*\"", "cuda-version = \"*\""), ("\"12.0\"", "\"11.8\"")]);
    check(&text, &bare(6, &[APP, TEXTLIB, limited]), "0.77.0", &[]);
    check(&text, &bare(6, &[APP, TEXTLIB, limited]), "0.48.2", &[]);
}
