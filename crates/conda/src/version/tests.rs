use proptest::prelude::*;

use super::Version;

fn version(text: &str) -> Version {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// Ascending, each less than the next; rattler orders them so.
const ASCENDING: [&str; 37] = [
    "dev",
    "a",
    "garbage",
    "none",
    "true",
    "v12.9",
    "0",
    "0.1",
    "0.4.1.rc",
    "0.4.1",
    "0.5a1",
    "0.5b3",
    "0.5C1",
    "0.5",
    "0.9.6",
    "0.960923",
    "1.0_",
    "1.1dev1",
    "1.1_",
    "1.1a1",
    "1.1.0dev1",
    "1.1.a1",
    "1.1.0rc1",
    "1.1.0+cpu",
    "1.1.0+cu124",
    "1.1.0",
    "1.1.0+1",
    "1.1.0post1",
    "1.1post1",
    "11.8",
    "12.x",
    "12.0",
    "12.0.1",
    "12.4",
    "1996.07.12",
    "1!0.4.1",
    "2!0.4.1",
];

#[test]
fn versions_are_ordered_as_conda_orders_them() {
    for (left, right) in ASCENDING.iter().zip(ASCENDING.iter().skip(1)) {
        assert!(version(left) < version(right), "{left} < {right}");
    }
}

#[test]
fn zeros_at_the_end_do_not_count() {
    let equal = [
        ("12", "12.0"),
        ("12", "12.0.0.0"),
        ("0.5c1", "0.5C1"),
        ("1.0-1", "1.0_1"),
        ("1.007", "1.7"),
        ("0!1.2", "1.2"),
        ("1.2+0", "1.2"),
    ];
    for (left, right) in equal {
        assert_eq!(version(left), version(right), "{left} = {right}");
    }
    assert_ne!(version("1.1.0.post1"), version("1.1.post1"), "a segment is a segment");
}

#[test]
fn what_pixi_takes_for_a_version() {
    for text in ["garbage", "none", "true", "v12.9", "12.x", "1!2", "1.0_", "1.0-", "1.0._", "1__"]
    {
        assert_eq!(version(text).as_str(), text);
    }
    // The words are low versions: an override of `true` is below every declared cuda.
    for text in ["garbage", "none", "true", "v12.9", "12.x"] {
        assert!(version(text) < version("12.0"), "{text}");
    }
    for text in [
        "",
        " ",
        ">=12",
        "12,9",
        "12.",
        "12..9",
        " 12",
        "12 ",
        "1!",
        "!1",
        "1+",
        "1-_2",
        "1.2$",
        "é",
        "1.*",
        "99999999999999999999",
        "99999999999999999999!1",
        "1.__",
        "1 2",
    ] {
        assert!(text.parse::<Version>().is_err(), "{text:?}");
    }
    assert_eq!(
        "12.".parse::<Version>().unwrap_err().to_string(),
        "malformed version string '12.': encountered more characters but expected none"
    );
}

#[test]
fn starts_with_counts_segments() {
    let table = [
        ("1.2.3", "1.2", true),
        ("1.20", "1.2", false),
        ("1.2", "1.2.0", true),
        ("1.2", "1.2.1", false),
        ("1.2a", "1.2", true),
        ("1.1c.1", "1.1.1", false),
        ("1!1.2", "1.2", false),
        ("1.2+cpu", "1.2", true),
        ("1.2+cpu", "1.2+cu", false),
        ("3.11.4", "3", true),
    ];
    for (text, prefix, is_so) in table {
        assert_eq!(version(text).starts_with(&version(prefix)), is_so, "{text} {prefix}");
    }
}

#[test]
fn compatible_leaves_the_last_segment_free() {
    let table = [
        ("1.5", "1.2", true),
        ("1.1", "1.2", false),
        ("2.0", "1.2", false),
        ("1.2.9", "1.2.3", true),
        ("1.3", "1.2.3", false),
        ("9", "1", true),
    ];
    for (text, other, is_so) in table {
        assert_eq!(version(text).is_compatible_with(&version(other)), is_so, "{text} ~={other}");
    }
}

fn any_version() -> impl Strategy<Value = Version> {
    "([0-9]!)?([0-9]{1,2}|[a-c]|dev|post|rc1)([._]?([0-9]{1,2}|[a-c]|dev|post|rc1)){0,4}(\\+[a1])?[_]{0,2}"
        .prop_filter_map("no version", |text| text.parse().ok())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
        let _ = text.parse::<Version>();
    }

    #[test]
    fn near_versions_are_read_or_refused(text in "[0-9a-cv!+._*-]{0,16}") {
        if let Ok(version) = text.parse::<Version>() {
            prop_assert_eq!(version.to_string(), text);
            prop_assert!(version.starts_with(&version) && version.is_compatible_with(&version));
        }
    }

    #[test]
    fn the_order_is_total(a in any_version(), b in any_version(), c in any_version()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
        if a <= b && b <= c {
            prop_assert!(a <= c, "{} {} {}", a, b, c);
        }
    }
}
