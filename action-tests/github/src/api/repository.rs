//! The repository itself.

use serde_json::{Value, json};

use crate::access::Level;
use crate::answer::{Answer, Outcome};
use crate::api::view;
use crate::call::Call;
use crate::settings::{Ruleset, Target};

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

/// A ruleset as lists have it; alone it tells too whether the asker may bypass it.
fn ruleset(call: &Call<'_>, ruleset: &Ruleset, id: u64) -> Value {
    json!({
        "id": id,
        "name": ruleset.name,
        "target": if ruleset.target == Target::Tag { "tag" } else { "branch" },
        "source_type": "Repository",
        "source": call.repo.full_name(),
        "enforcement": "active",
    })
}

/// `GET /repos/{owner}/{repo}/rulesets`
pub(crate) fn rulesets(call: &mut Call<'_>) -> Outcome {
    let items = call.repo.settings.rulesets.iter().zip(1_u64..);
    let items: Vec<Value> = items.map(|(rules, id)| ruleset(call, rules, id)).collect();
    Ok(call.input.page(&call.url("/rulesets"), items))
}

/// `GET /repos/{owner}/{repo}/rulesets/{ruleset_id}`
pub(crate) fn one_ruleset(call: &mut Call<'_>) -> Outcome {
    let id = call.input.number("ruleset_id")?;
    let index = id.checked_sub(1).and_then(|index| usize::try_from(index).ok());
    let rules = index.and_then(|index| call.repo.settings.rulesets.get(index));
    let rules = rules.ok_or_else(Answer::not_found)?;
    let mut value = ruleset(call, rules, id);
    if !rules.silent {
        let may = rules.bypass.contains(&call.login());
        value["current_user_can_bypass"] = json!(if may { "always" } else { "never" });
    }
    Ok(Answer::ok(value))
}
