//! Rows about Python packages.

use super::world::{Case, Expected, Fresh, PYTHON, Stale, Unknown, check, edited, expect, verdict};
use crate::lock::{Lock, PackageKind};
use crate::stage::lock;
use crate::stale::Kind;

const TEXT: &str = r#"[workspace]
name = "demo"
channels = ["conda-forge"]
platforms = ["linux-64"]

[dependencies]
python = ">=3.10"

[pypi-dependencies]
purepkg = "*"
"#;

const URL: &str = "https://files.pythonhosted.org/packages/00";

/// `purepkg` 1.1.0 and, for its extra `io`, `filelock`.
pub(super) fn locked(format: u8, packages: &[(&str, &str, &[&str])]) -> Lock {
    let lines: Vec<String> = packages
        .iter()
        .map(|(name, version, _)| {
            let file = version.replace('+', "%2B");
            format!("pypi: {URL}/{name}-{file}-py3-none-any.whl {version}")
        })
        .collect();
    let mut rows = vec![PYTHON];
    rows.extend(lines.iter().map(String::as_str));
    let mut lock = lock(format, &["linux-64"], &[("default", "linux-64", &rows)]);
    for package in &mut lock.packages {
        let known = packages.iter().find(|(name, _, _)| *name == package.name);
        if let (PackageKind::Pypi(pypi), Some((_, _, requires))) = (&mut package.kind, known) {
            pypi.requires_dist = requires.iter().map(ToString::to_string).collect();
        }
    }
    for environment in &mut lock.environments {
        environment.indexes = Some(vec!["https://pypi.org/simple".to_owned()]);
    }
    lock
}

fn pure(format: u8) -> Lock {
    locked(
        format,
        &[("purepkg", "1.1.0", &["filelock ; extra == 'io'", "win ; sys_platform == 'win32'"])],
    )
}

fn with_filelock() -> Lock {
    locked(
        7,
        &[("purepkg", "1.1.0", &["filelock>=3 ; extra == 'io'"]), ("filelock", "3.20.0", &[])],
    )
}

const CASES: [Case; 14] = [
    ("PyPI spec met", &[("purepkg = \"*\"", "purepkg = \">=1,<2\"")], Fresh),
    (
        "PyPI spec not met",
        &[("purepkg = \"*\"", "purepkg = \"<1.1\"")],
        Stale(
            Kind::PythonRequirement,
            "'purepkg' with specifiers '<1.1' does not match the locked version '1.1.0'",
        ),
    ),
    (
        "PyPI dependency added",
        &[("purepkg = \"*\"", "purepkg = \"*\"\nfilelock = \"*\"")],
        Stale(
            Kind::PythonRequirement,
            "the requirement 'filelock' could not be satisfied (required by '<environment>')",
        ),
    ),
    (
        "extra not met",
        &[("purepkg = \"*\"", "purepkg = { version = \"*\", extras = [\"io\"] }")],
        Stale(
            Kind::PythonRequirement,
            "the requirement 'filelock ; extra == 'io'' could not be satisfied (required by 'purepkg')",
        ),
    ),
    (
        "PyPI dependency removed",
        &[("purepkg = \"*\"", "")],
        Stale(
            Kind::PythonUnused,
            "there are more pypi packages in the lock file than are used by the environment: purepkg",
        ),
    ),
    (
        "index",
        &[("[pypi-dep", "[pypi-options]\nindex-url = \"https://x.org/simple\"\n\n[pypi-dep")],
        Stale(
            Kind::Indexes,
            "the indexes used to previously solve to lock file do not match the environments indexes.",
        ),
    ),
    (
        "extra index",
        &[(
            "[pypi-dep",
            "[pypi-options]\nextra-index-urls = [\"https://x.org/simple\"]\n\n[pypi-dep",
        )],
        Stale(
            Kind::Indexes,
            "the indexes used to previously solve to lock file do not match the environments indexes.",
        ),
    ),
    (
        "find-links",
        &[(
            "[pypi-dep",
            "[pypi-options]\nfind-links = [{ url = \"https://x.org/links\" }]\n\n[pypi-dep",
        )],
        Stale(
            Kind::Indexes,
            "the indexes used to previously solve to lock file do not match the environments indexes.",
        ),
    ),
    (
        "index, the default written out",
        &[("[pypi-dep", "[pypi-options]\nindex-url = \"https://pypi.org/simple\"\n\n[pypi-dep")],
        Fresh,
    ),
    (
        "no-build with wheels only",
        &[("[pypi-dep", "[pypi-options]\nno-build = true\n\n[pypi-dep")],
        Fresh,
    ),
    ("locked python fits", &[(">=3.10", ">=3.11,<3.13")], Fresh),
    (
        "locked python does not fit",
        &[(">=3.10", ">=3.13")],
        Stale(
            Kind::Requirement,
            "the requirement 'python >=3.13' could not be satisfied (required by '<environment>')",
        ),
    ),
    (
        "path",
        &[("purepkg = \"*\"", "purepkg = { path = \"./purepkg\" }")],
        Stale(Kind::PythonRequirement, "'purepkg' expected a path but the lock file has a url"),
    ),
    (
        "git",
        &[("purepkg = \"*\"", "purepkg = { git = \"https://x.org/y\" }")],
        Unknown("`purepkg` comes from git or a URL, which is not compared"),
    ),
];

#[test]
fn python_packages() {
    check(TEXT, &pure(7), "0.77.0", &CASES);
    check(TEXT, &pure(6), "0.48.2", &CASES);
    check(TEXT, &pure(6), "0.77.0", &CASES);
}

