//! Stories of workflows that use the action.

use crate::house::{House, Place};

/// A later step sees the activated environment, and pixi by name.
#[track_caller]
fn assert_active(place: &mut Place, environment: &str) {
    let said = place.later(
        "set -eu\nhello\necho \"$PIXI_ENVIRONMENT_NAME\"\n[ \"$MOTTO\" = \"two lines,\nand an = sign\" ]\npixi --version\ncommand -v hello",
    );
    let text = said.text();
    assert!(said.succeeded(), "{text}");
    let prefix = format!(".pixi/envs/{environment}");
    assert!(text.contains(&format!("hello from {environment} at ")), "{text}");
    assert!(text.contains("pixi 0.77.0") && text.contains(&prefix), "{text}");
}

#[test]
fn a_workflow_written_for_setup_pixi_changes_its_uses_line() {
    let mut house = House::new();
    let with = [
        ("pixi-version", "v0.77.0"),
        ("environments", "gpu default"),
        ("activate-environment", "gpu"),
        ("cache", "true"),
        ("locked", "true"),
        ("cache-write", "true"),
        ("post-cleanup", "true"),
        ("log-level", "vv"),
    ];
    let mut place = house.job();
    let played = house.play(&mut place, &with);
    assert!(played.succeeded, "{}", played.log());
    let calls = place.calls();
    assert!(
        calls[0].starts_with("pixi install -v --locked -e gpu -e default -v | override 12.0 |"),
        "{calls:#?}"
    );
    assert!(calls[1].starts_with("pixi shell-hook --shell bash --environment gpu | override 12.0"));
    assert_eq!(calls.len(), 2, "{calls:#?}");
    assert_active(&mut place, "gpu");
    // The override reaches every later step: `run` checks again.
    let ran = place.later("pixi run -e gpu sh -c 'echo ran in $CONDA_PREFIX'");
    assert!(ran.text().contains("/.pixi/envs/gpu"), "{}", ran.text());
    assert_eq!(played.outputs["cache-hit"], "");
    assert_eq!(played.outputs["pixi-version"], "0.77.0");
    assert_eq!(house.cache.keys().len(), 1);

    let mut place = house.job();
    let played = house.play(&mut place, &with);
    assert!(played.succeeded, "{}", played.log());
    assert_eq!(played.outputs["cache-hit"], "true");
    assert!(!played.ran("Save the environments"));
    assert!(place.calls()[0].starts_with("pixi install"), "a restored environment is checked");
    assert_active(&mut place, "gpu");
}

#[test]
fn nothing_given_installs_the_default_environment_and_activates_nothing() {
    let mut house = House::new();
    let mut place = house.job();
    let played = house.play(&mut place, &[]);
    assert!(played.succeeded, "{}", played.log());
    let calls = place.calls();
    assert_eq!(calls.len(), 1, "{calls:#?}");
    assert!(calls[0].starts_with("pixi install -v --locked | override unset |"), "{calls:#?}");
    assert!(!played.ran("Activate the environment"));
    let said = place.later("pixi run hello");
    assert!(said.text().contains("hello from default at "), "{}", said.text());
    assert!(!place.job.exported().contains_key("MOTTO"));
}

#[test]
fn it_works_on_old_runners_in_job_containers_and_under_act() {
    type Configure = fn(runner_stand_in::Runner) -> runner_stand_in::Runner;
    let forms: [(&str, Configure, bool); 3] = [
        ("before 2.329", |runner| runner.without_runner_temp(), false),
        ("job container", |runner| runner.job_container(), true),
        ("act", |runner| runner.act().job_container(), false),
    ];
    for (name, configure, in_container) in forms {
        if !runner_stand_in::process::can_isolate() {
            return;
        }
        let mut house = House::new();
        let mut place = house.job_with(&[], configure, in_container);
        let with = [("environments", "gpu"), ("activate-environment", "true")];
        let played = house.play(&mut place, &with);
        assert!(played.succeeded, "{name}: {}", played.log());
        assert_active(&mut place, "gpu");
        // A failure is explained: the log was written by the host and read in the container.
        let mut place = house.job_with(&[], configure, in_container);
        place.edit("pixi.lock", "# for: demo", "# for: another");
        let played = house.play(&mut place, &[]);
        assert!(!played.succeeded, "{name}");
        let explained = played.step("Explain the failure").text();
        assert!(explained.contains("the lock has nothing for `app >=2`"), "{name}: {explained}");
    }
}

