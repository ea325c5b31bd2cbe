//! The runner's stand-in itself, with the image's shell in place of an action: what it must catch.

use std::path::PathBuf;

use runner_stand_in::{Conclusion, Job, Runner, Step};

use crate::place::{Place, engine};

/// A job and an action that runs a script of the image's shell; `$1` is the workspace of the host.
fn story(place: &Place, script: &str) -> (Job, PathBuf) {
    let job = place.job(|runner: Runner| runner);
    let manifest = place.path().join("action.yml");
    let text = format!(
        "name: n\ndescription: d\ninputs:\n  w:\n    description: d\n    \
         default: ${{{{ github.workspace }}}}\nruns:\n  using: docker\n  image: docker://x\n  \
         entrypoint: /bin/sh\n  args:\n    - -c\n    - {script:?}\n    - sh\n    \
         - ${{{{ inputs.w }}}}\n"
    );
    std::fs::write(&manifest, text).unwrap();
    (job, manifest)
}

#[test]
fn a_file_of_roots_in_the_workspace_is_reported() {
    let place = Place::new();
    let (mut job, manifest) = story(&place, "echo x >made");
    let report = job.step(Step::action(manifest)).unwrap();
    assert!(report.succeeded(), "{}", report.text());
    let made: Vec<_> = report.new_files.iter().map(|file| file.path.clone()).collect();
    assert_eq!(made, [job.workspace().join("made")]);
    let owner = std::fs::metadata(job.workspace()).unwrap();
    let is_foreign = std::os::unix::fs::MetadataExt::uid(&owner) != report.new_files[0].uid;
    assert_eq!(report.foreign_files.len(), usize::from(is_foreign));
}

#[test]
fn a_later_step_uses_an_exported_host_path_and_a_container_path_is_dead() {
    let place = Place::new();
    let install = "echo 'echo tool runs' >tool && echo $1 >$GITHUB_PATH";
    let (mut job, manifest) = story(&place, install);
    let report = job.step(Step::action(&manifest)).unwrap();
    assert!(report.succeeded() && report.dead_exports.is_empty(), "{:?}", report.dead_exports);
    // The image has no chmod, so the later step names the tool by its folder in PATH.
    let later = "test \"$(bash \"${PATH%%:*}/tool\")\" = 'tool runs'";
    assert!(job.step(Step::run(later)).unwrap().succeeded());

    let place = Place::new();
    let (mut job, manifest) = story(&place, "pwd >$GITHUB_PATH");
    let report = job.step(Step::action(&manifest)).unwrap();
    assert_eq!(report.dead_exports, ["GITHUB_PATH: /github/workspace"]);
}

#[test]
fn a_container_that_takes_no_signal_is_reported_and_removed() {
    let place = Place::new();
    let (mut job, manifest) =
        story(&place, "echo v=1 >$GITHUB_OUTPUT; echo ready; exec tail -f /dev/null");
    let report = job.step(Step::action(&manifest).cancel_on("ready\n")).unwrap();
    assert!(report.survived, "process 1 has no handler: {}", report.text());
    assert_eq!(report.conclusion, Conclusion::Cancelled);
    assert_eq!(report.output("v"), Some("1"), "file commands are read all the same");
    let name = report.command_line.unwrap();
    let name = name.split(' ').nth(2).unwrap();
    let left = engine().output(&["ps", "--all", "--quiet", "--filter", &format!("name={name}")]);
    assert_eq!(left.unwrap(), "");
}
