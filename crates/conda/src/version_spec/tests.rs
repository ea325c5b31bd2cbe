use proptest::prelude::*;

use super::{MalformedSpec, Strictness, VersionSpec};
use crate::Version;

fn spec(text: &str) -> VersionSpec {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A spec, what fits, what does not. rattler answers so.
const MATCHES: [(&str, &[&str], &[&str]); 24] = [
    ("*", &["0", "1.2", "garbage"], &[]),
    ("*.*", &["1.2"], &[]),
    ("1.2", &["1.2", "1.2.0"], &["1.2.1", "1.2a"]),
    ("==1.2", &["1.2.0"], &["1.2.1"]),
    ("=1.2", &["1.2", "1.2.9", "1.2a1"], &["1.20", "1.3"]),
    ("1.2.*", &["1.2", "1.2.9"], &["1.20"]),
    ("1.2*", &["1.2", "1.2.9"], &["1.20"]),
    ("2023.*.*", &["2023.1"], &["2024"]),
    ("==1.2.*", &["1.2"], &["1.2.1"]),
    ("!=1.2", &["1.2.1"], &["1.2.0"]),
    ("!=1.2.*", &["1.3", "1.20"], &["1.2", "1.2.5"]),
    (">=1.2", &["1.2", "2"], &["1.2rc1", "1.1"]),
    (">=1.2.*", &["1.2"], &["1.1.9"]),
    (">1.2.*", &["1.2"], &["1.1.9"]),
    ("<2", &["1.9", "2rc1", "2.0dev1"], &["2", "2.0"]),
    (">1.2", &["1.2.1", "1.2post1"], &["1.2", "1.2.0"]),
    ("<=1.2", &["1.2.0"], &["1.2.1"]),
    ("~=1.2", &["1.2", "1.9"], &["2.0", "1.1"]),
    ("~=1.2.3", &["1.2.9"], &["1.3"]),
    (">=1.2,<2", &["1.5"], &["2", "1.1"]),
    (">=1.2 , <2", &["1.5"], &["2"]),
    ("1.2|>=3", &["1.2", "3.1"], &["2"]),
    ("(>=1,<2)|(>=3,<4)", &["1.5", "3.5"], &["2", "4"]),
    (">=1,(<2|>3)", &["1.5", "3.5"], &["2.5", "0"]),
];

#[test]
fn specs_take_what_rattler_takes() {
    for (text, fits, fits_not) in MATCHES {
        let spec = spec(text);
        for version in fits {
            assert!(spec.matches(&version.parse().expect(version)), "{text} takes {version}");
        }
        for version in fits_not {
            assert!(!spec.matches(&version.parse().expect(version)), "{text} refuses {version}");
        }
    }
}

#[test]
fn what_is_no_spec() {
    for text in [
        "", " ", ">=", ">*", "!=*", "=>1", "===1", "^1.*$", "1.2$", ">=1,", ",1", "(1", "1)",
        ">= 1.2", " >=1", "1.2.*.3", "1 2", "1;2",
    ] {
        assert!(text.parse::<VersionSpec>().is_err(), "{text:?}");
    }
}

#[test]
fn a_bare_version_in_a_manifest_is_exact() {
    let strict = |text| VersionSpec::parse(text, Strictness::Strict);
    assert_eq!(strict("3.11"), Err(MalformedSpec::Ambiguous("3.11".to_owned())));
    assert_eq!(VersionSpec::in_manifest("3.11"), Ok(spec("==3.11")));
    assert_eq!(VersionSpec::in_manifest("3.11.*"), Ok(spec("=3.11")));
    assert_eq!(VersionSpec::in_manifest("*"), Ok(VersionSpec::Any));
    assert_eq!(VersionSpec::in_manifest("!=3.11.*"), Ok(spec("!=3.11.*")));
    for text in [">=3.11.*", "==3.11.*", "=3.11.*", ">=*", "3.*.*", "~=3.11.*"] {
        assert!(VersionSpec::in_manifest(text).is_err(), "{text}");
        assert!(text.parse::<VersionSpec>().is_ok(), "{text}");
    }
}

#[test]
fn specs_are_shown_as_pixi_shows_them() {
    let table = [
        ("=1.2", "1.2.*"),
        ("1.2", "==1.2"),
        ("!=1.2*", "!=1.2.*"),
        (">=1 , <2 | 3.*", ">=1,<2|3.*"),
        ("(>=1|<0),!=2", "(>=1|<0),!=2"),
        ("((1))", "==1"),
        ("=*", "*"),
    ];
    for (text, shown) in table {
        assert_eq!(spec(text).to_string(), shown);
    }
}

#[test]
fn bounds_are_the_ends() {
    let show = |bound: Option<super::Bound>| {
        bound.map_or("-".to_owned(), |bound| {
            format!("{}{}", if bound.is_inclusive { "=" } else { "" }, bound.version)
        })
    };
    let table = [
        ("*", "-", "-"),
        (">=12", "=12", "-"),
        (">=11.2,<12", "=11.2", "12"),
        (">11,>=12.1", "=12.1", "-"),
        ("12.*", "=12", "13"),
        ("=12.4", "=12.4", "12.5"),
        ("==12.4", "=12.4", "=12.4"),
        ("~=12.4", "=12.4", "13"),
        ("~=12", "=12", "-"),
        ("!=12", "-", "-"),
        (">=12|>=13", "=12", "-"),
        ("<12|13.*", "-", "14"),
        (">=12,<13|>=11.8,<=12", "=11.8", "13"),
        (">=12,>12", "12", "-"),
    ];
    for (text, lower, upper) in table {
        let spec = spec(text);
        assert_eq!(
            (show(spec.lower_bound()), show(spec.upper_bound())),
            (lower.to_owned(), upper.to_owned()),
            "{text}"
        );
    }
}

#[test]
fn deep_parentheses_are_refused_without_harm() {
    let text = "(".repeat(100_000);
    assert!(text.parse::<VersionSpec>().is_err());
    assert!(format!("{}1{}", "(".repeat(60), ")".repeat(60)).parse::<VersionSpec>().is_ok());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
        let _ = text.parse::<VersionSpec>();
    }

    #[test]
    fn what_is_shown_is_read_again(text in "[(]?[<>=!~]{0,2}[0-9.a*]{1,6}([,|][(]?[<>=!~]{0,2}[0-9.a_*]{1,6}[)]?){0,3}[)]?") {
        for strictness in [Strictness::Lenient, Strictness::Strict] {
            if let Ok(spec) = VersionSpec::parse(&text, strictness) {
                prop_assert_eq!(spec.to_string().parse::<VersionSpec>(), Ok(spec));
            }
        }
    }

    #[test]
    fn nothing_outside_the_bounds_fits(
        text in "[<>=!~]{1,2}[0-9]{1,2}(\\.[0-9]){0,2}([,|][<>=!~]{1,2}[0-9]{1,2}(\\.[0-9]){0,2}){0,2}",
        version in "[0-9]{1,2}(\\.[0-9]){0,2}",
    ) {
        let version: Version = version.parse().expect("version");
        if let Ok(spec) = text.parse::<VersionSpec>() && spec.matches(&version) {
            prop_assert!(spec.lower_bound().is_none_or(|bound| bound.version <= version));
            prop_assert!(spec.upper_bound().is_none_or(|bound| bound.version >= version));
        }
    }
}
