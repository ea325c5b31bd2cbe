//! What holds whichever way is taken.

use diagnostics::{Diagnostic, Exit};
use github_stand_in::{Fault, Permissions, Protection, Settings};
use publish::{CommitRequest, Error, FileChange, Publisher};

use crate::place::{Place, WAYS, Way, tag};

#[tokio::test]
async fn the_commit_is_the_same_either_way() {
    let mut trees = Vec::new();
    for way in WAYS {
        let place = Place::new();
        let id = place.writer(way).commit(&place.release()).await.unwrap().id;
        assert_eq!(place.git(&["rev-parse", "main"]), id.as_str(), "{way:?}");
        assert_eq!(place.git(&["rev-parse", "main^"]), place.head.as_str());
        assert_eq!(
            place.git(&["log", "-1", "--format=%an <%ae> %aI|%cn <%ce> %cI|%B", "main"]),
            "Ann Ö <ann@corp.test> 2026-01-02T03:04:05+00:00|Ann Ö <ann@corp.test> 2026-01-02T03:04:05+00:00|chore(release): 1.0.0\n\n# All of it\n- one",
            "{way:?}"
        );
        let listed = place.git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", "main"]);
        assert_eq!(
            listed,
            "100755 bin/run, it\n100644 docs/CHANGELOG.md\n100644 other.txt\n100644 pyproject.toml"
        );
        assert_eq!(place.git(&["show", "main:docs/CHANGELOG.md"]), "# 1.0.0\r");
        place.git(&["fsck", "--strict"]);
        trees.push(place.git(&["rev-parse", "main^{tree}"]));
    }
    assert_eq!(trees[0], trees[1]);
}

#[tokio::test]
async fn an_annotated_tag_either_way() {
    for way in WAYS {
        let place = Place::new();
        let writer = place.writer(way);
        assert_eq!(writer.tag_target("v1.0.0").await.unwrap(), None);
        for _ in 0..2 {
            writer.tag(&tag(&place.head)).await.unwrap();
        }
        assert_eq!(writer.tag_target("v1.0.0").await.unwrap(), Some(place.head.clone()), "{way:?}");
        assert_eq!(place.git(&["cat-file", "-t", "v1.0.0"]), "tag", "{way:?}");
        let text = place.git(&["cat-file", "-p", "v1.0.0"]);
        assert!(
            text.contains("tagger Ann Ö <ann@corp.test> 1767323045 +0000\n\nv1.0.0\n\n# kept"),
            "{way:?}: {text}"
        );
        place.git(&["fsck", "--strict"]);
    }
}

#[tokio::test]
async fn a_tag_elsewhere_is_never_moved() {
    for way in WAYS {
        let place = Place::new();
        let writer = place.writer(way);
        place.git(&["tag", "v1.0.0", "main"]);
        let new = place.push_something();
        place.local(&["pull", "-q", &place.path().join("demo.git").display().to_string()]);
        let error = writer.tag(&tag(&new)).await.unwrap_err();
        let conflict = error.conflict().unwrap();
        assert!(
            conflict.contains(new.as_str()) && conflict.contains(place.head.as_str()),
            "{conflict}"
        );
        assert_eq!(Diagnostic::from(error).code, "publish/tag-taken");
        assert_eq!(place.git(&["rev-parse", "v1.0.0"]), place.head.as_str());
    }
}

#[tokio::test]
async fn a_branch_that_moved_is_a_conflict_and_stays() {
    for way in WAYS {
        let place = Place::new();
        let new = place.push_something();
        let error = place.writer(way).commit(&place.release()).await.unwrap_err();
        assert!(
            matches!(&error, Error::Moved { found: Some(found), .. } if *found == new),
            "{way:?} {error:?}"
        );
        assert!(error.conflict().is_some());
        assert_eq!(place.git(&["rev-parse", "main"]), new.as_str());
    }
}

