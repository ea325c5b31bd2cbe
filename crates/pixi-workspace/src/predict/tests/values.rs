//! Which override is needed, and which value does.

use super::*;
use crate::lock::Lock;

/// The value for the default environment of a manifest with these packages, and whether it is
/// needed: `no`, `yes`, `switches`, `not honoured`; `-` where nothing is about CUDA.
const TABLE: &str = "
pixi    manifest     packages                                                       value    need

# Needed only where a locked conda package has `__cuda` in depends.
0.77.0  declared     libtorch-2.9.1-cuda_1 | __cuda                                 12.1     yes
0.77.0  declared     libtorch-2.9.1-cpu_1                                           12.1     no
0.77.0  declared     cupy-core-13.6.0-py_0 | numpy | __cuda >=12.0                  12.1     no
0.77.0  plain        numpy-2.0-0                                                    -        no
0.77.0  plain        cuda-version-12.9-0 | | __cuda >=12                            12       no
0.77.0  plain        cuda-version-12.9-0                                            12.9     no
0.48.2  declared     libtorch-2.9.1-cuda_1 | __cuda                                 12.1     yes
0.48.2  declared     libtorch-2.9.1-cpu_1                                           12.1     no
0.48.2  plain        libtorch-2.9.1-cuda_1 | __cuda; cuda-version-12.9-0            12.0     yes
0.41.4  declared     libtorch-2.9.1-cpu_1                                           12.1     yes
0.41.4  plain        libtorch-2.9.1-cuda_1 | __cuda                                 12.0     no
0.28.2  declared     libtorch-2.9.1-cuda_1 | __cuda                                 12.1     not honoured

# With a bare row beside it the override is not needed, it switches; unless the bare row comes first.
0.77.0  cuda first   by row                                                         12.1     switches
0.77.0  bare first   by row                                                         12.1     no

# Lower bounds raise the value, upper bounds keep it down, two blanks are one.
0.77.0  declared     x-1-0 | __cuda >=12.8                                          12.8     yes
0.77.0  declared     x-1-0 | __cuda | __cuda  >=12.4                                12.4     yes
0.77.0  declared     x-1-0 | __cuda >=11.2,<12                                      11.2     yes
0.77.0  declared     x-1-0 | __cuda <12                                             11.0     yes
0.77.0  declared     x-1-0 | __cuda >12.1                                           12.1.1   yes
0.48.2  plain        x-1-0 | __cuda | __cuda >=11                                   11       yes
0.48.2  plain        x-1-0 | __cuda | __cuda >=13                                   13       yes
0.48.2  plain        x-1-0 | __cuda 12.*                                            12       yes
0.48.2  plain        x-1-0 | __cuda <13                                             12.0     yes
0.48.2  plain        x-1-0 | __cuda ==12.4                                          12.4     yes
";

#[test]
fn the_value_and_whether_it_is_needed() {
    let lines: Vec<&str> =
        TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1).collect();
    assert_eq!(lines.len(), 24);
    for line in lines {
        let cells: Vec<&str> =
            line.split("   ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let [front, packages, value, need] = cells[..] else { panic!("{line}") };
        let (pixi, manifest_name) = front.split_once("  ").expect("two cells");
        let version = stage::version(pixi);
        let manifest = manifest(manifest_name.trim(), version);
        let view = View::new(&manifest, "default", version).expect("default");
        let lock = lock(version, &view, |row| match packages {
            "by row" => by_row(row),
            one => vec![one.to_owned()],
        });
        let machine = runner();
        let recommended = recommended_override(std::slice::from_ref(&view), Some(&lock), &machine);
        let got = recommended.as_ref().map_or("-", |one| one.cuda.as_str());
        assert_eq!(got, value, "{line}: {recommended:?}");
        let got = match override_needed(&view, Some(&lock), &machine) {
            Need::No => "no",
            Need::Yes(_) => "yes",
            Need::Switches { .. } => "switches",
            Need::NotHonoured => "not honoured",
        };
        assert_eq!(got, need, "{line}");
        let with_driver = machine.with_cuda("13.0");
        assert_eq!(
            override_needed(&view, Some(&lock), &with_driver),
            Need::No,
            "a driver is there"
        );
        if let (Some(recommended), true) = (recommended, pixi != "0.28.2") {
            passes(&view, &lock, &recommended.overrides());
        }
    }
}

