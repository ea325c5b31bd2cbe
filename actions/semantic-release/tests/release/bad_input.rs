//! Bad input: a diagnostic with place and remedy, the right exit code, nothing changed.

use diagnostics::Exit;
use github_stand_in::{Fault, Permissions, Token};

use crate::house::{House, PYPROJECT, git, run};

/// Runs and expects a failure that changed nothing.
fn fails(house: &House, inputs: &[(&str, &str)], exit: Exit, code: &str) -> String {
    let (before, status) = (house.state(), git(&house.work, &["status", "--porcelain"]));
    let outcome = house.run(inputs);
    assert_eq!(outcome.exit, exit, "{code}: {}", outcome.log);
    assert!(outcome.log.contains(code), "{code}: {}", outcome.log);
    assert_eq!(outcome.output("released"), "false");
    assert_eq!(git(&house.work, &["status", "--porcelain"]), status, "{code}: files changed");
    assert_eq!(house.state(), before, "{code}: the server changed");
    outcome.log
}

fn write(house: &House, text: &str) {
    std::fs::write(house.work.join("pyproject.toml"), text).unwrap();
    git(&house.work, &["commit", "--quiet", "-am", "chore: settings"]);
    git(&house.work, &["push", "--quiet", "origin", "HEAD"]);
}

#[test]
fn settings() {
    let house = House::new();
    let with = |line: &str| {
        PYPROJECT
            .replace("[tool.semantic_release]\n", &format!("[tool.semantic_release]\n{line}\n"))
    };
    write(&house, &with("tag_fromat = \"v\""));
    let log = fails(&house, &[("strict_config", "true")], Exit::BadInput, "config/unknown-key");
    assert!(log.contains("did you mean `tag_format`?") && log.contains("line=6"), "{log}");
    write(&house, &with("strict_config = true\nremote.type = 'gitea'\ntag_format = 'x'\nfoo = 1"));
    let log = fails(&house, &[], Exit::BadInput, "release/remote-type");
    assert!(
        log.contains("release/tag-format") && log.contains("config/unknown-key"),
        "all at once: {log}"
    );
    write(&house, "[project\n");
    fails(&house, &[], Exit::BadInput, "pyproject.toml");
    write(&house, &with("build_command = 'make'\nbuild_image = 'No Image'"));
    fails(&house, &[], Exit::BadInput, "engine/reference");
    fails(&house, &[("config_file", "none.toml")], Exit::BadInput, "release/config-file");
    write(&house, &PYPROJECT.replace("match = \"main\"", "match = \"(main\""));
    fails(&house, &[], Exit::BadInput, "release/branch-pattern");
    write(&house, &PYPROJECT.replace("project.version", "project.vresion"));
    let log = fails(&house, &[], Exit::BadInput, "asked for here");
    assert!(log.contains("version"), "{log}");
    write(&house, &PYPROJECT.replace("pyproject.toml:", "../other.toml:"));
    fails(&house, &[], Exit::BadInput, "outside the repository");
    write(&house, &with("version_variables = ['pyproject.toml:__version__']"));
    let log = fails(&house, &[], Exit::BadInput, "release/not-stamped");
    assert!(log.contains("pyproject.toml") && log.contains("__version__ = VERSION"), "{log}");
    write(&house, PYPROJECT);
    std::fs::create_dir(house.work.join("templates")).unwrap();
    let template = house.work.join("templates/CHANGELOG.md.j2");
    std::fs::write(template, "fine\n{% if ctx.nothing.more %}").unwrap();
    let log = fails(&house, &[], Exit::BadInput, "release/templates");
    assert!(log.contains("templates/CHANGELOG.md.j2:2"), "{log}");
}

#[test]
fn inputs() {
    let house = House::new();
    fails(&house, &[("force", "huge")], Exit::BadInput, "force");
    fails(
        &house,
        &[("prerelease_token", "dev; echo $GH_TOKEN")],
        Exit::BadInput,
        "release/prerelease-token",
    );
    fails(&house, &[("build_metadata", "a b")], Exit::BadInput, "release/build-metadata");
    let log = fails(&house, &[("push", "false")], Exit::BadInput, "release/push");
    assert!(log.contains("publish_mode: git"), "the way out is named: {log}");
    fails(&house, &[("github_token", " ")], Exit::BadInput, "release/no-token");
}

