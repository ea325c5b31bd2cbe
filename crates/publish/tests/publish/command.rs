//! What only concerns the git on the command line.

use std::os::unix::fs::PermissionsExt;

use diagnostics::{Diagnostic, Exit};
use github_stand_in::Fault;
use publish::{Error, GitCommand, GitSetup, Publisher, Verified};

use crate::place::{Place, TOKEN, Way, tag};

#[tokio::test]
async fn the_clone_follows_and_other_work_stays() {
    let place = Place::new();
    let clone = place.clone_folder();
    std::fs::write(clone.join("other.txt"), "staged\n").unwrap();
    place.local(&["add", "other.txt"]);
    let request = place.release();
    for file in &request.changes {
        let path = clone.join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &file.contents).unwrap();
        let mode = if file.executable { 0o755 } else { 0o644 };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let id = place.writer(Way::Git).commit_and_tag(&request, &tag).await.unwrap().id;
    assert_eq!(place.local(&["rev-parse", "HEAD", "v1.0.0^{commit}"]), format!("{id}\n{id}"));
    assert_eq!(place.local(&["status", "--porcelain"]), "M  other.txt");
    assert_eq!(place.git(&["show", "main:other.txt"]), "other");
    place.local(&["fsck", "--strict"]);
}

#[tokio::test]
async fn branch_and_tag_arrive_together_or_not_at_all() {
    let place = Place::new();
    place.writer(Way::Git).commit_and_tag(&place.release(), &tag).await.unwrap();
    let pushes = place.server.mutations().into_iter().filter(|m| m.ends_with("git-receive-pack"));
    assert_eq!(pushes.count(), 1);

    let place = Place::new();
    place.git(&["tag", "v1.0.0", "main"]);
    let error = place.writer(Way::Git).commit_and_tag(&place.release(), &tag).await.unwrap_err();
    assert!(matches!(error, Error::TagTaken { .. }), "{error:?}");
    assert_eq!(place.git(&["rev-parse", "main"]), place.head.as_str());
    assert_eq!(place.local(&["tag"]), "");
}

#[tokio::test]
async fn a_push_whose_answer_was_lost_is_not_a_failure() {
    let place = Place::new();
    place.server.inject(Fault::on("POST", "*git-receive-pack").after().cut());
    let id = place.writer(Way::Git).commit(&place.release()).await.unwrap().id;
    assert!(place.server.faults_spent());
    assert_eq!(place.git(&["rev-parse", "main"]), id.as_str());
}

#[tokio::test]
async fn a_header_left_by_a_checkout_is_replaced() {
    let place = Place::new();
    let key = format!("http.{}/.extraheader", place.server.server_url());
    place.local(&["config", &key, "AUTHORIZATION: basic b2xkOm9sZA=="]);
    place.writer(Way::Git).commit(&place.release()).await.unwrap();
}

/// A git that writes down what it sees before it runs the real one.
fn spying_git(place: &Place) -> (GitSetup, std::path::PathBuf) {
    let folder = place.path().join("bin");
    let log = place.path().join("seen");
    std::fs::create_dir(&folder).unwrap();
    let path = std::env::var("PATH").unwrap();
    let real = std::env::split_paths(&path).map(|p| p.join("git")).find(|p| p.exists()).unwrap();
    let (log_name, real) = (log.display(), real.display());
    let script = format!(
        "#!/bin/sh
echo \"$@\" >> {log_name}.argv
env >> {log_name}.env
exec {real} \"$@\"
"
    );
    std::fs::write(folder.join("git"), script).unwrap();
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.join("git"), executable).unwrap();
    let mut setup = place.setup(Verified::Prefer);
    setup.environment.retain(|(name, _)| name != "PATH");
    setup.environment.extend([
        ("PATH".into(), format!("{}:{path}", folder.display())),
        ("GITHUB_TOKEN".into(), "leaked-token".into()),
        ("GIT_TRACE".into(), "1".into()),
    ]);
    (setup, log)
}

#[tokio::test]
async fn git_sees_no_more_than_it_must_and_the_token_is_in_no_argument() {
    let place = Place::new();
    let (setup, log) = spying_git(&place);
    let writer = GitCommand::new(setup).unwrap();
    writer.commit_and_tag(&place.release(), &tag).await.unwrap();
    let read =
        |suffix: &str| std::fs::read_to_string(format!("{}.{suffix}", log.display())).unwrap();
    let (arguments, environment) = (read("argv"), read("env"));
    assert!(arguments.contains("push --atomic"), "{arguments}");
    assert!(arguments.contains(&format!("--force-with-lease=refs/heads/main:{}", place.head)));
    assert!(
        !arguments.contains(TOKEN) && !arguments.to_lowercase().contains("basic"),
        "{arguments}"
    );
    assert!(!environment.contains("leaked-token") && !environment.contains("GIT_TRACE="));
    assert!(environment.contains("GIT_TERMINAL_PROMPT=0"));
}

#[tokio::test]
async fn the_token_goes_to_its_server_only() {
    let place = Place::new();
    let (mut setup, log) = spying_git(&place);
    setup.server = "https://github.com".into();
    let error = GitCommand::new(setup).unwrap().commit(&place.release()).await.unwrap_err();
    let environment = std::fs::read_to_string(format!("{}.env", log.display())).unwrap();
    assert!(!environment.to_lowercase().contains("extraheader"));
    let diagnostic = Diagnostic::from(error);
    assert_eq!(diagnostic.code, "publish/git");
    assert!(diagnostic.help.as_ref().unwrap().contains("token"), "{diagnostic:?}");
    assert_eq!(place.git(&["rev-parse", "main"]), place.head.as_str());
}

#[tokio::test]
async fn without_a_push_commit_and_tag_stay_in_the_clone() {
    let place = Place::new();
    // The remote need not even be there.
    let setup = GitSetup { remote: "nowhere".into(), push: false, ..place.setup(Verified::Prefer) };
    let git = GitCommand::new(setup).unwrap();
    assert_eq!(git.branch_head("main").await.unwrap(), Some(place.head.clone()));
    assert_eq!(git.branch_head("gone").await.unwrap(), None);
    let id = git.commit_and_tag(&place.release(), &tag).await.unwrap().id;
    assert_eq!(place.local(&["rev-parse", "main", "v1.0.0^{commit}"]), format!("{id}\n{id}"));
    assert_eq!(git.tag_target("v1.0.0").await.unwrap(), Some(id.clone()));
    let again = git.commit_and_tag(&place.release(), &tag).await.unwrap().id;
    assert_eq!(again, id, "what is there is what was wanted");
    assert_eq!(place.git(&["rev-parse", "main"]), place.head.as_str());
    assert_eq!(place.git(&["tag"]), "");
}

#[test]
fn without_git_the_remedy_is_named() {
    let place = Place::new();
    let setup = GitSetup {
        environment: vec![("PATH".into(), "/nowhere".into())],
        ..place.setup(Verified::Prefer)
    };
    let error = GitCommand::new(setup).err().unwrap();
    let diagnostic = Diagnostic::from(error);
    assert_eq!((diagnostic.code, diagnostic.exit), ("publish/no-git", Exit::BadInput));
}