#[tokio::test]
async fn what_an_earlier_run_did_is_found() {
    for way in WAYS {
        let place = Place::new();
        let writer = place.writer(way);
        let request = place.release();
        assert_eq!(writer.find_commit(&request).await.unwrap(), None);
        let first = writer.commit(&request).await.unwrap().id;
        assert_eq!(writer.find_commit(&request).await.unwrap(), Some(first.clone()), "{way:?}");
        place.push_something();
        assert_eq!(place.writer(way).commit(&request).await.unwrap().id, first, "{way:?}");
        assert_eq!(place.git(&["rev-list", "--count", "main"]), "3");
        let mut other = request.clone();
        other.changes[0].contents = b"version = \"9\"\n".to_vec();
        assert_eq!(writer.find_commit(&other).await.unwrap(), None, "other files");
        let other = CommitRequest { message: "other".into(), ..request };
        assert_eq!(writer.find_commit(&other).await.unwrap(), None, "other message");
    }
}

#[tokio::test]
async fn one_way_finds_what_the_other_did() {
    let place = Place::new();
    let request = place.release();
    let first = place.writer(Way::Api).commit_and_tag(&request, &tag).await.unwrap().id;
    let again = place.writer(Way::Git).commit_and_tag(&request, &tag).await.unwrap().id;
    assert_eq!(first, again);
    assert_eq!(place.git(&["rev-list", "--count", "main"]), "2");
}

#[tokio::test]
async fn commit_and_tag_end_the_same_after_any_fault() {
    for way in WAYS {
        for after in [false, true] {
            for number in 1.. {
                let place = Place::new();
                let fault = Fault::mutation(number);
                place.server.inject(if after { fault.after().cut() } else { fault.before().cut() });
                let first = place.writer(way).commit_and_tag(&place.release(), &tag).await;
                if !place.server.faults_spent() {
                    break;
                }
                let id = match first {
                    Ok(committed) => committed.id,
                    Err(_) => {
                        place.writer(way).commit_and_tag(&place.release(), &tag).await.unwrap().id
                    }
                };
                let label = format!("{way:?} {number} {after}");
                assert_eq!(place.git(&["rev-parse", "main"]), id.as_str(), "{label}");
                assert_eq!(place.git(&["rev-list", "--count", "main"]), "2", "{label}");
                assert_eq!(place.git(&["rev-parse", "v1.0.0^{commit}"]), id.as_str(), "{label}");
                assert_eq!(place.git(&["tag"]), "v1.0.0", "{label}");
            }
        }
    }
}

#[tokio::test]
async fn paths_outside_change_nothing() {
    for way in WAYS {
        let place = Place::new();
        let mut request = place.release();
        request.changes.push(FileChange {
            path: "../x".into(),
            contents: Vec::new(),
            executable: false,
        });
        let error = place.writer(way).commit(&request).await.unwrap_err();
        assert_eq!(Diagnostic::from(error).exit, Exit::BadInput);
        assert!(place.server.mutations().is_empty());
    }
}

#[tokio::test]
async fn protections_and_weak_tokens_are_told_and_change_nothing() {
    let protected = || Settings { protected: vec![Protection::of("main")], ..Settings::default() };
    for way in WAYS {
        for (place, help) in [
            (Place::with(protected(), Permissions::release()), "protection"),
            (Place::with(Settings::default(), Permissions::read()), "contents: write"),
        ] {
            let error = place.writer(way).commit_and_tag(&place.release(), &tag).await.unwrap_err();
            assert!(error.conflict().is_none(), "{error:?}");
            let diagnostic = Diagnostic::from(error);
            assert_eq!(diagnostic.exit, Exit::Outside);
            assert!(diagnostic.help.as_ref().unwrap().contains(help), "{way:?} {diagnostic:?}");
            assert!(!format!("{diagnostic:?}").contains("0123456789abcdef"));
            assert_eq!(
                place.git(&["for-each-ref", "--format=%(refname) %(objectname)"]),
                format!("refs/heads/main {}", place.head)
            );
        }
    }
}