#[test]
fn extras_and_groups() {
    let asked =
        edited(TEXT, &[("purepkg = \"*\"", "purepkg = { version = \"*\", extras = [\"IO\"] }")]);
    check(&asked, &with_filelock(), "0.77.0", &[]);
    let unused = Stale(
        Kind::PythonUnused,
        "there are more pypi packages in the lock file than are used by the environment: filelock",
    );
    expect("extra removed", &verdict(TEXT, &with_filelock(), "0.77.0"), unused, "0.77.0");
}

#[test]
fn local_versions() {
    let text = |spec: &str| edited(TEXT, &[("purepkg = \"*\"", &format!("torch = \"{spec}\""))]);
    let lock = locked(7, &[("torch", "2.9.1+cu126", &[])]);
    let cases: [(&str, Expected); 4] = [
        ("==2.9.1", Fresh),
        (">=2.9", Fresh),
        ("==2.9.1+cu126", Fresh),
        (
            "==2.9.1+cpu",
            Stale(
                Kind::PythonRequirement,
                "'torch' with specifiers '==2.9.1+cpu' does not match the locked version '2.9.1+cu126'",
            ),
        ),
    ];
    for (spec, expected) in cases {
        expect(spec, &verdict(&text(spec), &lock, "0.77.0"), expected, "0.77.0");
        expect(spec, &verdict(&text(spec), &lock, "0.68.0"), expected, "0.68.0");
    }
}

fn without_purls(mut lock: Lock) -> Lock {
    for package in &mut lock.packages {
        if let PackageKind::Conda(conda) = &mut package.kind {
            conda.purls = None;
        }
    }
    lock
}

#[test]
fn the_first_python_dependency() {
    let none = |format| lock(format, &["linux-64"], &[("default", "linux-64", &[PYTHON])]);
    let missing = Stale(Kind::MissingPurls, "missing purls");
    let unmet = Stale(
        Kind::PythonRequirement,
        "the requirement 'purepkg' could not be satisfied (required by '<environment>')",
    );
    for (pixi, format) in [("0.77.0", 7), ("0.48.2", 6)] {
        let found = verdict(TEXT, &without_purls(none(format)), pixi);
        expect("in a lock without purls", &found, missing, pixi);
        expect("in a lock with purls", &verdict(TEXT, &none(format), pixi), unmet, pixi);
    }
}

#[test]
fn prerelease_mode() {
    let text =
        edited(TEXT, &[("[pypi-dep", "[pypi-options]\nprerelease-mode = \"allow\"\n\n[pypi-dep")]);
    let stale = Stale(
        Kind::PrereleaseMode,
        "the lock file was solved with a different PyPI prerelease mode (if-necessary-or-explicit) than \
         the one selected (allow)",
    );
    expect("prerelease mode", &verdict(&text, &pure(7), "0.77.0"), stale, "0.77.0");
    let mut solved = pure(7);
    solved.environments[0].options.push(("pypi-prerelease-mode".to_owned(), "allow".to_owned()));
    expect("solved so", &verdict(&text, &solved, "0.77.0"), Fresh, "0.77.0");
}

#[test]
fn conda_packages_stand_for_python_packages() {
    let text = edited(
        TEXT,
        &[
            ("purepkg = \"*\"", "filelock = \">=3\""),
            ("python = \">=3.10\"", "python = \">=3.10\"\npy-filelock = \"*\""),
        ],
    );
    let with = |purl: &str| {
        let rows = [PYTHON, "py-filelock-3.20.0-h0_0"];
        let mut lock = lock(7, &["linux-64"], &[("default", "linux-64", &rows)]);
        for package in &mut lock.packages {
            if let (PackageKind::Conda(conda), "py-filelock") =
                (&mut package.kind, package.name.as_str())
            {
                conda.purls = Some(vec![purl.to_owned()]);
            }
        }
        for environment in &mut lock.environments {
            environment.indexes = Some(vec!["https://pypi.org/simple".to_owned()]);
        }
        lock
    };
    check(&text, &with("pkg:pypi/filelock?source=hash-mapping"), "0.77.0", &[]);
    let unmet = Stale(
        Kind::PythonRequirement,
        "the conda package does not satisfy the pypi requirement 'filelock>=3' (required by '<environment>')",
    );
    let old = with("pkg:pypi/FileLock@2.0?source=x");
    expect("older", &verdict(&text, &old, "0.77.0"), unmet, "0.77.0");
    let stray = Stale(
        Kind::CondaForPython,
        "'py-filelock' is locked as a conda package but only requested by pypi dependencies",
    );
    let alone = edited(&text, &[("\npy-filelock = \"*\"", "")]);
    let lock = with("pkg:pypi/filelock");
    expect("only python asks", &verdict(&alone, &lock, "0.77.0"), stray, "0.77.0");
}

#[test]
fn requires_python_of_a_package() {
    let mut lock = pure(7);
    for package in &mut lock.packages {
        if let PackageKind::Pypi(pypi) = &mut package.kind {
            pypi.requires_python = Some(">=3.13".to_owned());
        }
    }
    let stale = Stale(
        Kind::PythonVersion,
        "'purepkg' requires python version >=3.13 but the python interpreter in the lock file has version \
         3.12.1",
    );
    expect("too old", &verdict(TEXT, &lock, "0.77.0"), stale, "0.77.0");
    let bare = locked(7, &[("purepkg", "1.1.0", &[])]);
    let mut without = bare.clone();
    without.environments[0].rows[0]
        .packages
        .retain(|position| bare.packages[*position].name != "python");
    let text = edited(TEXT, &[("[dependencies]\npython = \">=3.10\"", "")]);
    let missing = Stale(
        Kind::PythonMissing,
        "there are PyPi dependencies but a python interpreter is missing from the lock file",
    );
    expect("no python", &verdict(&text, &without, "0.77.0"), missing, "0.77.0");
}
