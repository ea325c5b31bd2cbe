//! Branches, their protection and the rules that apply to them.

use serde_json::{Value, json};

use crate::answer::{Answer, Outcome};
use crate::call::Call;
use crate::git::ObjectId;
use crate::settings::{Rule, Target};

fn tip(call: &Call<'_>, branch: &str) -> Result<ObjectId, Answer> {
    let found = call.repo.store.reference(&format!("refs/heads/{branch}"))?;
    found.ok_or_else(|| Answer::error(404, "Branch not found"))
}

fn is_protected(call: &Call<'_>, branch: &str) -> bool {
    call.repo.settings.protected.iter().any(|protection| protection.covers(branch))
}

/// `GET /repos/{owner}/{repo}/branches`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let mut items = Vec::new();
    for (name, id) in call.repo.store.references("refs/heads/")? {
        let name = name.trim_start_matches("refs/heads/");
        items.push(json!({
            "name": name,
            "commit": { "sha": id.to_string(), "url": call.url(&format!("/commits/{id}")) },
            "protected": is_protected(call, name),
        }));
    }
    Ok(call.input.page(&call.url("/branches"), items))
}

/// `GET /repos/{owner}/{repo}/branches/{branch}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let name = call.input.param("branch");
    let id = tip(call, name)?;
    let commit = call.repo.store.commit(id)?.ok_or_else(Answer::not_found)?;
    let protected = is_protected(call, name);
    let url = call.url(&format!("/branches/{name}"));
    Ok(Answer::ok(json!({
        "name": name,
        "commit": call.commit(id, &commit),
        "_links": {
            "self": url,
            "html": call.input.urls.html(call.repo, &format!("/tree/{name}")),
        },
        "protected": protected,
        "protection": {
            "enabled": protected,
            "required_status_checks": {
                "enforcement_level": "off", "contexts": [], "checks": [],
            },
        },
        "protection_url": format!("{url}/protection"),
    })))
}

/// `GET /repos/{owner}/{repo}/branches/{branch}/protection`
pub(crate) fn protection(call: &mut Call<'_>) -> Outcome {
    let name = call.input.param("branch");
    tip(call, name)?;
    if !is_protected(call, name) {
        return Err(Answer::error(404, "Branch not protected"));
    }
    let url = call.url(&format!("/branches/{name}/protection"));
    Ok(Answer::ok(json!({
        "url": url,
        "required_pull_request_reviews": {
            "url": format!("{url}/required_pull_request_reviews"),
            "dismiss_stale_reviews": false,
            "require_code_owner_reviews": false,
            "required_approving_review_count": 1,
        },
        "enforce_admins": { "url": format!("{url}/enforce_admins"), "enabled": true },
        "allow_force_pushes": { "enabled": false },
        "allow_deletions": { "enabled": false },
    })))
}

/// `GET /repos/{owner}/{repo}/rules/branches/{branch}`
pub(crate) fn rules(call: &mut Call<'_>) -> Outcome {
    let reference = format!("refs/heads/{}", call.input.param("branch"));
    let mut items: Vec<Value> = Vec::new();
    for (ruleset, id) in call.repo.settings.rulesets.iter().zip(1_u64..) {
        if ruleset.target != Target::Branch || !ruleset.covers(&reference) {
            continue;
        }
        for rule in &ruleset.rules {
            let mut item = json!({
                "type": rule.name(),
                "ruleset_source_type": "Repository",
                "ruleset_source": call.repo.full_name(),
                "ruleset_id": id,
            });
            if *rule == Rule::PullRequest {
                item["parameters"] = json!({
                    "dismiss_stale_reviews_on_push": false,
                    "require_code_owner_review": false,
                    "require_last_push_approval": false,
                    "required_approving_review_count": 1,
                    "required_review_thread_resolution": false,
                });
            }
            items.push(item);
        }
    }
    Ok(call
        .input
        .page(&call.url(&format!("/rules/branches/{}", call.input.param("branch"))), items))
}
