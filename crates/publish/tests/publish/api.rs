//! Signing and authorship through the API.

use diagnostics::Diagnostic;
use github_stand_in::{Permissions, Settings, Token};
use publish::{CommitRequest, Committed, Error, Identity, Publisher, Verified};

use crate::place::{Place, someone};

fn own() -> Identity {
    let email = "41898282+github-actions[bot]@users.noreply.github.com".into();
    Identity { name: "github-actions[bot]".into(), email, date: None }
}

fn request(place: &Place, author: Option<Identity>, executable: bool) -> CommitRequest {
    let mut request = CommitRequest { author, ..place.release() };
    request.changes.retain(|file| executable || !file.executable);
    request
}

fn signed(place: &Place) -> bool {
    place.git(&["cat-file", "-p", "main"]).contains("\ngpgsig ")
}

#[tokio::test]
async fn who_is_named_and_whether_it_is_signed() {
    let bot = "github-actions[bot]";
    for (verified, author, executable, name, is_signed, notice) in [
        (Verified::Prefer, None, false, bot, true, None),
        (Verified::Prefer, None, true, bot, true, None),
        (Verified::Prefer, Some(own()), false, bot, true, None),
        (Verified::Prefer, Some(someone()), false, "Ann Ö", false, Some("publish/author-unsigned")),
        (Verified::Require, Some(someone()), false, bot, true, Some("publish/author-dropped")),
        (Verified::Require, Some(someone()), true, bot, true, Some("publish/author-dropped")),
        (Verified::Off, Some(someone()), false, "Ann Ö", false, None),
        (Verified::Off, Some(own()), false, bot, false, None),
    ] {
        let place = Place::new();
        let label = format!("{verified:?} {author:?} {executable}");
        let request = request(&place, author, executable);
        let Committed { notices, .. } = place.api(verified).commit(&request).await.unwrap();
        assert_eq!(place.git(&["log", "-1", "--format=%an", "main"]), name, "{label}");
        assert_eq!(signed(&place), is_signed, "{label}");
        assert_eq!(notices.first().map(|notice| notice.code), notice, "{label}");
        assert_eq!(place.git(&["ls-tree", "main:"]).contains("bin"), executable, "{label}");
    }
}

#[tokio::test]
async fn ordinary_files_take_one_request_that_changes_something() {
    let place = Place::new();
    place.api(Verified::Prefer).commit(&request(&place, None, false)).await.unwrap();
    assert_eq!(place.server.mutations(), ["POST /graphql"]);
}

#[tokio::test]
async fn require_publishes_nothing_that_is_not_signed() {
    let place = Place::with(Settings::default(), Permissions::release());
    // The token of a user: GitHub does not sign what is made of parts with it.
    place.server.add_token(Token::new("user-token-0123456789", Permissions::release()));
    let api = place.api_with("user-token-0123456789", Verified::Require);
    let error = api.commit(&request(&place, None, true)).await.unwrap_err();
    assert!(matches!(error, Error::Unverified { .. }), "{error:?}");
    assert_eq!(Diagnostic::from(error).code, "publish/unverified");
    assert_eq!(place.git(&["rev-parse", "main"]), place.head.as_str());
}
