//! Images, mounts and texts of the docker command line.

use std::path::{Path, PathBuf};

use runner_stand_in::container::{Run, container_name};
use runner_stand_in::image::{
    Preparation, Uses, Volume, build, escaped_option, is_dockerfile, joined_arguments,
    preparations, reference, split_arguments,
};
use runner_stand_in::{Runner, Step};

use crate::place::Place;

fn remote(folder: &str, image: &str) -> Uses {
    Uses::Remote {
        reference: format!("org/actions/{folder}@v1"),
        root: "/actions".into(),
        folder: folder.into(),
        image: image.into(),
    }
}

#[test]
fn p1_these_are_dockerfiles() {
    for image in [
        "Dockerfile",
        "dockerfile",
        "Dockerfile.",
        ".Dockerfile",
        "Dockerfile.test",
        "test.Dockerfile",
        "../dockerfile.test",
        "example/Dockerfile.test",
    ] {
        assert!(is_dockerfile(image), "{image}");
    }
}

#[test]
fn p2_these_are_not() {
    for image in [
        "debian:latest",
        "dockerfile:latest",
        "Dockerfile-latest",
        ".Dockerfile.",
        "./Dockerfile/image",
        "docker://Dockerfile",
    ] {
        assert!(!is_dockerfile(image), "{image}");
    }
}

#[test]
fn p3_an_image_called_dockerfile_is_taken_for_one() {
    assert!(is_dockerfile("ghcr.io/docker/dockerfile"));
    assert!(!is_dockerfile("docker://ghcr.io/docker/dockerfile"));
}

#[test]
fn p4_an_action_in_a_sub_folder_is_built_there() {
    let prepared = preparations(&[remote("images/cli", "Dockerfile")]);
    let [Preparation::Build(build)] = &prepared[..] else { panic!("{prepared:?}") };
    assert_eq!(build.dockerfile, Path::new("/actions/images/cli/Dockerfile"));
    assert_eq!(build.context, Path::new("/actions/images/cli"));
    assert_eq!(build.working_directory, Path::new("/actions"), "docker runs in the root");
    let expected =
        ["build", "-t", "t:1", "-f", "/actions/images/cli/Dockerfile", "/actions/images/cli"];
    assert_eq!(build.arguments("t:1"), expected);
}

#[test]
fn p5_the_image_path_is_joined_to_the_action_folder() {
    let built = build(Path::new("/actions"), Path::new("/actions"), "images/Dockerfile");
    assert_eq!(built.dockerfile, Path::new("/actions/images/Dockerfile"));
    assert_eq!(built.context, Path::new("/actions/images"));
}

#[test]
fn p6_one_pull_an_image_and_one_build_a_reference() {
    let pull = || Uses::Docker("ubuntu:18.04".into());
    let steps = [remote("a", "Dockerfile"), pull(), remote("a", "Dockerfile"), pull()];
    assert_eq!(preparations(&steps).len(), 2);
    let steps = [remote("a", "../Dockerfile"), remote("b", "../Dockerfile")];
    assert_eq!(preparations(&steps).len(), 2, "each reference has its own build");
}

#[test]
fn p7_the_prefix_is_taken_off_and_the_image_pulled() {
    assert_eq!(reference("docker://ubuntu:18.04"), Some("ubuntu:18.04"));
    assert_eq!(reference("Docker://x@sha256:00"), Some("x@sha256:00"));
    let pulled = preparations(&[remote("", "docker://ubuntu:18.04")]);
    assert_eq!(pulled, [Preparation::Pull("ubuntu:18.04".into())]);
}

#[test]
fn p8_local_actions_are_not_prepared() {
    assert_eq!(preparations(&[Uses::Local("./actions/x".into())]), []);
}

#[test]
fn p9_the_context_is_the_folder_of_the_dockerfile() {
    let built = build(Path::new("/r"), Path::new("/r/actions/x"), "../../Dockerfile");
    assert_eq!(built.dockerfile, Path::new("/r/actions/x/../../Dockerfile"), "not normalised");
    assert_eq!(built.context, Path::new("/r"));
}

