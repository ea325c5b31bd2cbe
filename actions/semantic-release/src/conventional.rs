//! The conventional-commits dialect of python-semantic-release 10.5.
//!
//! It differs from the published convention in ways that decide versions: scopes are greedy,
//! a blank must follow the colon, breaking changes are paragraphs and not footers, the body of a
//! squash merge is split into the commits it was made of, and a revert is no type.

pub(crate) mod header;
pub(crate) mod paragraphs;
pub(crate) mod squash;

use std::collections::BTreeSet;

use crate::number::Number;
use crate::version::Level;

/// The options of the parser; defaults are python-semantic-release's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Types that make a minor release.
    pub minor_tags: Vec<String>,
    /// Types that make a patch release.
    pub patch_tags: Vec<String>,
    /// All types that are understood; the others have no effect when not listed here.
    pub allowed_tags: Vec<String>,
    /// Level of the types that are in neither list.
    pub default_bump_level: Level,
    /// Split squash merges.
    pub parse_squash_commits: bool,
    /// Leave out commits with more than one parent.
    pub ignore_merge_commits: bool,
    /// The rules of the deprecated `angular` parser: a footer such as `fix: #12` begins another
    /// commit too, the pull request stays in the subject, and every paragraph is a description.
    pub angular: bool,
}

/// The types that release nothing by default.
pub const OTHER_TAGS: [&str; 7] = ["build", "chore", "ci", "docs", "style", "refactor", "test"];

impl Default for Options {
    fn default() -> Self {
        let list = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        Self {
            minor_tags: list(&["feat"]),
            patch_tags: list(&["fix", "perf"]),
            allowed_tags: [list(&["feat", "fix", "perf"]), list(&OTHER_TAGS)].concat(),
            default_bump_level: Level::None,
            parse_squash_commits: true,
            ignore_merge_commits: true,
            angular: false,
        }
    }
}

impl Options {
    /// The defaults of the `angular` parser.
    pub fn angular() -> Self {
        Self {
            parse_squash_commits: false,
            ignore_merge_commits: false,
            angular: true,
            ..Self::default()
        }
    }

    pub(crate) fn level(&self, kind: &str) -> Level {
        let has = |tags: &[String]| tags.iter().any(|tag| tag == kind);
        if has(&self.minor_tags) {
            Level::Minor
        } else if has(&self.patch_tags) {
            Level::Patch
        } else {
            self.default_bump_level
        }
    }
}

/// One piece of a commit; a commit that is no squash merge has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The message of the piece.
    pub message: String,
    /// What it says; `None` when it is not of the convention.
    pub parsed: Option<Parsed>,
}

/// What a piece says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// How far it moves the version.
    pub level: Level,
    /// Its type as written: `feat`.
    pub kind: String,
    /// The heading its type goes under: `features`.
    pub category: String,
    /// Scope; empty for none.
    pub scope: String,
    /// `!` before the colon.
    pub marked_breaking: bool,
    /// Subject and paragraphs.
    pub descriptions: Vec<String>,
    /// What breaks.
    pub breaking: Vec<String>,
    /// `NOTICE:` paragraphs.
    pub notices: Vec<String>,
    /// Issues named by closing footers.
    pub issues: Vec<String>,
    /// The pull request named at the end of the subject: `#12`; empty for none.
    pub pull_request: String,
    /// Changelog and notes leave it out.
    pub hidden: bool,
}

impl Parsed {
    /// Puts a paragraph where it belongs: notices, issues, descriptions.
    pub(crate) fn file(&mut self, paragraph: String, with_issues: bool) {
        let issues = with_issues.then(|| paragraphs::issues(&paragraph)).flatten();
        if let Some(text) = paragraphs::notice(&paragraph) {
            self.notices.push(text.to_owned());
        } else if let Some(issues) = issues {
            let all: BTreeSet<String> = self.issues.drain(..).chain(issues).collect();
            self.issues = sort_numerically(all);
        } else if !self.descriptions.contains(&paragraph) {
            self.descriptions.push(paragraph);
        }
    }
}

/// The pieces of a commit, in order. A merge is one piece without meaning when merges are left out.
pub fn parse(message: &str, is_merge: bool, options: &Options) -> Vec<Piece> {
    if options.ignore_merge_commits && is_merge {
        return vec![Piece { message: message.to_owned(), parsed: None }];
    }
    pieces(unsquash(message, options), |message| {
        let header = header::Header::match_at_start(message, &options.allowed_tags)?;
        Some(parse_header(&header, options))
    })
}

