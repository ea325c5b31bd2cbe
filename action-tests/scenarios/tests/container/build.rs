//! A Python project changes nothing but `uses:`. Its `build_command` runs although the action's
//! image has no Python: in a container beside the action's own, started by the real engine.

use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

use runner_stand_in::{Conclusion, Job, Step};

use crate::place::{
    Network, Place, Service, assert_contract, engine, git, job_image, semantic_release,
    with_service,
};

/// Installs a tool for its user and uses it, then writes what a build would.
const BUILD: &str = r##"python3 - <<'END'
import pathlib
bin = pathlib.Path.home() / ".local" / "bin"
bin.mkdir(parents=True)
(bin / "tool").write_text("#!/bin/sh\necho '::error::the tool runs'\n")
(bin / "tool").chmod(0o755)
END
tool && python3 -c 'import os, pathlib, socket
dist = pathlib.Path("dist"); dist.mkdir()
seen = sorted(os.environ) + [socket.gethostbyname("github") and "reaches the service"]
(dist / ("demo-" + os.environ["NEW_VERSION"] + ".txt")).write_text("\n".join(seen) + "\n")'"##;

/// A job whose project has a build.
fn job(place: &Place, network: &Network, build: &str) -> Job {
    let mut job = place.job(|runner| with_service(runner, network));
    let workspace = job.workspace().to_owned();
    let path = workspace.join("pyproject.toml");
    let project = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{project}build_command = '''\n{build}\n'''\n")).unwrap();
    std::fs::write(workspace.join(".gitignore"), "dist/\n").unwrap();
    git(&workspace, &["add", "--all"]);
    git(&workspace, &["commit", "--quiet", "--message", "build: make a distribution"]);
    git(&workspace, &["push", "--quiet", &place.bare().to_string_lossy(), "HEAD:main"]);
    job.settle().unwrap();
    job
}

fn action() -> Step {
    semantic_release().with("insecure-hosts", "github").with("build_image", job_image())
}

#[track_caller]
fn assert_no_sibling_is_left() {
    let left = engine().output(&["ps", "--all", "--quiet", "--filter", "label=sibling-of"]);
    assert_eq!(left.unwrap(), "");
}

#[test]
fn a_container_beside_the_action_builds_for_the_owner_of_the_workspace() {
    let (place, network) = (Place::new(), Network::new());
    let mut job = job(&place, &network, BUILD);
    let _service = Service::start(&network, &place.bare());
    let report = job.step(action()).unwrap();
    assert_eq!(report.exit, 0, "{}", report.text());
    assert_contract(&report);
    assert_eq!(report.output("tag"), Some("v1.5.0"));
    assert!(report.text().contains("::error::the tool runs"), "{}", report.text());
    assert_no_sibling_is_left();

    // Later steps have what was built, and it is theirs.
    let owner = std::fs::metadata(job.workspace()).unwrap();
    for path in ["dist", "dist/demo-1.5.0.txt"] {
        let made = std::fs::metadata(job.workspace().join(path)).unwrap();
        assert_eq!((made.uid(), made.gid()), (owner.uid(), owner.gid()), "{path}");
    }
    let later = "cat dist/demo-1.5.0.txt && rm -r dist && test -z \"$(git status --porcelain --ignored)\" || git diff";
    let later = job.step(Step::run(later)).unwrap();
    assert!(later.succeeded(), "{}", later.text());
    let seen = later.text();
    for name in
        ["CI", "GITHUB_ACTIONS", "HOME", "NEW_VERSION", "PACKAGE_NAME", "reaches the service"]
    {
        assert!(seen.lines().any(|line| line == name), "{name}: {seen}");
    }
    assert!(!seen.contains("TOKEN") && !seen.contains("INPUT_"), "{seen}");
    let stamped = git(&place.bare(), &["show", "v1.5.0:pyproject.toml"]);
    assert!(stamped.contains("version = \"1.5.0\"  # stamped"), "{stamped}");
}

#[test]
fn a_build_that_fails_releases_nothing_and_puts_the_files_back() {
    let (place, network) = (Place::new(), Network::new());
    let mut job = job(&place, &network, "echo no space left; exit 3");
    let _service = Service::start(&network, &place.bare());
    let report = job.step(action()).unwrap();
    assert_eq!(report.exit, 3, "{}", report.text());
    assert_contract(&report);
    for part in ["release/build", "exit code 3", "no space left"] {
        assert!(report.text().contains(part), "{part}: {}", report.text());
    }
    assert_eq!(git(&place.bare(), &["tag", "--list"]), "v1.4.2");
    let unchanged = job.step(Step::run("test -z \"$(git status --porcelain)\"")).unwrap();
    assert!(unchanged.succeeded(), "{}", unchanged.text());
    assert_no_sibling_is_left();
}

#[test]
fn a_cancelled_build_ends_in_time_with_everything_it_started() {
    let (place, network) = (Place::new(), Network::new());
    let mut job = job(&place, &network, "echo it builds; sleep 600");
    let _service = Service::start(&network, &place.bare());
    let report = job.step(action().cancel_on("it builds\n")).unwrap();
    assert_eq!((report.exit, report.conclusion), (130, Conclusion::Cancelled), "{}", report.text());
    assert!(report.took_to_end.unwrap() < Duration::from_secs(7), "{:?}", report.took_to_end);
    assert_no_sibling_is_left();
    assert_eq!(git(&place.bare(), &["tag", "--list"]), "v1.4.2");
}

#[test]
fn an_image_that_cannot_be_had_is_noticed_before_anything_is_changed() {
    let (place, network) = (Place::new(), Network::new());
    let mut job = job(&place, &network, BUILD);
    let _service = Service::start(&network, &place.bare());
    let report = job.step(action().with("build_image", "127.0.0.1:1/no/such:image")).unwrap();
    assert_eq!(report.exit, 3, "{}", report.text());
    assert_contract(&report);
    for part in ["engine/image", "phase: prepare", "build_image"] {
        assert!(report.text().contains(part), "{part}: {}", report.text());
    }
    let unchanged = job.step(Step::run("test -z \"$(git status --porcelain)\"")).unwrap();
    assert!(unchanged.succeeded(), "{}", unchanged.text());
    assert_eq!(git(&place.bare(), &["tag", "--list"]), "v1.4.2");
    assert!(!std::fs::exists(job.workspace().join("dist")).unwrap());
}