#[test]
fn p10_four_forms_of_volumes() {
    let cases = [
        ("/dst/dir", None, false),
        ("/src/dir:/dst/dir", Some("/src/dir"), false),
        ("/dst/dir:ro", None, true),
        ("/src/dir:/dst/dir:ro", Some("/src/dir"), true),
    ];
    for (text, source, read_only) in cases {
        let source = source.map(str::to_owned);
        assert_eq!(Volume::from(text), Volume { source, target: "/dst/dir".into(), read_only });
    }
}

#[test]
fn p11_names_are_escaped_for_the_command_line() {
    let cases = [
        ("foo", "foo"),
        (r"foo \ bar", r"foo \ bar"),
        (r"foo \", r"foo \\"),
        (r"foo \\", r"foo \\\\"),
        (r#"foo \" bar"#, r#"foo \\\" bar"#),
        (r#"foo \\" bar"#, r#"foo \\\\\" bar"#),
    ];
    for (name, escaped) in cases {
        assert_eq!(escaped_option("-e", name), format!("-e \"{escaped}\""));
        assert_eq!(split_arguments(&escaped_option("-e", name))[1], name, "comes out again");
    }
    assert_eq!(escaped_option("-e", ""), "");
    let arguments = ["a b".to_owned(), String::new(), "it's \"q\"".to_owned()];
    assert_eq!(split_arguments(&joined_arguments(&arguments)), arguments);
    let derailed = split_arguments(&joined_arguments(&["end\\".to_owned(), "next".to_owned()]));
    assert_eq!(derailed, ["end\" next"], "args are not escaped with the same care");
}

#[test]
fn p12_the_cache_mode_is_passed_when_the_server_sets_it() {
    for (mode, expected) in [("read", Some("read")), ("none", Some("none")), ("", None)] {
        let place = Place::new();
        let runner = Runner::process(place.script("action", "true")).cache_mode(mode);
        let report = place.job(runner).step(Step::action(place.plain_manifest())).unwrap();
        let found = report.variables.get("ACTIONS_CACHE_MODE");
        assert_eq!(found.map(String::as_str), expected);
        assert!(!report.variables.contains_key("ACTIONS_CACHE_SERVICE_V2"));
        assert!(!report.variables.contains_key("GITHUB_TOKEN"));
    }
}

#[test]
fn the_docker_run_line_is_the_runners() {
    let mount = |host: &str, inside: &str| (PathBuf::from(host), inside.to_owned());
    let variables = [("GITHUB_ACTIONS", "true"), ("CI", "true"), ("INPUT_DRY-RUN", "secret value")];
    let mut run = Run {
        name: container_name("127.0.0.1:5000/org/actions@sha256:ab", "0a1b2c"),
        label: "5dd1a8".into(),
        directory: "/github/workspace".into(),
        variables: variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        entrypoint: Some("/bin/tool".into()),
        network: None,
        mounts: vec![
            mount("/var/run/docker.sock", "/var/run/docker.sock"),
            mount("/w/demo/demo", "/github/workspace"),
        ],
        image: "img:1".into(),
        arguments: joined_arguments(&["--host-workspace".into(), "/w/demo/demo".into()]),
    };
    assert_eq!(
        run.command_line(),
        "run --name orgactionssha256ab_0a1b2c --label 5dd1a8 --workdir /github/workspace --rm \
         -e \"INPUT_DRY-RUN\" -e GITHUB_ACTIONS=true -e CI=true --entrypoint \"/bin/tool\" \
         -v \"/var/run/docker.sock\":\"/var/run/docker.sock\" \
         -v \"/w/demo/demo\":\"/github/workspace\" img:1 \"--host-workspace\" \"/w/demo/demo\""
    );
    run.network = Some("github_network_1".into());
    assert!(run.command_line().contains("\"/bin/tool\" --network github_network_1 -v "));
    run.variables.insert("CI".into(), "other".into());
    assert!(
        run.command_line().contains("-e \"CI\" -e \"INPUT_DRY-RUN\" -e GITHUB_ACTIONS=true --")
    );
}
