//! What must hold for any version, spec or requirement, one function per fuzz target; the tests of
//! the crate `conda` replay the corpus through the same functions.

use conda::{Archive, MatchSpec, PythonArchive, Strictness, Version, VersionSpec, pep440, pep508};

/// What holds for any bytes; it panics where it does not.
type Check = fn(&[u8]);

/// Every check with the name of its target and of its corpus folder.
pub(crate) const CHECKS: [(&str, Check); 3] =
    [("conda_version", conda_version), ("conda_matchspec", conda_matchspec), ("pep508", pep508)];

/// Versions, one a line: each is shown as it was written, and the order is total.
pub(crate) fn conda_version(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let versions: Vec<Version> =
        text.lines().take(8).filter_map(|line| line.parse().ok()).collect();
    for a in &versions {
        assert_eq!(a.to_string().parse().as_ref(), Ok(a));
        assert!(a.starts_with(a) && a.is_compatible_with(a), "{a}");
        for b in &versions {
            assert_eq!(a.cmp(b), b.cmp(a).reverse(), "{a} {b}");
            for c in &versions {
                assert!(a > b || b > c || a <= c, "{a} {b} {c}");
            }
        }
    }
    for strictness in [Strictness::Lenient, Strictness::Strict] {
        if let Ok(spec) = VersionSpec::parse(text, strictness) {
            assert_eq!(spec.to_string().parse().as_ref(), Ok(&spec), "{text:?}");
            let _ = (spec.lower_bound(), spec.upper_bound());
        }
    }
}

/// A match spec is shown in a form that can be read again.
pub(crate) fn conda_matchspec(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = (Archive::from_url(text), PythonArchive::from_url(text));
    if let Ok(spec) = text.parse::<MatchSpec>() {
        let _ = spec.to_string().parse::<MatchSpec>();
        if let Some(build) = &spec.build {
            let _ = build.matches("cuda126_mkl_py311_h1234567_303");
        }
    }
}

/// A requirement is shown as it can be read again, and its marker has an answer.
pub(crate) fn pep508(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(requirement) = text.parse::<pep508::Requirement>() {
        let linux = pep508::MarkerEnvironment::of_subdir("linux-64", "3.11.4");
        let _ = linux.map(|linux| requirement.applies(&linux, &[]));
        let shown = requirement.to_string();
        assert_eq!(shown.parse().as_ref(), Ok(&requirement), "{text:?} {shown:?}");
    }
    if let Ok(version) = text.parse::<pep440::Version>() {
        assert_eq!(version.to_string().parse().as_ref(), Ok(&version), "{text:?}");
    }
    if let Ok(specifiers) = text.parse::<pep440::Specifiers>() {
        assert_eq!(specifiers.to_string().parse().as_ref(), Ok(&specifiers), "{text:?}");
    }
}
