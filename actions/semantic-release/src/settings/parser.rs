//! `commit_parser` and `commit_parser_options`.

use std::path::Path;

use config::{Spanned, Table, Unknown};
use diagnostics::Diagnostic;

use super::Compat;
use crate::conventional;
use crate::parser::emoji::{self, Emoji};
use crate::parser::filters::Filters;
use crate::parser::monorepo::Monorepo;
use crate::parser::node::{Node, Preset};
use crate::parser::scipy::{self, Scipy};
use crate::parser::{Parser, tag::Tag};
use crate::version::Level;

/// The parsers there are, for messages.
const NAMES: &str = "`conventional`, `conventional-monorepo`, `conventional-strict`, `emoji`, `scipy`, `node`, `angular` and `tag`";

/// Reads the parser and the options that belong to it.
///
/// # Errors
/// A defect; problems of the file go to the table.
pub(super) fn read(
    table: &Table<'_>,
    unknown: Unknown,
    directory: &Path,
    (wanted, compat): (Option<&str>, Compat),
) -> Result<Parser, Diagnostic> {
    let named = table.string("commit_parser");
    let written = named.as_ref().map_or("conventional", |name| name.value.as_str());
    let name = wanted.unwrap_or(written);
    let options = table.field("commit_parser_options");
    if !matches!(
        name,
        "conventional"
            | "conventional-monorepo"
            | "conventional-strict"
            | "emoji"
            | "scipy"
            | "node"
            | "angular"
            | "tag"
    ) {
        if let Some(named) = &named {
            table.problems().push(unknown_parser(named));
        }
        return Ok(Parser::Conventional(conventional::Options::default()));
    }
    if let Some(named) = named.as_ref().filter(|_| matches!(name, "angular" | "tag")) {
        table.problems().push(deprecated(named));
    }
    // Options are the written parser's; another one, asked for by input, has its defaults.
    if name != written {
        return of_options(name, None, directory, compat);
    }
    let options = options.and_then(|options| options.table());
    let parser = of_options(name, options.as_ref(), directory, compat)?;
    if let Some(options) = options {
        options.finish(unknown);
    }
    Ok(parser)
}

fn of_options(
    name: &str,
    table: Option<&Table<'_>>,
    directory: &Path,
    compat: Compat,
) -> Result<Parser, Diagnostic> {
    Ok(match name {
        "emoji" => Parser::Emoji(Box::new(Emoji::new(emoji(table, compat))?)),
        "scipy" => Parser::Scipy(Box::new(Scipy::new(scipy(table))?)),
        "tag" => Parser::Tag(tag(table)),
        "node" => Parser::Node(Box::new(node(table)?)),
        "conventional-strict" => {
            Parser::Strict(conventional(table, conventional::Options::default()))
        }
        "conventional-monorepo" => Parser::Monorepo(Box::new(monorepo(table, directory)?)),
        "angular" => Parser::Conventional(conventional(table, conventional::Options::angular())),
        _ => Parser::Conventional(conventional(table, conventional::Options::default())),
    })
}

fn unknown_parser(named: &Spanned<String>) -> Diagnostic {
    let name = &named.value;
    if name.contains(':') {
        named
            .error("release/parser", format!("`{name}` is Python code, which cannot run here"))
            .with_help(format!("use one of the parsers that are built in: {NAMES}"))
    } else {
        named
            .error("release/parser", format!("there is no commit parser `{name}`"))
            .with_help(format!("the parsers are {NAMES}"))
    }
}

fn deprecated(named: &Spanned<String>) -> Diagnostic {
    let instead = if named.value == "tag" { "emoji" } else { "conventional" };
    named
        .warning("release/deprecated-parser", format!("the parser `{}` is deprecated", named.value))
        .with_help(format!("switch to `commit_parser = \"{instead}\"`"))
}

fn flag(table: &Table<'_>, key: &str, into: &mut bool) {
    if let Some(value) = table.bool(key) {
        *into = value.value;
    }
}

fn level(table: &Table<'_>, key: &str, into: &mut Level) {
    const LEVELS: [Level; 5] =
        [Level::None, Level::Prerelease, Level::Patch, Level::Minor, Level::Major];
    if let Some(level) = table.integer(key, 0..=4) {
        let index = usize::try_from(level.value).unwrap_or_default();
        *into = LEVELS.get(index).copied().unwrap_or_default();
    }
}

/// A list of types or emojis, which python-semantic-release reads as patterns.
fn tags(table: &Table<'_>, key: &str, into: &mut Vec<String>) {
    let Some(list) = table.list(key) else { return };
    let is_plain = |tag: &str| !tag.is_empty() && !tag.contains(|c| r"\.^$*+?{}[]|()".contains(c));
    for tag in list.value.iter().filter(|tag| !is_plain(&tag.value)) {
        table.problems().push(
            tag.error("release/commit-type", format!("`{}` is not a commit type", tag.value))
                .with_help("write types as they stand in messages; patterns are not supported"),
        );
    }
    *into = list.value.into_iter().map(|tag| tag.value).collect();
}

