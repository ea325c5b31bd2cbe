//! Generated release notes.

use serde_json::json;

use crate::answer::{Answer, Outcome};
use crate::call::Call;

/// Title and text GitHub would offer.
pub(crate) struct Notes {
    pub(crate) name: String,
    pub(crate) body: String,
}

/// `POST /repos/{owner}/{repo}/releases/generate-notes`
pub(crate) fn post(call: &mut Call<'_>) -> Outcome {
    let fields = ["tag_name", "target_commitish", "previous_tag_name", "configuration_file_path"];
    let body = call.input.body(&fields)?;
    let tag = body.required("tag_name")?;
    if let Some(target) = body.text("target_commitish")?
        && call.repo.store.resolve(&target)?.is_none()
    {
        return Err(Answer::invalid("Release", "target_commitish", "invalid"));
    }
    let previous = body.text("previous_tag_name")?;
    if let Some(previous) = &previous
        && call.repo.store.reference(&format!("refs/tags/{previous}"))?.is_none()
    {
        return Err(Answer::invalid("Release", "previous_tag_name", "invalid"));
    }
    let notes = generate(call, &tag, previous.as_deref())?;
    Ok(Answer::ok(json!({ "name": notes.name, "body": notes.body })))
}

/// The notes of a repository without pull requests: the link to the comparison.
pub(crate) fn generate(
    call: &Call<'_>,
    tag: &str,
    previous: Option<&str>,
) -> Result<Notes, Answer> {
    let newest = || {
        let latest = call.repo.latest_release()?;
        call.repo
            .releases
            .iter()
            .find(|stored| stored.release.id == latest)
            .map(|stored| stored.release.tag_name.clone())
    };
    let range = match previous.map(str::to_owned).or_else(newest) {
        Some(previous) => format!("/compare/{previous}...{tag}"),
        None => format!("/commits/{tag}"),
    };
    let link = call.input.urls.html(call.repo, &range);
    Ok(Notes { name: tag.to_owned(), body: format!("**Full Changelog**: {link}") })
}
