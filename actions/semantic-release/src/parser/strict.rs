//! `conventional-strict`: the published convention to the letter, read by git-conventional.

use git_conventional::Commit;

use crate::conventional::header::split_pull_request;
use crate::conventional::{Options, Parsed, Piece};
use crate::version::Level;

/// The piece of a message: not split, in any case of letters, breaking changes as footers.
pub fn parse(message: &str, is_merge: bool, options: &Options) -> Vec<Piece> {
    let parsed = (!(options.ignore_merge_commits && is_merge))
        .then(|| parsed(message.trim_end(), options))
        .flatten();
    vec![Piece { message: message.to_owned(), parsed }]
}

fn parsed(message: &str, options: &Options) -> Option<Parsed> {
    let commit = Commit::parse(message).ok()?;
    let kind = commit.type_().as_str().to_ascii_lowercase();
    if !options.allowed_tags.contains(&kind) {
        return None;
    }
    let subject = commit.description();
    let (subject, pull_request) =
        split_pull_request(subject).unwrap_or_else(|| (subject.to_owned(), String::new()));
    let footers = commit.footers().iter().filter(|footer| footer.breaking());
    let breaking: Vec<String> = footers.map(|footer| footer.value().trim().to_owned()).collect();
    let mut parsed = Parsed {
        level: if commit.breaking() { Level::Major } else { options.level(&kind) },
        category: crate::conventional::category(&kind).to_owned(),
        kind,
        scope: commit.scope().map(|scope| scope.as_str().to_owned()).unwrap_or_default(),
        marked_breaking: commit.breaking() && breaking.is_empty(),
        descriptions: vec![subject],
        breaking,
        pull_request,
        ..Parsed::default()
    };
    for footer in commit.footers().iter().filter(|footer| !footer.breaking()) {
        let text = format!("{}: {}", footer.token().as_str(), footer.value());
        parsed.file(text, true);
    }
    parsed.descriptions.truncate(1);
    Some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_convention() {
        use Level::{Major, Minor, None as Nothing, Patch};
        for (message, expected) in [
            ("feat: a", Some(Minor)),
            ("FEAT(x): a", Some(Minor)),
            ("fix!: a", Some(Major)),
            ("docs: a", Some(Nothing)),
            ("fix: a\n\nbody\n\nBREAKING CHANGE: b", Some(Major)),
            ("fix: a\n\nBREAKING CHANGE # b", Some(Major)),
            ("fix: a\n\n* feat!: no second commit", Some(Patch)),
            ("fix: a\nno empty line", None),
            ("unknown: a", None),
            ("words", None),
            ("feat(a)(b): c", None),
        ] {
            let pieces = parse(message, false, &Options::default());
            let level = pieces[0].parsed.as_ref().map(|parsed| parsed.level);
            assert_eq!((pieces.len(), level), (1, expected), "{message:?}");
        }
        assert_eq!(parse("feat: a", true, &Options::default())[0].parsed, None);
    }
}
