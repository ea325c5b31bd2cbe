//! Branch protection, rulesets and immutable releases: whether a reference may move.

use crate::access::Level;
use crate::answer::Answer;
use crate::call::Call;
use crate::git::ObjectId;
use crate::settings::Rule;
use crate::world::Repo;

/// A move of a reference: created without `old`, deleted without `new`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move<'a> {
    pub(crate) name: &'a str,
    pub(crate) old: Option<ObjectId>,
    pub(crate) new: Option<ObjectId>,
}

/// Why a reference must not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Classic branch protection.
    Protected,
    /// Rulesets, with GitHub's sentence per broken rule.
    Rules(Vec<&'static str>),
    /// The tag belongs to an immutable release.
    Immutable,
}

/// The sentence of classic protection.
pub(crate) const PROTECTED: &str = "Changes must be made through a pull request.";

/// Whether `login` may make this move; the first refusal that applies.
pub(crate) fn check(repo: &Repo, login: &str, change: Move<'_>) -> anyhow::Result<Option<Refusal>> {
    if let Some(refusal) = without_history(repo, login, change, &[]) {
        return Ok(Some(refusal));
    }
    let mut broken = Vec::new();
    for ruleset in &repo.settings.rulesets {
        if !ruleset.covers(change.name) || ruleset.bypass.iter().any(|name| name == login) {
            continue;
        }
        for rule in &ruleset.rules {
            if breaks(repo, *rule, change)? {
                broken.push(rule.sentence());
            }
        }
    }
    Ok(if broken.is_empty() { None } else { Some(Refusal::Rules(broken)) })
}

/// The same without a look at the new commits, which a push has yet to bring: immutable tags,
/// classic protection, and those of `rules` that go by the kind of move alone.
pub(crate) fn without_history(
    repo: &Repo,
    login: &str,
    change: Move<'_>,
    rules: &[Rule],
) -> Option<Refusal> {
    if let Some(tag) = change.name.strip_prefix("refs/tags/")
        && repo.burnt.contains(tag)
    {
        return Some(Refusal::Immutable);
    }
    if let Some(branch) = change.name.strip_prefix("refs/heads/")
        && change.old.is_some()
        && repo.settings.protected.iter().any(|protection| {
            protection.covers(branch) && !protection.bypass.iter().any(|name| name == login)
        })
    {
        return Some(Refusal::Protected);
    }
    let broken: Vec<&'static str> =
        rules.iter().filter(|rule| forbids(**rule, change)).map(|rule| rule.sentence()).collect();
    if broken.is_empty() { None } else { Some(Refusal::Rules(broken)) }
}

/// Whether a rule forbids the kind of move.
fn forbids(rule: Rule, change: Move<'_>) -> bool {
    matches!(
        (rule, change.old, change.new),
        (Rule::Creation, None, Some(_))
            | (Rule::Update, Some(_), Some(_))
            | (Rule::Deletion, Some(_), None)
    ) || (rule == Rule::PullRequest
        && change.name.starts_with("refs/heads/")
        && change.old.is_some()
        && change.new.is_some())
}

fn breaks(repo: &Repo, rule: Rule, change: Move<'_>) -> anyhow::Result<bool> {
    Ok(match (rule, change.old, change.new) {
        (Rule::NonFastForward, Some(old), Some(new)) => !repo.store.is_ancestor(old, new)?,
        (Rule::RequiredSignatures, old, Some(new)) if change.name.starts_with("refs/heads/") => {
            let mut unsigned = false;
            for id in repo.store.log(new, old)? {
                let commit = repo.store.commit(id)?;
                unsigned |= commit
                    .is_some_and(|commit| super::view::verification(&commit)["verified"] == false);
            }
            unsigned
        }
        _ => forbids(rule, change),
    })
}

impl Refusal {
    /// The answer of the REST endpoints for references.
    pub(crate) fn answer(&self) -> Answer {
        match self {
            Self::Protected => Answer::unprocessable(PROTECTED),
            Self::Rules(_) => Answer::unprocessable(&self.message()),
            Self::Immutable => Answer::unprocessable(
                "Repository rule violations found\n\nCannot update a tag that is used by an \
                 immutable release.\n\n",
            ),
        }
    }

    /// GitHub's text for broken rules.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Protected => PROTECTED.to_owned(),
            Self::Rules(sentences) => {
                format!("Repository rule violations found\n\n{}\n\n", sentences.join("\n"))
            }
            Self::Immutable => "tag_name was used by an immutable release".to_owned(),
        }
    }
}

/// Where workflow files live; changing them takes a permission of its own.
const WORKFLOWS: &str = ".github/workflows";

impl Call<'_> {
    /// Refuses the move unless protection and rules allow it and the token may bring the workflow
    /// files that come with it.
    pub(crate) fn guard(&self, change: Move<'_>) -> Result<(), Answer> {
        if let Some(refusal) = check(self.repo, &self.login(), change)? {
            return Err(refusal.answer());
        }
        let Some(token) = &self.input.actor else { return Ok(()) };
        if token.permissions.allows("workflows", Level::Write) || !token.is_installation() {
            return Ok(());
        }
        let folder = |id: Option<ObjectId>| -> anyhow::Result<Option<ObjectId>> {
            let Some(id) = id else { return Ok(None) };
            let Some(commit) = self.repo.store.commit(self.repo.store.peel(id)?)? else {
                return Ok(None);
            };
            Ok(self.repo.store.entry(commit.tree, WORKFLOWS)?.map(|entry| entry.id))
        };
        // A new reference to a commit the repository has already brings nothing in; the stand-in
        // compares moves only.
        if change.old.is_some()
            && change.new.is_some()
            && folder(change.old)? != folder(change.new)?
        {
            return Err(Answer::error(403, "Resource not accessible by integration").header(
                "x-accepted-github-permissions",
                "contents=write; contents=write,workflows=write",
            ));
        }
        Ok(())
    }
}
