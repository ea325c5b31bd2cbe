//! Rules of the branch that a release would break, found before anything changes.

use std::collections::BTreeMap;

use diagnostics::{Diagnostic, Failure};
use effects::Plan;
use github::{BranchRule, Repository, Ruleset};

use crate::apply::World;
use crate::plan::Effect;
use crate::session::Session;

/// What the release would do to the branch.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'i> {
    /// The branch.
    pub branch: &'i str,
    /// The commit carries no signature: its author is configured, and there is no key.
    pub unsigned: bool,
}

/// Rules that no commit pushed straight to the branch can keep.
const NO_COMMITS: &[&str] = &[
    "pull_request",
    "update",
    "required_status_checks",
    "merge_queue",
    "required_deployments",
    "workflows",
    "code_scanning",
];

/// Looks at the rules that the commit of this plan would break.
///
/// # Errors
/// A rule that is certain to refuse the commit.
pub async fn check_plan(
    world: &mut World,
    session: &Session,
    branch: &str,
    plan: &Plan<Effect>,
) -> Result<(), Failure> {
    let commits = plan.steps().iter().any(|step| matches!(step.effect, Effect::Commit(_)));
    let Some(github) = world.github.as_ref().filter(|_| commits) else { return Ok(()) };
    let intent = Intent { branch, unsigned: session.commits_unsigned() };
    world.notices.extend(check(github, intent).await?);
    Ok(())
}

/// Looks at the rules of the branch; what GitHub does not tell gives warnings only.
///
/// # Errors
/// A rule that is certain to refuse the commit.
pub async fn check(github: &Repository, intent: Intent<'_>) -> Result<Vec<Diagnostic>, Failure> {
    // Servers without rulesets, tokens that may not ask: the push itself will tell.
    let Ok(rules) = github.branch_rules(intent.branch).await else { return Ok(Vec::new()) };
    let broken: Vec<&BranchRule> = rules.iter().filter(|rule| breaks(rule, intent)).collect();
    let mut rulesets: BTreeMap<u64, Ruleset> = BTreeMap::new();
    for id in broken.iter().filter_map(|rule| rule.ruleset_id) {
        if !rulesets.contains_key(&id)
            && let Ok(Some(ruleset)) = github.ruleset(id).await
        {
            rulesets.insert(id, ruleset);
        }
    }
    let problems = broken
        .into_iter()
        .filter_map(|rule| problem(rule, rule.ruleset_id.and_then(|id| rulesets.get(&id)), intent));
    let (errors, warnings): (Vec<_>, Vec<_>) =
        problems.partition(|problem| problem.severity == diagnostics::Severity::Error);
    if errors.is_empty() { Ok(warnings) } else { Err(errors.into()) }
}

fn breaks(rule: &BranchRule, intent: Intent<'_>) -> bool {
    NO_COMMITS.contains(&rule.kind.as_str())
        || (rule.kind == "required_signatures" && intent.unsigned)
}

fn problem(rule: &BranchRule, ruleset: Option<&Ruleset>, intent: Intent<'_>) -> Option<Diagnostic> {
    let bypass = ruleset.and_then(|ruleset| ruleset.current_user_can_bypass.as_deref());
    let name = ruleset.map_or_else(
        || "a ruleset".to_owned(),
        |ruleset| format!("ruleset `{}`", diagnostics::visible_line(&ruleset.name)),
    );
    let wants = match rule.kind.as_str() {
        "pull_request" => "takes changes by pull request only",
        "update" => "lets nobody move it",
        "required_signatures" => {
            "takes signed commits only, and the release commit would have none"
        }
        "merge_queue" => "takes changes by its merge queue only",
        _ => "wants checks to pass first, which a new commit has none of",
    };
    let branch = intent.branch;
    let message = format!("{name} of branch `{branch}` {wants} (rule `{}`)", rule.kind);
    let help = if rule.kind == "required_signatures" {
        "set `ssh_private_signing_key` or `gpg_private_key`, or leave the author out so that GitHub signs"
    } else {
        "put a GitHub App on the bypass list of the ruleset and pass its token as `github_token` (the job's own token cannot be there), or set `release_mode` to `pull-request` or `tag-only`"
    };
    match bypass {
        Some("always" | "exempt") => None,
        Some(_) => Some(Diagnostic::outside("release/ruleset", message).with_help(help)),
        None => Some(
            Diagnostic::warning("release/ruleset", message)
                .with_help(help)
                .with_note("GitHub does not tell whether this token may bypass the rule"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certain_is_an_error() {
        let ruleset = |bypass: Option<&str>| Ruleset {
            name: "main is \u{1b}holy".to_owned(),
            current_user_can_bypass: bypass.map(str::to_owned),
        };
        let intent = Intent { branch: "main", unsigned: true };
        let rule = BranchRule { kind: "pull_request".to_owned(), ruleset_id: Some(1) };
        for (bypass, severity) in [
            (Some("always"), None),
            (Some("never"), Some(diagnostics::Severity::Error)),
            (Some("pull_requests_only"), Some(diagnostics::Severity::Error)),
            (None, Some(diagnostics::Severity::Warning)),
        ] {
            let found = problem(&rule, Some(&ruleset(bypass)), intent);
            assert_eq!(found.as_ref().map(|found| found.severity), severity, "{bypass:?}");
            assert!(found.is_none_or(|found| !found.message.contains('\u{1b}')));
        }
        for (kind, unsigned, expected) in [
            ("deletion", true, false),
            ("non_fast_forward", true, false),
            ("required_signatures", true, true),
            ("required_signatures", false, false),
            ("update", false, true),
        ] {
            let rule = BranchRule { kind: kind.to_owned(), ruleset_id: None };
            assert_eq!(breaks(&rule, Intent { branch: "main", unsigned }), expected, "{kind}");
        }
    }
}
