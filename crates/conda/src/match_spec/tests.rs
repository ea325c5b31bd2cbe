use proptest::prelude::*;

use super::{Fit, MatchSpec, Pattern, Record};

fn fit(spec: &str, name: &str, version: &str, build: &str, number: Option<u64>) -> Fit {
    let spec: MatchSpec = spec.parse().unwrap_or_else(|error| panic!("{spec}: {error}"));
    let version = version.parse().expect(version);
    spec.matches(&Record { name, version: &version, build, build_number: number, sha256: "" })
}

#[test]
fn specs_of_packages() {
    let is =
        |spec: &str| fit(spec, "pytorch", "2.5.1", "cuda126_mkl_py311_h1234567_303", Some(303));
    for spec in [
        "pytorch",
        "PyTorch",
        "pytorch *",
        "pytorch 2.5.1",
        "pytorch  >=2.5",
        "pytorch>=2.5,<3",
        "pytorch >= 2.5, < 3",
        "pytorch =2.5",
        "pytorch 2.5.*",
        "pytorch=2.5.1=cuda126*",
        "pytorch 2.5.* *cuda*",
        "pytorch * *CUDA*",
        "pytorch >=2.5 cuda12?_mkl*",
        "pytorch[build='cuda[0-9]*']",
        "pytorch >=2.5[build=\"*[!x]_303\"]",
        "pytorch * ^cuda.*_30\\d$",
        "pytorch[build=\"*cuda*\"]",
        "pytorch[version='>=2.5', build=*mkl*]",
        "pytorch >=2.5[build_number=\">=300\"]",
        "pytorch[build_number=303]",
        "conda-forge::pytorch 2.5.1",
        "conda-forge/linux-64::pytorch",
        "https://conda.anaconda.org/conda-forge::pytorch >=2",
        "pytorch # with a comment",
        "pytorch[channel=pytorch]",
    ] {
        assert_eq!(is(spec), Fit::Yes, "{spec}");
    }
    for spec in [
        "libtorch",
        "pytorch 2.5",
        "pytorch >=2.6",
        "pytorch =2.5.1=cpu*",
        "pytorch * cpu_*",
        "pytorch * cuda126",
        "pytorch * ^cpu.*$",
        "pytorch[build='*[!_]303']",
        "pytorch[build_number=\"<300\"]",
        "pytorch[build_number=\"!=303\"]",
    ] {
        assert_eq!(is(spec), Fit::No, "{spec}");
    }
    assert_eq!(fit("pytorch[build_number=3]", "pytorch", "1", "a", None), Fit::Unclear);
    assert_eq!(is("pytorch[license=MIT]"), Fit::Unclear);
    assert_eq!(is("pytorch[when=\"__cuda\"]"), Fit::Unclear);
}

#[test]
fn virtual_packages_as_locks_have_them() {
    let cuda = |spec, version| fit(spec, "__cuda", version, "0", None) == Fit::Yes;
    assert!(cuda("__cuda", "0") && cuda("__cuda", "garbage"));
    assert!(cuda("__cuda  >=12.4", "12.4") && !cuda("__cuda  >=12.4", "12.3"));
    assert!(cuda("__cuda >=11.2,<12", "11.8") && !cuda("__cuda >=11.2,<12", "12.0"));
    assert!("__cuda".parse::<MatchSpec>().expect("spec").is_virtual());
}

#[test]
fn a_hash_is_compared() {
    let (hash, other) = ("a".repeat(64), "b".repeat(64));
    let spec: MatchSpec = format!("x[sha256={hash}]").parse().expect("spec");
    let version = "1".parse().expect("version");
    let record =
        |sha256| Record { name: "x", version: &version, build: "", build_number: None, sha256 };
    assert_eq!(spec.matches(&record(&hash)), Fit::Yes);
    assert_eq!(spec.matches(&record(&other)), Fit::No);
    assert_eq!(spec.matches(&record("")), Fit::Unclear);
}

#[test]
fn what_is_no_match_spec() {
    for text in [
        "",
        " ",
        ">=1",
        "a*",
        "é",
        "a b c d]",
        "a[",
        "a[foo=1]",
        "a[version]",
        "a[md5=abc]",
        "a[]]",
        "a >",
        "a 1.2.*.3",
        "a (1",
        "a ^$ x",
        "a; if b",
        "a;b;c",
        "a * [x",
        "a * **_x",
        "a * ***",
        "a * ^($",
        "[version=1]",
        "a[build_number==>1]",
        "https://x/y.txt",
    ] {
        assert!(text.parse::<MatchSpec>().is_err(), "{text:?}");
    }
}

#[test]
fn specs_are_shown_as_pixi_shows_them() {
    let table = [
        ("foo>=1,<2", "foo >=1,<2"),
        ("foo 1.2 py_0", "foo ==1.2 py_0"),
        ("foo=1.2=py_0", "foo ==1.2 py_0"),
        ("foo[build=py_0]", "foo[build=\"py_0\"]"),
        ("c::foo[version='1.*', build_number=3]", "c::foo 1.*[build_number=\"==3\"]"),
        ("c/linux-64::foo", "c/linux-64::foo"),
        (
            "https://a.b/c/linux-64/foo-1-0.conda",
            "foo[url=\"https://a.b/c/linux-64/foo-1-0.conda\"]",
        ),
    ];
    for (text, shown) in table {
        assert_eq!(text.parse::<MatchSpec>().expect(text).to_string(), shown);
    }
}

#[test]
fn many_stars_take_no_time() {
    let pattern: Pattern = "*a".repeat(200).parse().expect("glob");
    assert!(!pattern.matches(&"a".repeat(199)));
    assert!(pattern.matches(&"ba".repeat(200)));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let _ = text.parse::<MatchSpec>();
    }

    #[test]
    fn what_is_shown_is_read_again(
        text in "(c::|c/linux-64::)?[a-z_]{1,4}( [<>=!~]{0,2}[0-9.*]{1,5}(,<[0-9.]{1,3})?( [a-z*_0-9]{1,6})?)?(\\[(version|build|build_number|subdir|fn)=['\"][0-9a-z.*]{1,4}['\"]\\])?"
    ) {
        if let Ok(spec) = text.parse::<MatchSpec>() {
            prop_assert_eq!(spec.to_string().parse::<MatchSpec>(), Ok(spec));
        }
    }
}
