//! Releases.

use github::{Kind, MakeLatest, NewRelease, ReleaseUpdate};
use github_stand_in::{Fault, Permissions, Settings};

use crate::Place;

pub(crate) fn draft(tag: &str) -> NewRelease {
    NewRelease {
        tag_name: tag.into(),
        target_commitish: None,
        name: tag.into(),
        body: "notes".into(),
        draft: true,
        prerelease: false,
        make_latest: None,
    }
}

#[tokio::test]
async fn a_draft_is_found_in_the_list_and_published() {
    let place = Place::new();
    let repository = place.repository();
    repository.create_ref("refs/tags/v1.0.0", &place.head).await.unwrap();
    let made = repository.create_release(&draft("v1.0.0")).await.unwrap();
    assert!(made.draft);
    assert_eq!(repository.release_by_tag("v1.0.0").await.unwrap(), None);
    assert_eq!(repository.find_release("v1.0.0").await.unwrap().unwrap().id, made.id);
    let update = ReleaseUpdate {
        draft: Some(false),
        make_latest: Some(MakeLatest::True),
        ..ReleaseUpdate::default()
    };
    let published = repository.update_release(made.id, &update).await.unwrap();
    assert!(!published.draft);
    assert_eq!(repository.release_by_tag("v1.0.0").await.unwrap().unwrap().id, made.id);
    assert!(place.server.releases("octo", "demo")[0].latest);
}

#[tokio::test]
async fn a_release_is_created_once_whatever_happens_to_the_answer() {
    for (fault, sent) in [
        (Fault::on("POST", "/repos/*/releases").after().status(502), 1),
        (Fault::on("POST", "/repos/*/releases").after().cut(), 1),
        (Fault::on("POST", "/repos/*/releases").after().truncated(), 1),
        (Fault::on("POST", "/repos/*/releases").before().status(503), 2),
    ] {
        // The list shows the draft with the second look only.
        let place =
            Place::with(Settings { list_lag: 1, ..Settings::default() }, Permissions::release());
        let label = format!("{fault:?}");
        place.server.inject(fault);
        let made = place.repository().create_release(&draft("v1")).await.unwrap();
        assert_eq!(made.tag_name, "v1");
        assert_eq!(place.server.releases("octo", "demo").len(), 1, "{label}");
        assert_eq!(place.sent("POST /repos/octo/demo/releases"), sent, "{label}");
    }
}

#[tokio::test]
async fn a_change_is_repeated_after_a_lost_answer() {
    let place = Place::new();
    let repository = place.repository();
    let made = repository.create_release(&draft("v1")).await.unwrap();
    place.server.inject(Fault::on("PATCH", "*").after().status(502));
    let update = ReleaseUpdate { draft: Some(false), ..ReleaseUpdate::default() };
    assert!(!repository.update_release(made.id, &update).await.unwrap().draft);
    assert_eq!(place.server.releases("octo", "demo").len(), 1);
}

#[tokio::test]
async fn the_tag_of_an_immutable_release_is_told() {
    let place = Place::with(
        Settings { immutable_releases: true, ..Settings::default() },
        Permissions::release(),
    );
    let repository = place.repository();
    let first = NewRelease { draft: false, ..draft("v1") };
    let made = repository.create_release(&first).await.unwrap();
    assert!(made.immutable);
    let again = repository.create_release(&first).await.unwrap_err();
    assert!(matches!(again.kind(), Kind::AlreadyExists | Kind::ImmutableTag), "{again:?}");
}

#[tokio::test]
async fn long_lists_are_read_to_their_end() {
    let place = Place::new();
    let repository = place.repository();
    for number in 0..103 {
        repository.create_release(&draft(&format!("v{number}"))).await.unwrap();
    }
    assert_eq!(repository.list_releases().await.unwrap().len(), 103);
    assert_eq!(repository.find_release("v0").await.unwrap().unwrap().tag_name, "v0");
}