fn conventional(
    table: Option<&Table<'_>>,
    mut options: conventional::Options,
) -> conventional::Options {
    let Some(table) = table else { return options };
    tags(table, "minor_tags", &mut options.minor_tags);
    tags(table, "patch_tags", &mut options.patch_tags);
    // Without effect of its own, in python-semantic-release too: `allowed_tags` decides.
    tags(table, "other_allowed_tags", &mut Vec::new());
    tags(table, "allowed_tags", &mut options.allowed_tags);
    level(table, "default_bump_level", &mut options.default_bump_level);
    flag(table, "parse_squash_commits", &mut options.parse_squash_commits);
    flag(table, "ignore_merge_commits", &mut options.ignore_merge_commits);
    options
}

fn emoji(table: Option<&Table<'_>>, compat: Compat) -> emoji::Options {
    let mut options = match compat {
        Compat::Psr105 => emoji::Options::default(),
        Compat::Psr107 => emoji::Options::newer(),
    };
    let Some(table) = table else { return options };
    tags(table, "major_tags", &mut options.major_tags);
    tags(table, "minor_tags", &mut options.minor_tags);
    tags(table, "patch_tags", &mut options.patch_tags);
    tags(table, "other_allowed_tags", &mut Vec::new());
    tags(table, "allowed_tags", &mut options.allowed_tags);
    level(table, "default_bump_level", &mut options.default_bump_level);
    flag(table, "parse_linked_issues", &mut options.parse_linked_issues);
    flag(table, "parse_squash_commits", &mut options.parse_squash_commits);
    flag(table, "ignore_merge_commits", &mut options.ignore_merge_commits);
    options
}

fn scipy(table: Option<&Table<'_>>) -> scipy::Options {
    let mut options = scipy::Options::default();
    let Some(table) = table else { return options };
    tags(table, "major_tags", &mut options.major_tags);
    tags(table, "minor_tags", &mut options.minor_tags);
    tags(table, "patch_tags", &mut options.patch_tags);
    tags(table, "other_allowed_tags", &mut Vec::new());
    tags(table, "allowed_tags", &mut options.allowed_tags);
    level(table, "default_level_bump", &mut options.default_level_bump);
    flag(table, "parse_squash_commits", &mut options.parse_squash_commits);
    flag(table, "ignore_merge_commits", &mut options.ignore_merge_commits);
    options
}

fn tag(table: Option<&Table<'_>>) -> Tag {
    let mut tag = Tag::default();
    let Some(table) = table else { return tag };
    for (key, into) in [("minor_tag", &mut tag.minor_tag), ("patch_tag", &mut tag.patch_tag)] {
        if let Some(text) = table.string(key) {
            *into = text.value;
        }
    }
    tag
}

fn node(table: Option<&Table<'_>>) -> Result<Node, Diagnostic> {
    let Some(table) = table else { return Node::new(Preset::default(), Vec::new()) };
    let preset = table.choice("preset", &Preset::CHOICES).map(|word| word.value);
    let rules = super::rules::read(table, "release_rules");
    Node::new(preset.unwrap_or_default(), rules)
}

fn monorepo(table: Option<&Table<'_>>, directory: &Path) -> Result<Monorepo, Diagnostic> {
    let options = conventional(table, conventional::Options::default());
    let field = table.and_then(|table| table.field("path_filters"));
    let written = field.as_ref().map(|field| match field.node().as_str() {
        Some(_) => field.string().into_iter().collect(),
        None => field.list().map(|list| list.value).unwrap_or_default(),
    });
    let filters: Vec<&str> = match &written {
        Some(written) => {
            written.iter().map(|filter: &Spanned<String>| filter.value.as_str()).collect()
        }
        None => vec!["."],
    };
    let filters = match Filters::new(filters, directory) {
        Ok(filters) => filters,
        Err(error) => {
            if let (Some(table), Some(field)) = (table, &field) {
                let problem = field.spanned(()).error("release/path-filter", error.to_string());
                table.problems().push(problem.with_help("correct the ranges in brackets"));
            }
            Filters::default()
        }
    };
    let prefix = table.and_then(|table| table.string("scope_prefix"));
    let text = prefix.as_ref().map_or("", |prefix| prefix.value.as_str());
    Monorepo::new(options.clone(), filters.clone(), text).or_else(|error| {
        if let (Some(table), Some(prefix)) = (table, &prefix) {
            let problem = prefix.error("release/scope-prefix", error.to_string());
            table.problems().push(problem.with_help(
                "write a regular expression, with `\\` before characters that mean themselves",
            ));
        }
        Monorepo::new(options, filters, "").map_err(|error| Diagnostic::bug(error.to_string()))
    })
}
