use super::*;

fn v(text: &str) -> PixiVersion {
    text.parse().expect(text)
}

fn shown(machine: &Machine, overrides: &Overrides) -> Vec<String> {
    machine.virtual_packages(overrides).iter().map(ToString::to_string).collect()
}

#[test]
fn a_runner_has_no_cuda() {
    let runner = Machine::without_gpu("linux-64");
    assert_eq!(
        shown(&runner, &Overrides::default()),
        ["__unix=0=0", "__linux=6.8=0", "__glibc=2.39=0", "__archspec=1=x86_64_v3"]
    );
    let driver = runner.with_cuda("12.8");
    assert!(shown(&driver, &Overrides::default()).contains(&"__cuda=12.8=0".to_owned()));
    let mac = Machine::without_gpu("osx-arm64");
    assert_eq!(
        shown(&mac, &Overrides::default()),
        ["__unix=0=0", "__osx=15.0=0", "__archspec=1=m1"]
    );
}

#[test]
fn values_are_read_as_pixi_reads_them() {
    for (value, expected, is_word) in [
        (None, Override::Absent, false),
        (Some(""), Override::Off, false),
        (Some("12"), Override::Version("12.0".parse().expect("12.0")), false),
        (Some("12.10"), Override::Version("12.10".parse().expect("12.10")), false),
        (Some("garbage"), Override::Version("garbage".parse().expect("a word")), true),
        (Some("none"), Override::Version("none".parse().expect("a word")), true),
        (Some("true"), Override::Version("true".parse().expect("a word")), true),
        (Some("v12.9"), Override::Version("v12.9".parse().expect("a word")), true),
        (Some("12.x"), Override::Version("12.x".parse().expect("a word")), true),
    ] {
        let got = Override::read(value);
        assert_eq!(got, expected, "{value:?}");
        assert_eq!(got.is_word(), is_word, "{value:?}");
        if is_word {
            let twelve = "12.0".parse().expect("12.0");
            assert!(got.version().is_some_and(|version| *version < twelve), "{value:?}");
        }
    }
    for value in [">=12", "12,9", "12.", "12..9", " ", " 12", "12 "] {
        let got = Override::read(Some(value));
        let Override::Malformed(text) = &got else { panic!("{value:?}: {got:?}") };
        let lead = format!("malformed version string '{value}': ");
        assert!(text.starts_with(&lead), "{text}");
    }
}

#[test]
fn a_compute_capability_is_two_numbers() {
    assert!(matches!(Override::read_arch(Some("8.6")), Override::Version(_)));
    assert_eq!(Override::read_arch(Some("")), Override::Off);
    for value in ["8", "sm_86", "8.6.0", "8.x"] {
        assert!(matches!(Override::read_arch(Some(value)), Override::Malformed(_)), "{value}");
    }
}

#[test]
fn overrides_take_and_give() {
    let machine = Machine::without_gpu("linux-64").with_cuda("12.8");
    let lines = |overrides: &Overrides| shown(&machine, overrides).join(" ");
    let arch = Overrides { cuda_arch: Override::read(Some("8.6")), ..Overrides::default() };
    assert!(lines(&Overrides::cuda(Some("11.8"))).contains("__cuda=11.8=0"));
    assert!(!lines(&Overrides::cuda(Some(""))).contains("__cuda"), "switched off");
    assert!(lines(&Overrides::cuda(Some(">=12"))).contains("__cuda=12.8"), "ignored");
    assert!(lines(&arch).contains("__cuda_arch=8.6=0"));
    let alone = Overrides { cuda: Override::Off, ..arch };
    assert!(!lines(&alone).contains("__cuda_arch"), "none without a driver");
    let glibc = |value| Overrides { glibc: Override::read(Some(value)), ..Overrides::default() };
    assert!(lines(&glibc("2.17")).contains("__glibc=2.17=0"));
    assert!(!lines(&glibc("")).contains("__glibc"));
    let scratch = Machine { libc: None, ..machine.clone() };
    assert!(!shown(&scratch, &Overrides::default()).join(" ").contains("libc"));
    let alpine = Machine { libc: Some(("musl".to_owned(), "1.2.5".to_owned())), ..machine.clone() };
    let packages = shown(&alpine, &glibc("2.28")).join(" ");
    assert!(packages.contains("__glibc=2.28") && !packages.contains("__musl"));
    let osx = Overrides { osx: Override::read(Some("13.0")), ..Overrides::default() };
    assert!(!lines(&osx).contains("__osx"), "not on Linux");
    let archspec =
        |text: &str| Overrides { archspec: Some(text.to_owned()), ..Overrides::default() };
    assert!(lines(&archspec("x86_64_v4")).contains("__archspec=1=x86_64_v4"));
    assert!(!lines(&archspec("")).contains("__archspec"));
}

#[test]
fn each_variable_counts_from_a_version_on() {
    let all = |name: &str| {
        Some(if name == "PIXI_OVERRIDE_PLATFORM" { "linux-64" } else { "8.6" }.to_owned())
    };
    let honoured = |version: &str| {
        let read = Overrides::read(v(version), all);
        let versions =
            [&read.cuda, &read.glibc, &read.osx, &read.linux, &read.win, &read.cuda_arch];
        let count = versions.iter().filter(|value| value.version().is_some()).count();
        count + usize::from(read.archspec.is_some())
    };
    assert_eq!(["0.28.2", "0.29.0", "0.42.0", "0.71.0", "0.77.0"].map(honoured), [0, 3, 5, 6, 7]);
}

#[test]
fn a_platform_variable_names_a_subdir() {
    let with = |name: &str| {
        let overrides = Overrides { platform: Some(name.to_owned()), ..Overrides::default() };
        Machine::without_gpu("linux-64").subdirs(&overrides)
    };
    assert_eq!(with("osx-arm64"), ["osx-arm64", "osx-64"]);
    assert_eq!(with("gpu-box"), ["linux-64"]);
    assert_eq!(Machine::without_gpu("win-64").subdirs(&Overrides::default()), ["win-64", "win-32"]);
}
