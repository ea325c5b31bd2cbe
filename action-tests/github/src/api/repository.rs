//! The repository itself.

use serde_json::{Value, json};

use crate::access::Level;
use crate::answer::{Answer, Outcome};
use crate::api::view;
use crate::call::Call;
use crate::settings::Target;

/// `GET /repos/{owner}/{repo}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let permissions = call.input.actor.as_ref().map(|token| {
        let reaches = token.reaches(&call.repo.full_name());
        view::repository_permissions(
            reaches && token.permissions.allows("contents", Level::Write),
            reaches && token.permissions.allows("administration", Level::Write),
        )
    });
    Ok(Answer::ok(view::repository(&call.input.urls, call.repo, permissions)))
}

/// `GET /repos/{owner}/{repo}/immutable-releases`
pub(crate) fn immutable_releases(call: &mut Call<'_>) -> Outcome {
    if call.repo.settings.immutable_releases {
        return Ok(Answer::ok(json!({ "enabled": true, "enforced_by_owner": false })));
    }
    Err(Answer::not_found())
}

/// `GET /repos/{owner}/{repo}/rulesets`
pub(crate) fn rulesets(call: &mut Call<'_>) -> Outcome {
    let items = call.repo.settings.rulesets.iter().zip(1_u64..).map(|(ruleset, id)| {
        json!({
            "id": id,
            "name": ruleset.name,
            "target": if ruleset.target == Target::Tag { "tag" } else { "branch" },
            "source_type": "Repository",
            "source": call.repo.full_name(),
            "enforcement": "active",
        })
    });
    let items: Vec<Value> = items.collect();
    Ok(call.input.page(&call.url("/rulesets"), items))
}
