//! The version a pull request would release.

use action_kit::Context;
use diagnostics::Diagnostic;
use github::{Commit, PullRequest};
use history::{Oid, Repository};

use super::asked::Style;
use super::checks::commit;
use crate::inputs::Wishes;
use crate::parser::Takes;
use crate::settings::Settings;
use crate::survey::{self, Read};
use crate::version::Level;

/// What merging would release.
pub(super) enum Preview {
    /// The answer.
    Known(Release),
    /// Why there is none.
    Unknown(String),
}

/// What would be released.
pub(super) struct Release {
    /// The version; `None` for no release.
    pub(super) next: Option<String>,
    /// How far it moves.
    pub(super) bump: Level,
    /// The tag it is counted from.
    pub(super) previous: Option<String>,
    /// The branch.
    pub(super) branch: String,
}

/// Computes the version as if the pull request were merged. Reads the clone's history of the base
/// only; the pull request's commits come from the API.
pub(super) fn preview(
    context: &Context,
    wishes: &Wishes,
    settings: &Settings,
    pull: &PullRequest,
    commits: &[Commit],
    files: &[String],
    style: Style,
) -> Preview {
    match release(context, wishes, settings, pull, commits, files, style) {
        Ok(preview) => preview,
        Err(problem) => Preview::Unknown(problem.message),
    }
}

fn release(
    context: &Context,
    wishes: &Wishes,
    settings: &Settings,
    pull: &PullRequest,
    commits: &[Commit],
    files: &[String],
    style: Style,
) -> Result<Preview, Diagnostic> {
    let unknown = |why: String| Ok(Preview::Unknown(why));
    let branch = &pull.base.branch;
    let Some((_, rules)) = survey::rules(settings, wishes, branch)? else {
        return unknown(format!("`{branch}` is no release branch"));
    };
    let directory = context.working_directory()?.join(&settings.repo_dir);
    let Ok(repository) = Repository::discover(&directory) else {
        return unknown("there is no clone: check the base out with `fetch-depth: 0`".to_owned());
    };
    let tip: Oid = pull.base.sha.to_string().parse()?;
    if !repository.has(tip) || repository.is_shallow()? {
        return unknown(format!(
            "the clone lacks the history of `{branch}`: check out with `fetch-depth: 0`"
        ));
    }
    let root = repository.work_dir().unwrap_or_else(|| repository.git_dir());
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let mut extra = Vec::new();
    for (id, message, is_merge) in merged(pull, commits, style) {
        let commit = commit(&id, &message, is_merge)?;
        // Which of the files a commit changes is not known, but to those of the whole.
        let changed = |takes: &Takes<'_>| Ok(files.iter().any(|path| takes(&root, path)));
        let pieces = settings.parser.parse(&commit, &changed)?;
        extra.push(Read::new(commit, settings.reading.squash.limit(pieces)));
    }
    let (tags, _) = survey::version_tags(&repository, &settings.tag_format, &rules.token)?;
    let decision = survey::decide_with(&repository, tip, &tags, &rules, settings, wishes, extra)?;
    let is_new = tags.iter().all(|tag| tag.version != decision.version);
    Ok(Preview::Known(Release {
        next: is_new.then(|| decision.version.to_string()),
        bump: if is_new { decision.bump() } else { Level::None },
        previous: decision.base.latest.as_ref().map(|tag| tag.tag.name.clone()),
        branch: branch.clone(),
    }))
}

/// The commits that merging leaves on the base, newest first: name, message, whether it is a merge.
fn merged(pull: &PullRequest, commits: &[Commit], style: Style) -> Vec<(String, String, bool)> {
    let title = format!("{} (#{})", pull.title, pull.number);
    let own: Vec<&Commit> = commits.iter().filter(|commit| commit.parents.len() < 2).collect();
    let body = match (style, own.as_slice()) {
        (Style::Merge, _) => {
            let each = commits.iter().rev();
            return each
                .map(|c| (c.id.to_string(), c.message.clone(), c.parents.len() > 1))
                .collect();
        }
        (Style::SquashTitle, _) => String::new(),
        (Style::SquashDescription, _) => pull.body.clone().unwrap_or_default(),
        (Style::Squash, [single]) => {
            let (subject, rest) = single.message.split_once('\n').unwrap_or((&single.message, ""));
            let message = format!("{} (#{})\n{rest}", subject.trim_end(), pull.number);
            return vec![(pull.head.sha.to_string(), message, false)];
        }
        (Style::Squash, many) => {
            let items: Vec<String> =
                many.iter().map(|c| format!("* {}", c.message.trim())).collect();
            items.join("\n\n")
        }
    };
    vec![(pull.head.sha.to_string(), format!("{title}\n\n{body}"), false)]
}
