//! Telling the pull requests and issues of a release that it is out.

use std::sync::OnceLock;

use diagnostics::{Diagnostic, Failure};
use effects::{Applied, Outputs, Probe};
use github::Kind;
use serde::Serialize;

use crate::apply::World;
use crate::survey::Read;

/// More are not told: each takes three requests.
const MOST: usize = 200;

/// Who is told, and what.
#[derive(Clone, Debug, Serialize)]
pub struct Announcement {
    /// Pull requests and issues.
    pub numbers: Vec<u64>,
    /// The tag.
    pub tag: String,
    /// The page of the release.
    pub link: String,
    /// The label they get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// The pull requests the commits came by, and the issues they close, in ascending order.
pub fn numbers(commits: &[Read]) -> Vec<u64> {
    let mut numbers = Vec::new();
    for read in commits.iter().filter(|read| !read.is_cancelled) {
        numbers.extend(mentioned(&read.commit.message));
        let parsed = read.pieces.iter().filter_map(|piece| piece.parsed.as_ref());
        numbers.extend(parsed.filter_map(|parsed| {
            parsed.pull_request.trim_start_matches(['#', '!']).parse::<u64>().ok()
        }));
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers.truncate(MOST);
    numbers
}

/// `(#12)` at the end of the subject, `Merge pull request #12`, and GitHub's words that close
/// issues.
fn mentioned(message: &str) -> Vec<u64> {
    static WORDS: OnceLock<Option<fancy_regex::Regex>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        fancy_regex::Regex::new(
            r"(?im)\(#(\d{1,9})\)[ \t]*$|^Merge pull request #(\d{1,9})\b|\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+#(\d{1,9})\b",
        )
        .ok()
    });
    let found = words.iter().flat_map(|words| words.captures_iter(message)).flatten();
    found
        .filter_map(|captures| captures.iter().skip(1).flatten().next()?.as_str().parse().ok())
        .collect()
}

impl Announcement {
    fn marker(&self) -> String {
        format!("<!-- semantic-release: released {} -->", self.tag)
    }

    /// They are told one after the other, so when the last one that is there knows, all do.
    pub(crate) async fn is_done(&self, github: &github::Repository) -> Result<bool, Failure> {
        let marker = self.marker();
        for number in self.numbers.iter().rev() {
            match github.comments(*number).await {
                Ok(comments) => {
                    let texts = comments.iter().filter_map(|comment| comment.body.as_ref());
                    return Ok(texts.into_iter().any(|body| body.contains(&marker)));
                }
                Err(error) if error.is_not_found() => {}
                // Whoever may not look may not tell; that is said when it is tried.
                Err(error) if *error.kind() == Kind::Forbidden => return Ok(false),
                Err(error) => return Err(Diagnostic::from(error).into()),
            }
        }
        Ok(true)
    }

    pub(crate) async fn probe(&self, world: &World) -> Result<Probe, Failure> {
        let Some(github) = &world.github else { return Ok(Probe::Done(Outputs::new())) };
        Ok(if self.is_done(github).await? { Probe::Done(Outputs::new()) } else { Probe::NotDone })
    }

    /// The release is out; what goes wrong here is only told.
    pub(crate) async fn apply(&self, world: &mut World) -> Result<Applied, Failure> {
        let Some(github) = world.github.clone() else { return Ok(Applied::nothing()) };
        let marker = self.marker();
        let body = format!("{marker}\nReleased in [{}]({}).", self.tag, self.link);
        for number in &self.numbers {
            // The comment comes last: where it is, the label is too.
            let labelled = match &self.label {
                Some(label) => github.add_label(*number, label).await,
                None => Ok(()),
            };
            let told = match labelled {
                Ok(()) => github.keep_comment(*number, &marker, &body).await.map(drop),
                Err(error) => Err(error),
            };
            match told {
                Ok(()) => {}
                // A number that is neither issue nor pull request here.
                Err(error) if error.is_not_found() => {}
                Err(error) => {
                    let stop = *error.kind() == Kind::Forbidden;
                    let message = format!("#{number} was not told of the release: {error}");
                    world.notices.push(
                        Diagnostic::warning("release/announce", message).with_help(
                            "give the job `permissions: issues: write` and `pull-requests: write`, or leave `comment_released` out",
                        ),
                    );
                    if stop {
                        break;
                    }
                }
            }
        }
        Ok(Applied::nothing())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_mentioned() {
        for (message, expected) in [
            ("feat: a (#12)", vec![12]),
            ("feat: a (#12) b", vec![]),
            ("Merge pull request #7 from org/x\n\nfeat: y", vec![7]),
            ("fix: z\n\nCloses #3, fixes: #4\nresolved #5 and see #6", vec![3, 4, 5]),
            ("fix: prefixes #9, disclose #1, closes org/other#2", vec![]),
            ("fix: z\n\ncloses #99999999999", vec![]),
        ] {
            assert_eq!(mentioned(message), expected, "{message}");
        }
    }
}
