use proptest::prelude::*;

use super::{Specifiers, Version};

fn version(text: &str) -> Version {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// Ascending, as `packaging` orders them.
const ASCENDING: [&str; 22] = [
    "0",
    "1.0.dev0",
    "1.0a0.dev1",
    "1.0a0",
    "1.0a1",
    "1.0b2.dev3",
    "1.0b2",
    "1.0b2.post1.dev2",
    "1.0b2.post1",
    "1.0rc1",
    "1.0",
    "1.0+abc",
    "1.0+cpu",
    "1.0+cu124",
    "1.0+5",
    "1.0.post0.dev1",
    "1.0.post0",
    "1.0.post1",
    "1.0.1",
    "1.10",
    "2024.1",
    "1!0.1",
];

#[test]
fn versions_are_ordered_as_pep_440_says() {
    for (left, right) in ASCENDING.iter().zip(ASCENDING.iter().skip(1)) {
        assert!(version(left) < version(right), "{left} < {right}");
    }
}

#[test]
fn spellings_have_a_normal_form() {
    let table = [
        ("1.0", "1.0"),
        ("v1.0", "1.0"),
        (" 1.0 ", "1.0"),
        ("1.0ALPHA1", "1.0a1"),
        ("1.0-beta.2", "1.0b2"),
        ("1.0_pre", "1.0rc0"),
        ("1.0c3", "1.0rc3"),
        ("1rc.+cu124", "1rc0+cu124"),
        ("1.0-1", "1.0.post1"),
        ("1.0rev2", "1.0.post2"),
        ("1.0.post", "1.0.post0"),
        ("1.0DEV", "1.0.dev0"),
        ("1!1.0rc1.post2.dev3+Ubuntu-1_x", "1!1.0rc1.post2.dev3+ubuntu.1.x"),
        ("01.002", "1.2"),
    ];
    for (text, normal) in table {
        assert_eq!(version(text).to_string(), normal, "{text}");
        assert_eq!(version(text), version(normal), "{text}");
    }
    for text in [
        "",
        "a",
        "1.",
        ".1",
        "1..2",
        "1.0x",
        "1+",
        "1+a..b",
        "1+é",
        "!1",
        "1!",
        "1.0-",
        "1 2",
        "99999999999999999999",
    ] {
        assert!(text.parse::<Version>().is_err(), "{text:?}");
    }
    assert_eq!(version("2.6.0+CU124").local().as_deref(), Some("cu124"));
    assert!(version("1.0rc1").is_prerelease() && version("1.dev1").is_prerelease());
    assert!(!version("1.0.post1").is_prerelease());
}

#[test]
fn specifiers_take_what_uv_takes() {
    let table: [(&str, &[&str], &[&str]); 22] = [
        ("", &["0", "1rc1"], &[]),
        ("==2.9.1", &["2.9.1", "2.9.1+cu126", "2.9.1.0"], &["2.9.1.post1", "2.9.1rc1"]),
        ("==2.9.1+cpu", &["2.9.1+cpu", "2.9.1+CPU"], &["2.9.1", "2.9.1+cu126"]),
        ("!=2.9.1", &["2.9"], &["2.9.1+cu126"]),
        ("!=2.9.1+cpu", &["2.9.1", "2.9.1+cu1"], &["2.9.1+cpu"]),
        ("==1.*", &["1.0", "1.9rc1", "1"], &["2", "10"]),
        ("==1.1.*", &["1.1", "1.1.post1", "1.1a1"], &["1", "1.10"]),
        ("!=1.1.*", &["1.2"], &["1.1.5"]),
        (">=1.0", &["1.0", "1.0+cpu", "2rc1"], &["1.0rc1"]),
        ("<=1.0", &["1.0", "1.0+cpu", "1.0rc1"], &["1.0.post1"]),
        ("<3.1", &["3.0", "3.0.post1"], &["3.1.dev0", "3.1rc1", "3.1"]),
        ("<3.1rc1", &["3.1.dev0", "3.1b1"], &["3.1rc1"]),
        (">3.1", &["3.1.1", "3.2"], &["3.1.post0", "3.1", "3.1+x"]),
        (">3.1.post1", &["3.1.post2"], &["3.1"]),
        ("~=2.2", &["2.2", "2.9"], &["3.0", "2.1"]),
        ("~=2.2.post3", &["2.3"], &["3"]),
        ("~=1.4.5", &["1.4.9"], &["1.5"]),
        ("===1.0+x", &["1.0+X"], &["1.0"]),
        (">=1,<2,!=1.5", &["1.4"], &["1.5", "2"]),
        (" >= 1 , < 2 ,", &["1.4"], &["2"]),
        (">=1!1", &["1!1"], &["2"]),
        ("<1!1", &["2"], &["1!1"]),
    ];
    for (text, fits, fits_not) in table {
        let specifiers: Specifiers = text.parse().expect(text);
        for text in fits {
            assert!(specifiers.contains(&version(text)), "{specifiers} takes {text}");
        }
        for text in fits_not {
            assert!(!specifiers.contains(&version(text)), "{specifiers} refuses {text}");
        }
    }
}

#[test]
fn what_is_no_specifier() {
    for text in [
        "1.0", "=1.0", ">=1.*", "~=1", "~=1.*", ">=1+cpu", "==1rc1.*", "==1+a.*", "==", ",",
        ">=1,,<2", "==1 2", "*",
    ] {
        assert!(text.parse::<Specifiers>().is_err(), "{text:?}");
    }
}

fn any_version() -> impl Strategy<Value = Version> {
    "([0-2]!)?[0-3](\\.[0-3]){0,3}(a|b|rc)?[0-2]?(\\.post[0-2])?(\\.dev[0-2])?(\\+[a1](\\.[a1])?)?"
        .prop_filter_map("no version", |text| text.parse().ok())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
        let _ = (text.parse::<Version>(), text.parse::<Specifiers>());
    }

    #[test]
    fn near_versions_are_shown_to_be_read_again(text in "[0-9abcrdevpost.!+-]{1,14}") {
        if let Ok(read) = text.parse::<Version>() {
            prop_assert_eq!(read.to_string().parse::<Version>(), Ok(read));
        }
    }

    #[test]
    fn the_order_is_total(a in any_version(), b in any_version(), c in any_version()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        if a <= b && b <= c {
            prop_assert!(a <= c, "{} {} {}", a, b, c);
        }
    }

    #[test]
    fn specifiers_are_shown_to_be_read_again(text in "[=!<>~]{1,3}[0-9.]{1,4}(\\.\\*)?(,[=!<>~]{1,2}[0-9]rc1)?") {
        if let Ok(specifiers) = text.parse::<Specifiers>() {
            prop_assert_eq!(specifiers.to_string().parse::<Specifiers>(), Ok(specifiers));
        }
    }
}