#[test]
fn a_failed_install_is_explained_and_fails() {
    let mut house = House::new();
    let mut place = house.job();
    place.edit("pixi.lock", "# for: demo", "# for: another");
    let played = house.play(&mut place, &[("activate-environment", "true")]);
    assert!(!played.succeeded);
    let explained = played.step("Explain the failure");
    assert!(explained.succeeded(), "{}", explained.text());
    let annotation = &explained.annotations[0];
    assert!(annotation.message.contains("the lock has nothing for `app >=2`"), "{annotation:?}");
    for later in ["Save the environments", "Activate the environment"] {
        assert!(!played.ran(later), "{later}");
    }
    assert!(house.cache.keys().is_empty());
    let left = place.later("find \"$RUNNER_TEMP\" -name 'install-log-*' | wc -l");
    assert_eq!(left.text().trim(), "0", "the log is removed");
    assert!(place.calls().iter().all(|call| !call.contains("list") && !call.contains("--check")));
}

#[test]
fn variables_stand_in_for_inputs_and_inputs_win() {
    let mut house = House::new();
    let env = [
        ("SETUP_PIXI_ENVIRONMENTS", "gpu"),
        ("SETUP_PIXI_ACTIVATE_ENVIRONMENT", "true"),
        ("SETUP_PIXI_CACHE_KEY", "mine-"),
        ("SETUP_PIXI_FROZEN", "true"),
    ];
    let mut place = house.job_with(&env, |runner| runner, false);
    let played = house.play(&mut place, &[("frozen", "false"), ("locked", "true")]);
    assert!(played.succeeded, "{}", played.log());
    assert!(
        place.calls()[0].starts_with("pixi install -v --locked -e gpu |"),
        "{:?}",
        place.calls()
    );
    assert!(house.cache.keys()[0].starts_with("mine-"), "{:?}", house.cache.keys());
    assert_active(&mut place, "gpu");
}

#[test]
fn a_cache_can_be_read_only_or_off() {
    let mut house = House::new();
    for with in [[("cache-write", "false")], [("cache", "false")]] {
        let mut place = house.job();
        let played = house.play(&mut place, &with);
        assert!(played.succeeded, "{}", played.log());
        assert_eq!(played.ran("Restore the environments"), with[0].0 == "cache-write");
        assert!(house.cache.keys().is_empty());
    }
}

#[test]
fn without_install_pixi_is_there_and_nothing_else() {
    let mut house = House::new();
    let mut place = house.job();
    let played = house.play(&mut place, &[("run-install", "false")]);
    assert!(played.succeeded, "{}", played.log());
    assert_eq!(place.calls(), Vec::<String>::new());
    assert!(place.later("pixi --version").text().contains("pixi 0.77.0"));
    assert!(!place.job.workspace().join(".pixi").exists());
}

#[test]
fn credentials_go_into_a_file_and_nowhere_else() {
    let secret = "pfx_\"quoted\\0123456789";
    let shown = r#"{"*.prefix.dev": {"BearerToken": "pfx_\"quoted\\0123456789"}}"#;
    let mut house = House::new();
    let with = [("auth-host", "https://prefix.dev/private"), ("auth-token", secret)];
    let mut place = house.job();
    let played = house.play(&mut place, &with);
    assert!(played.succeeded, "{}", played.log());
    assert!(place.calls()[0].ends_with(shown), "{:?}", place.calls());
    assert!(!played.log().contains(secret), "{}", played.log());
    let file = place.job.exported()["RATTLER_AUTH_FILE"].clone();
    let mode = place.later("stat -c %a \"$RATTLER_AUTH_FILE\"");
    assert_eq!(mode.text().trim(), "600");
    assert!(std::path::Path::new(&file).is_file());

    let mut place = house.job();
    let with = [with[0], with[1], ("persist-credentials", "false")];
    let played = house.play(&mut place, &with);
    assert!(played.succeeded, "{}", played.log());
    assert!(place.calls()[0].ends_with(shown), "{:?}", place.calls());
    assert!(!place.job.exported().contains_key("RATTLER_AUTH_FILE"));
    let left = place.later("ls \"$RUNNER_TEMP\" | grep pixi-credentials || echo gone");
    assert_eq!(left.text().trim(), "gone");
}

