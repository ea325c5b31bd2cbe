//! Rows about solve-groups.

use super::world::{
    LIBTORCH, LIBTORCH_CPU, TEXTLIB, TORCH, TORCH_CPU, check, edited, only, place, verdict,
};
use crate::lock::Lock;
use crate::stage::lock;
use crate::stale::Kind;

const TEXT: &str = r#"[workspace]
channels = ["conda-forge"]
platforms = ["linux-64"]

[dependencies]
pytorch = "*"

[feature.gpu.system-requirements]
cuda = "12.0"

[environments]
gpu = { features = ["gpu"], solve-group = "g" }
test = { features = [] }
"#;

const JOINED: (&str, &str) = ("features = [] }", "features = [], solve-group = \"g\" }");

fn locked(test: &[&str]) -> Lock {
    lock(
        6,
        &[],
        &[
            ("default", "linux-64", &[TEXTLIB, TORCH_CPU, LIBTORCH_CPU]),
            ("gpu", "linux-64", &[TEXTLIB, TORCH, LIBTORCH]),
            ("test", "linux-64", test),
        ],
    )
}

#[test]
fn a_cpu_environment_joins_a_cuda_group() {
    let cpu = locked(&[TEXTLIB, TORCH_CPU, LIBTORCH_CPU]);
    check(TEXT, &cpu, "0.48.2", &[]);
    let reason = only(verdict(&edited(TEXT, &[JOINED]), &cpu, "0.48.2"));
    assert_eq!((reason.kind, reason.environment.as_str()), (Kind::SolveGroup, "g"));
    assert_eq!(
        reason.logged,
        "the locked conda packages in solve group g are not consistent for all environments for \
         platform linux-64"
    );
    assert_eq!(place(&reason), "\"g\"");
    // From 0.71 on the two have platforms of their own.
    check(&edited(TEXT, &[JOINED]), &cpu, "0.77.0", &[]);
}

#[test]
fn groups_renamed_dropped_or_joined_while_the_versions_agree() {
    let same = locked(&[TEXTLIB, TORCH_CPU, LIBTORCH_CPU]);
    for pixi in ["0.48.2", "0.77.0"] {
        check(&edited(TEXT, &[("\"g\"", "\"h\"")]), &same, pixi, &[]);
        check(&edited(TEXT, &[(", solve-group = \"g\"", "")]), &same, pixi, &[]);
        let cpu = edited(
            TEXT,
            &[(
                "features = [] }",
                "features = [], solve-group = \"c\" }\ndefault = { solve-group = \"c\" }",
            )],
        );
        check(&cpu, &same, pixi, &[]);
    }
}

#[test]
fn an_environment_leaves_a_cuda_group() {
    let cuda = locked(&[TEXTLIB, TORCH, LIBTORCH]);
    check(&edited(TEXT, &[JOINED]), &cuda, "0.48.2", &[]);
    let reason = only(verdict(TEXT, &cuda, "0.48.2"));
    assert_eq!((reason.kind, reason.environment.as_str()), (Kind::VirtualPackage, "test"));
}

#[test]
fn channels_are_those_of_the_whole_group() {
    let text = edited(
        TEXT,
        &[
            JOINED,
            (
                "[feature.gpu.system",
                "[feature.gpu]\nchannels = [\"nvidia\", \"conda-forge\"]\n\n[feature.gpu.system",
            ),
        ],
    );
    let cuda = locked(&[TEXTLIB, TORCH, LIBTORCH]);
    let found = verdict(&text, &cuda, "0.48.2");
    let environments: Vec<&str> =
        found.reasons().iter().map(|reason| reason.environment.as_str()).collect();
    assert_eq!(environments, ["gpu", "test"], "{found:#?}");
}