/// The messages a squash merge was made of.
pub(crate) fn unsquash(message: &str, options: &Options) -> Vec<String> {
    if !options.parse_squash_commits {
        return vec![message.to_owned()];
    }
    let types = &options.allowed_tags;
    squash::split(
        message,
        &squash::Start {
            // One word after the colon is a footer such as `fix: #12`, not a commit.
            begins: &|text| {
                header::Header::match_at_start(text, types)
                    .is_some_and(|header| options.angular || header.subject.contains(' '))
            },
            bullet: &|text| squash::starts_with_word(text, types),
        },
    )
}

/// Reads each message; the pull request of the first goes to all.
pub(crate) fn pieces(messages: Vec<String>, parse: impl Fn(&str) -> Option<Parsed>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> =
        messages.into_iter().map(|message| Piece { parsed: parse(&message), message }).collect();
    share_pull_request(&mut pieces);
    pieces
}

/// The pull request of the first piece goes to all: a squash merge is one pull request.
pub(crate) fn share_pull_request(pieces: &mut [Piece]) {
    let shared = pieces.first().and_then(|first| match &first.parsed {
        Some(parsed) => (!parsed.pull_request.is_empty()).then(|| parsed.pull_request.clone()),
        None => header::split_pull_request(&first.message).map(|(_, number)| number),
    });
    if let Some(number) = shared {
        for parsed in pieces.iter_mut().filter_map(|piece| piece.parsed.as_mut()) {
            parsed.pull_request.clone_from(&number);
        }
    }
}

/// What a message with this header says.
pub(crate) fn parse_header(header: &header::Header<'_>, options: &Options) -> Parsed {
    let (subject, pull_request) = match header::split_pull_request(header.subject) {
        Some((_, number)) if options.angular => (header.subject.to_owned(), number),
        Some((subject, number)) => (crate::pytext::strip(&subject).to_owned(), number),
        None => (header.subject.to_owned(), String::new()),
    };
    let mut parsed = Parsed {
        kind: header.kind.to_owned(),
        category: category(header.kind).to_owned(),
        scope: header.scope.unwrap_or_default().to_owned(),
        marked_breaking: header.breaking,
        pull_request,
        ..Parsed::default()
    };
    let body = header.rest.strip_prefix("\n\n").unwrap_or_default();
    for paragraph in std::iter::once(subject).chain(paragraphs::split(body)) {
        // For `angular` every paragraph is a description too, whatever else it says.
        let description = options.angular.then(|| paragraph.clone());
        if let Some(text) = paragraphs::breaking(&paragraph) {
            parsed.breaking.push(text.to_owned());
        } else {
            parsed.file(paragraph, true);
        }
        if let Some(description) = description
            && !parsed.descriptions.contains(&description)
        {
            parsed.descriptions.push(description);
        }
    }
    let breaking = parsed.marked_breaking || !parsed.breaking.is_empty();
    parsed.level = if breaking { Level::Major } else { options.level(header.kind) };
    parsed
}

/// The long name of a type; other types are their own.
pub(crate) fn category(kind: &str) -> &str {
    match kind {
        "build" => "build system",
        "ci" => "continuous integration",
        "chore" => "chores",
        "docs" => "documentation",
        "feat" => "features",
        "fix" => "bug fixes",
        "perf" => "performance improvements",
        "refactor" => "refactoring",
        "style" => "code style",
        "test" => "testing",
        other => other,
    }
}