#[test]
fn every_way_to_authenticate_has_its_form() {
    let basic =
        r#"{"conda.example.org": {"BasicHTTP": {"username": "ada", "password": "pass word"}}}"#;
    let conda = r#"{"conda.anaconda.org": {"CondaToken": "xy-123456"}}"#;
    let s3 = r#"{"s3://bucket": {"S3Credentials": {"access_key_id": "AKIA0123", "secret_access_key": "s3cr3t/+=", "session_token": null}}}"#;
    let cases: [(&[(&str, &str)], &str); 3] = [
        (
            &[
                ("auth-host", "conda.example.org"),
                ("auth-username", "ada"),
                ("auth-password", "pass word"),
            ],
            basic,
        ),
        (&[("auth-host", "conda.anaconda.org"), ("auth-conda-token", "xy-123456")], conda),
        (
            &[
                ("auth-host", "s3://bucket"),
                ("auth-s3-access-key-id", "AKIA0123"),
                ("auth-s3-secret-access-key", "s3cr3t/+="),
            ],
            s3,
        ),
    ];
    let mut house = House::new();
    for (with, expected) in cases {
        let mut place = house.job();
        let played = house.play(&mut place, with);
        assert!(played.succeeded, "{}", played.log());
        assert!(place.calls()[0].ends_with(expected), "{:?}", place.calls());
        let written: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert!(written.is_object());
    }
}

#[test]
fn global_environments_are_installed_cached_and_on_the_path() {
    let mut house = House::new();
    let with = [
        ("global-environments", "ripgrep=14.1\n\nkeyring --with keyrings.x"),
        ("global-cache", "true"),
        ("run-install", "false"),
    ];
    let mut place = house.job();
    let played = house.play(&mut place, &with);
    assert!(played.succeeded, "{}", played.log());
    let calls = place.calls();
    assert!(calls[0].starts_with("pixi global install ripgrep=14.1 |"), "{calls:#?}");
    assert!(calls[1].starts_with("pixi global install keyring --with keyrings.x |"), "{calls:#?}");
    assert!(place.later("ripgrep").text().contains("global ripgrep"));
    assert!(house.cache.keys()[0].starts_with("pixi-global-"), "{:?}", house.cache.keys());
    let mut place = house.job();
    let played = house.play(&mut place, &with);
    assert!(played.ran("Restore the global environments"));
    assert!(!played.ran("Save the global environments"), "{}", played.log());
}

#[test]
fn the_binary_also_goes_where_the_user_wants_it() {
    let mut house = House::new();
    let mut place = house.job();
    let played =
        house.play(&mut place, &[("pixi-bin-path", "~/tools/pixi"), ("run-install", "false")]);
    assert!(played.succeeded, "{}", played.log());
    let said = place.later("command -v pixi; \"$HOME/tools/pixi\" --version");
    assert!(said.text().contains("/tools/pixi\npixi 0.77.0"), "{}", said.text());
}

#[test]
fn a_project_in_a_folder_is_installed_and_activated_there() {
    let mut house = House::new();
    for with in [
        vec![("working-directory", "models/vision"), ("activate-environment", "true")],
        vec![("manifest-path", "models/vision/pixi.toml"), ("activate-environment", "true")],
    ] {
        let mut place = house.job();
        let folder = place.job.workspace().join("models/vision");
        std::fs::create_dir_all(&folder).unwrap();
        for file in ["pixi.toml", "pixi.lock"] {
            std::fs::rename(place.job.workspace().join(file), folder.join(file)).unwrap();
        }
        place.job.settle().unwrap();
        let played = house.play(&mut place, &with);
        assert!(played.succeeded, "{}", played.log());
        assert!(folder.join(".pixi/envs/default").is_dir(), "{:?}", place.calls());
        assert!(!place.job.workspace().join(".pixi").exists());
        assert_active(&mut place, "default");
    }
}