#[test]
fn repositories() {
    let house = House::new();
    let elsewhere = house.folder.path().join("plain");
    std::fs::create_dir(&elsewhere).unwrap();
    let outcome = house.run_in(&elsewhere, &[]);
    assert_eq!(outcome.exit, Exit::BadInput);
    assert!(outcome.log.contains("history/not-a-repository"), "{}", outcome.log);
    git(&house.work, &["checkout", "--quiet", "--detach"]);
    fails(&house, &[], Exit::BadInput, "release/detached-head");
}

#[test]
fn files_that_are_none() {
    let house = House::new();
    let changelog = house.work.join("CHANGELOG.md");
    std::fs::create_dir(&changelog).unwrap();
    fails(&house, &[], Exit::BadInput, "is a directory");
    std::fs::remove_dir(&changelog).unwrap();
    let outside = house.folder.path().join("outside.md");
    // Also where nothing is at its end yet.
    for is_there in [false, true] {
        if is_there {
            std::fs::write(&outside, "theirs").unwrap();
        }
        std::os::unix::fs::symlink(&outside, &changelog).unwrap();
        fails(&house, &[], Exit::BadInput, "is a link");
        assert!(changelog.is_symlink());
        std::fs::remove_file(&changelog).unwrap();
    }
    assert_eq!(std::fs::read_to_string(outside).unwrap(), "theirs");
}

#[test]
fn a_tag_on_a_file_is_no_release() {
    let house = House::new();
    let blob = git(&house.work, &["rev-parse", "HEAD:pyproject.toml"]);
    git(&house.work, &["tag", "v9.0.0", &blob]);
    let outcome = house.run(&[("no_operation_mode", "true")]);
    assert_eq!((outcome.exit, outcome.output("version")), (Exit::Done, "1.0.0"));
    git(&house.work, &["tag", "v1.0.0", &blob]);
    for dry_run in ["true", "false"] {
        fails(&house, &[("no_operation_mode", dry_run)], Exit::BadInput, "release/tag-taken");
    }
}

#[test]
fn the_server_refuses() {
    let house = House::new();
    fails(
        &house,
        &[("github_token", "ghp_unknown0123456789")],
        Exit::Outside,
        "github/unauthorized",
    );
    house.server.add_token(Token::new("ghp_reader0123456789", Permissions::read()));
    fails(
        &house,
        &[("github_token", "ghp_reader0123456789")],
        Exit::Outside,
        "release/no-push-permission",
    );
    house.server.add_token(Token::new("ghs_reader0123456789", Permissions::read()));
    fails(&house, &[("github_token", "ghs_reader0123456789")], Exit::Outside, "github/forbidden");
    house.server.inject(Fault::on("GET", "/repos/org/demo").status(404));
    fails(&house, &[], Exit::Outside, "github/not-found");
    house.server.clear_faults();
    house.server.inject(Fault::mutation(1).status(422));
    fails(&house, &[], Exit::Outside, "422");
    house.server.clear_faults();
    house.server.inject(Fault::on("GET", "/repos/org/demo").status(503).always());
    fails(&house, &[], Exit::Outside, "503");
}

#[test]
fn a_proxy_that_refuses() {
    let house = House::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let mut variables = house.variables(&house.work);
    variables.insert("HTTPS_PROXY".to_owned(), format!("http://{address}"));
    variables.insert("GITHUB_API_URL".to_owned(), "https://api.github.invalid".to_owned());
    let outcome = run(&house.work, variables, &[]);
    assert_eq!(outcome.exit, Exit::Outside, "{}", outcome.log);
    assert!(outcome.log.contains(&address.to_string()), "the proxy is named: {}", outcome.log);
    assert_eq!(git(&house.work, &["status", "--porcelain"]), "");
}

#[test]
fn the_branch_moved_or_is_not_pushed() {
    let house = House::new();
    let old = house.checkout("main", &house.head());
    house.commit("fix: by somebody else");
    let before = house.state();
    let outcome = house.run_in(&old, &[]);
    assert_eq!(outcome.exit, Exit::Outside);
    assert!(
        outcome.log.contains("release/moved") && outcome.log.contains("git fetch"),
        "{}",
        outcome.log
    );
    let outcome = house.run_in(&old, &[("on_moved", "skip")]);
    assert_eq!((outcome.exit, outcome.output("released")), (Exit::Done, "false"));
    assert_eq!(house.state(), before);
    git(&house.work, &["commit", "--quiet", "--allow-empty", "-m", "feat: only here"]);
    fails(&house, &[], Exit::Outside, "release/unpushed");
    git(&house.work, &["reset", "--quiet", "--hard", "origin/main"]);
    git(&house.bare, &["tag", "v1.0.0", "main~1"]);
    fails(&house, &[], Exit::Outside, "release/tag-taken");
}