/// By what stands before the number, then by the number: `#2` before `#10`.
fn sort_numerically(items: BTreeSet<String>) -> Vec<String> {
    let key = |item: &String| {
        let start = item.find(|c: char| c.is_ascii_digit()).unwrap_or(item.len());
        let (prefix, rest) = item.split_at_checked(start).unwrap_or((item, ""));
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        (prefix.to_owned(), Number::parse(rest.get(..end).unwrap_or_default()))
    };
    let mut items: Vec<String> = items.into_iter().collect();
    items.sort_by_cached_key(key);
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(message: &str) -> Parsed {
        let pieces = parse(message, false, &Options::default());
        assert_eq!(pieces.len(), 1, "{pieces:?}");
        pieces.into_iter().next().unwrap().parsed.unwrap()
    }

    fn levels(message: &str) -> Vec<Option<Level>> {
        let pieces = parse(message, false, &Options::default());
        pieces.into_iter().map(|piece| piece.parsed.map(|parsed| parsed.level)).collect()
    }

    #[test]
    fn levels_of_messages() {
        use Level::{Major, Minor, None as Nothing, Patch};
        for (message, expected) in [
            ("feat: a b", vec![Some(Minor)]),
            ("fix(x): a b", vec![Some(Patch)]),
            ("perf: a b", vec![Some(Patch)]),
            ("docs: a b", vec![Some(Nothing)]),
            ("feat!: a b", vec![Some(Major)]),
            ("chore(x)!: a b", vec![Some(Major)]),
            ("Feat: a b", vec![None]),
            ("feat:a b", vec![None]),
            ("feat : a b", vec![None]),
            ("revert: feat: a b", vec![None]),
            ("Revert \"feat: a b\"", vec![None]),
            ("fix: a b\n\nBREAKING CHANGE: c", vec![Some(Major)]),
            ("fix: a b\n\nBREAKING-CHANGE: c", vec![Some(Major)]),
            ("fix: a b\nBREAKING CHANGE: c", vec![Some(Patch)]),
            ("fix: a b\n\nbreaking change: c", vec![Some(Patch)]),
            ("fix: a b\n\nBREAKING CHANGE:\n\nc", vec![Some(Patch)]),
            ("fix: a b\n\ntext\nSigned-off-by: x\nBREAKING CHANGE: c", vec![Some(Major)]),
            (
                "feat: a b\n\n* fix: c d\n\n* feat!: e f",
                vec![Some(Minor), Some(Patch), Some(Major)],
            ),
            ("feat: a b\n\nfix: #12", vec![Some(Minor)]),
            ("feat: a b\n\n* fix: c d\n* feat!: e f", vec![Some(Minor), Some(Patch)]),
            ("", vec![None]),
        ] {
            assert_eq!(levels(message), expected, "{message:?}");
        }
    }

    #[test]
    fn parts_of_a_message() {
        let parsed = only(
            "feat(a): b (c): d e (#12)\n\nA body\nin two lines.\n\nNOTICE: look out\n\nCloses: #10, #9 and #1",
        );
        assert_eq!(parsed.scope, "a): b (c");
        assert_eq!(parsed.descriptions, ["d e", "A body in two lines."]);
        assert_eq!(parsed.notices, ["look out"]);
        assert_eq!(parsed.issues, ["#1", "#9", "#10"]);
        assert_eq!((parsed.pull_request.as_str(), parsed.category.as_str()), ("#12", "features"));
    }

    #[test]
    fn the_first_pieces_pull_request_goes_to_all() {
        let pieces = parse(
            "Merged in x (pull request #7)\n\nfeat: a b\n\nfix: c d",
            false,
            &Options::default(),
        );
        let numbers: Vec<_> = pieces
            .iter()
            .filter_map(|p| p.parsed.as_ref().map(|p| p.pull_request.as_str()))
            .collect();
        assert_eq!(numbers, ["#7", "#7"]);
        let pieces = parse("feat: a b (#7)\n\n* fix: c d (#8)", false, &Options::default());
        let numbers: Vec<_> = pieces
            .iter()
            .filter_map(|p| p.parsed.as_ref().map(|p| p.pull_request.as_str()))
            .collect();
        assert_eq!(numbers, ["#7", "#7"]);
    }

    #[test]
    fn merges_and_squashes_can_be_told_off() {
        let options = Options { ignore_merge_commits: false, ..Options::default() };
        assert!(parse("feat: a b", true, &Options::default())[0].parsed.is_none());
        assert!(parse("feat: a b", true, &options)[0].parsed.is_some());
        let options = Options { parse_squash_commits: false, ..Options::default() };
        assert_eq!(parse("feat: a b\n\n* fix: c d", false, &options).len(), 1);
    }

    #[test]
    fn angular_differs_in_small_things() {
        let options = Options { parse_squash_commits: true, ..Options::angular() };
        let pieces = parse("feat: a b (#1)\n\nNOTICE: c\n\nfix: #12", true, &options);
        assert_eq!(pieces.len(), 2);
        let parsed = pieces[0].parsed.as_ref().unwrap();
        assert_eq!(parsed.descriptions, ["a b (#1)", "NOTICE: c"]);
        assert_eq!((parsed.notices.len(), parsed.pull_request.as_str()), (1, "#1"));
        assert_eq!(parse("feat: a\n\n* fix: b c", false, &Options::angular()).len(), 1);
    }

    #[test]
    fn a_type_must_be_allowed_to_count() {
        let mut options = Options::default();
        options.minor_tags.push("feature".to_owned());
        assert!(parse("feature: a b", false, &options)[0].parsed.is_none());
        options.allowed_tags.push("feature".to_owned());
        assert_eq!(
            parse("feature: a b", false, &options)[0].parsed.as_ref().unwrap().level,
            Level::Minor
        );
    }

    proptest::proptest! {
        #[test]
        fn any_message_is_taken(message in "(?s)((feat|fix|BREAKING CHANGE|commit a|\\* |  |\\n|: |!|\\(|\\)|#1|é|\\r|-|NOTICE|closes|and| ).?){0,24}") {
            for squash in [true, false] {
                let options = Options { parse_squash_commits: squash, ..Options::default() };
                assert!(!parse(&message, false, &options).is_empty());
            }
        }
    }
}
