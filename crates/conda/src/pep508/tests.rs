use proptest::prelude::*;

use super::{Marker, MarkerEnvironment, Requirement};

fn requirement(text: &str) -> Requirement {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn linux() -> MarkerEnvironment {
    MarkerEnvironment::of_subdir("linux-64", "3.11.4").expect("environment")
}

#[test]
fn requirements_have_parts() {
    let read = requirement("Foo.Bar [ Extra_A , b ] (>=1.0, <2) ; python_version > '3.8'");
    assert_eq!(
        (read.name.as_str(), read.specifiers.to_string()),
        ("foo-bar", ">=1.0,<2".to_owned())
    );
    assert_eq!(read.extras, ["extra-a", "b"]);
    assert_eq!(read.to_string(), "foo-bar[extra-a,b]>=1.0,<2 ; python_version > '3.8'");

    let read = requirement("pip @ https://x.y/pip-1.0.zip#sha1=0;z ; os_name == 'nt'");
    assert_eq!(read.url.as_deref(), Some("https://x.y/pip-1.0.zip#sha1=0;z"));
    assert!(!read.applies(&linux(), &[]));

    for text in
        ["a", "a>=1", "a[b]", "a[]", "a@file:///x", "a;os_name=='posix'", "torch==2.9.1+cu126"]
    {
        assert_eq!(requirement(&requirement(text).to_string()), requirement(text), "{text}");
    }
    for text in [
        "",
        "-a",
        "a-",
        "a b",
        "a[",
        "a[b",
        "a[b,]",
        "a[é]",
        "a (>=1",
        "a @",
        "a @ x y",
        "a >=1;",
        "a; x == 'y'",
        "a; os_name",
        "a; os_name == posix",
        "a; os_name = 'x'",
        "a; (os_name == 'x'",
        "a; os_name == 'x' and",
        "a; os_name == 'x' andy",
        "a; os_name not 'x'",
        "a==1.*.2",
    ] {
        assert!(text.parse::<Requirement>().is_err(), "{text:?}");
    }
}

#[test]
fn markers_are_evaluated() {
    let table = [
        ("sys_platform == 'linux'", true),
        ("'linux' == sys_platform", true),
        ("sys_platform != \"win32\"", true),
        ("platform_system == 'Linux' and platform_machine == 'x86_64'", true),
        ("platform_machine in 'x86_64 AMD64'", true),
        ("platform_machine not in 'x86_64 AMD64'", false),
        ("'inu' in sys_platform", true),
        ("python_version >= '3.9'", true),
        ("python_version < '3.9'", false),
        ("'3.9' <= python_version", true),
        ("python_version == '3.11.*'", true),
        ("python_version in '3.10 3.11'", true),
        ("python_version not in '3.10, 3.11'", false),
        ("python_full_version >= '3.11.5'", false),
        ("python_full_version ~= '3.11.0'", true),
        ("implementation_name == 'cpython' and platform_python_implementation != 'PyPy'", true),
        ("os.name == 'posix'", true),
        ("platform_release == ''", true),
        ("os_name == 'nt' or os_name == 'posix' and python_version < '3'", false),
        ("(os_name == 'nt' or os_name == 'posix') and python_version > '3'", true),
        ("extra == 'test'", true),
        ("extra == 'Foo_Bar'", true),
        ("extra != 'test'", false),
        ("'other' == extra", false),
    ];
    let extras = ["test".to_owned(), "foo-bar".to_owned()];
    for (text, holds) in table {
        let marker: Marker = text.parse().expect(text);
        assert_eq!(marker.evaluate(&linux(), &extras), holds, "{text}");
        assert_eq!(marker.to_string().parse(), Ok(marker), "{text}");
    }
    let marker: Marker =
        "extra == 'A' or ('b_c' == extra and os_name == 'nt')".parse().expect("marker");
    assert_eq!(marker.extras(), ["a", "b-c"]);
}

#[test]
fn subdirs_have_an_environment() {
    let machine = |subdir| {
        MarkerEnvironment::of_subdir(subdir, "3.12.1")
            .map(|env| (env.sys_platform, env.platform_machine))
    };
    assert_eq!(machine("osx-arm64"), Some(("darwin", "arm64")));
    assert_eq!(machine("win-64"), Some(("win32", "AMD64")));
    assert_eq!(machine("linux-aarch64"), Some(("linux", "aarch64")));
    assert_eq!((machine("noarch"), machine("emscripten-wasm32")), (None, None));
    assert_eq!(MarkerEnvironment::of_subdir("linux-64", "3"), None);
    assert_eq!(linux().python_version, "3.11");
}

#[test]
fn deep_parentheses_are_refused_without_harm() {
    assert!("(".repeat(100_000).parse::<Marker>().is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let _ = (text.parse::<Requirement>(), text.parse::<Marker>());
    }

    #[test]
    fn what_is_shown_is_read_again(
        text in "[a-zA-Z][a-z._-]{0,3}[a-z](\\[[a-z]\\])? ?([<>=!~]{2}[0-9.]{1,3})?( ?; ?\\(?(os_name|extra|python_version) (==|>=|in|not in) '[a-z0-9.]{0,4}'\\)?( (and|or) extra == \"b\")?)?"
    ) {
        if let Ok(read) = text.parse::<Requirement>() {
            read.applies(&linux(), &[]);
            prop_assert_eq!(read.to_string().parse::<Requirement>(), Ok(read));
        }
    }
}