/// What is recommended does.
fn passes(view: &View<'_>, lock: &Lock, overrides: &Overrides) {
    let machine = runner();
    let at = Situation { lock: Some(lock), machine: &machine, overrides, installed: None };
    for command in [Command::Install, Command::Run] {
        let got = predict(view, &at, command);
        assert_ne!(got.outcome, Outcome::Error, "{overrides:?}: {got:?}");
    }
}

#[test]
fn the_locked_cuda_version_where_nothing_else_names_one() {
    let version = stage::version("0.48.2");
    let manifest = manifest("plain", version);
    let view = View::new(&manifest, "default", version).expect("default");
    let lock = lock(version, &view, |_| {
        owned(&["libtorch-2.9.1-cuda_1 | __cuda", "cuda-version-12.9-h1_3"])
    });
    let got = recommended_override(&[view], Some(&lock), &runner()).expect("a value");
    assert_eq!(got.cuda, "12.9");
    let reasons: Vec<String> = got.reasons.iter().map(ToString::to_string).collect();
    assert_eq!(reasons, ["libtorch depends on __cuda", "cuda-version 12.9 is locked"]);
}

#[test]
fn the_highest_over_the_requested_environments() {
    let version = stage::version("0.77.0");
    let text = r#"
[workspace]
channels = []
platforms = [
  { name = "a", platform = "linux-64", cuda = "12.1" },
  { name = "b", platform = "linux-64", cuda = { driver = "12.8", arch = "8.6" } },
  { name = "c", platform = "linux-aarch64", cuda = "13.0" },
]
[feature.a]
platforms = ["a"]
[feature.b]
platforms = ["b", "c"]
[environments]
a = ["a"]
b = ["b"]
"#;
    let manifest = stage::manifest(text, version);
    let views: Vec<View<'_>> =
        ["a", "b"].iter().map(|name| View::new(&manifest, name, version).expect(name)).collect();
    let value = |views: &[View<'_>]| {
        recommended_override(views, None, &runner()).expect("a value").settings()
    };
    assert_eq!(value(&views[..1]), "CONDA_OVERRIDE_CUDA=12.1");
    let both = "CONDA_OVERRIDE_CUDA=12.8 and CONDA_OVERRIDE_CUDA_ARCH=8.6";
    assert_eq!(value(&views), both, "13.0 is for another subdir");
    let overrides = recommended_override(&views, None, &runner()).expect("a value").overrides();
    assert_eq!(overrides.cuda_arch.version().map(ToString::to_string).as_deref(), Some("8.6"));
}

#[test]
fn the_value_does_wherever_one_does() {
    const SPECS: [&str; 10] = [
        "",
        ">=12",
        ">=12.8",
        ">12.4",
        "<12",
        "<=11.8",
        ">=11.2,<12",
        "12.*",
        ">=11.2,!=12.1",
        "==12.4",
    ];
    const VALUES: [&str; 12] = [
        "10.0", "11.0", "11.2", "11.8", "12.0", "12.1", "12.4", "12.4.1", "12.8", "12.9", "13.0",
        "14.0",
    ];
    let mut judged = 0;
    for pixi in ["0.48.2", "0.77.0"] {
        let version = stage::version(pixi);
        for name in ["plain", "declared"] {
            let manifest = manifest(name, version);
            let view = View::new(&manifest, "default", version).expect("default");
            for (one, other) in
                SPECS.iter().flat_map(|one| SPECS.iter().map(move |other| (one, other)))
            {
                let lock = lock(version, &view, |_| {
                    vec![format!("a-1-0 | __cuda {one}"), format!("b-1-0 | __cuda {other}")]
                });
                let machine = runner();
                let outcome = |overrides: &Overrides| {
                    let at = Situation {
                        lock: Some(&lock),
                        machine: &machine,
                        overrides,
                        installed: None,
                    };
                    predict(&view, &at, Command::Install).outcome
                };
                let value =
                    recommended_override(std::slice::from_ref(&view), Some(&lock), &machine)
                        .expect("something asks for CUDA");
                let does = VALUES
                    .iter()
                    .any(|value| outcome(&Overrides::cuda(Some(value))) == Outcome::Ok);
                let got = outcome(&value.overrides());
                assert!(
                    !does || got == Outcome::Ok,
                    "{pixi} {name} {one} and {other}: {}",
                    value.cuda
                );
                judged += usize::from(does);
            }
        }
    }
    assert!(judged > 100, "{judged}");
}
