//! Input `pixi-url`: the part of Handlebars that addresses need.
//!
//! Known are `{{version}}`, `{{latest}}` and `{{pixiFile}}`, `{{#if latest}}` and
//! `{{#unless latest}}` with `{{else}}`, comments, and `~` for the blanks beside a tag, as
//! prefix-dev/setup-pixi documents them.

use std::ops::Range;

/// What a template may name.
#[derive(Clone, Copy, Debug)]
pub struct Variables<'v> {
    /// `v0.77.0`, or `latest`.
    pub version: &'v str,
    /// Whether it is `latest`.
    pub latest: bool,
    /// The name of the bare binary, `pixi-x86_64-unknown-linux-musl`.
    pub file: &'v str,
}

/// A template that was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The address.
    pub url: String,
    /// Whether `{{version}}` became part of it.
    pub names_version: bool,
    /// Whether `latest` was asked for anywhere.
    pub knows_latest: bool,
}

/// What is wrong with a template, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong.
    pub message: String,
    /// The bytes of it.
    pub span: Range<usize>,
}

/// A block that is open.
struct Block {
    name: &'static str,
    /// Whether what surrounds it is shown.
    outside: bool,
    holds: bool,
    in_else: bool,
    start: Range<usize>,
}

impl Block {
    fn shows(&self) -> bool {
        self.outside && (self.holds != self.in_else)
    }
}

/// Fills a template in.
///
/// # Errors
/// What Handlebars has and this does not, a name nobody knows, blocks that do not close.
pub fn fill(template: &str, variables: Variables<'_>) -> Result<Filled, Wrong> {
    let mut filled = Filled { url: String::new(), names_version: false, knows_latest: false };
    let mut open: Vec<Block> = Vec::new();
    let mut at = 0;
    let mut trims = false;
    loop {
        let rest = template.get(at..).unwrap_or_default();
        let begin = rest.find("{{");
        let text = rest.get(..begin.unwrap_or(rest.len())).unwrap_or_default();
        let text = if trims { text.trim_start() } else { text };
        let shows = open.last().is_none_or(Block::shows);
        let Some(begin) = begin else {
            push(&mut filled, text, shows);
            break;
        };
        let tag = tag(template, at + begin)?;
        push(&mut filled, if tag.trims_before { text.trim_end() } else { text }, shows);
        apply(&tag, variables, &mut filled, &mut open)?;
        trims = tag.trims_after;
        at = tag.span.end;
    }
    if let Some(block) = open.pop() {
        let message = format!("`{{{{#{}}}}}` is never closed", block.name);
        return Err(Wrong { message, span: block.start });
    }
    Ok(Filled { url: filled.url.trim().to_owned(), ..filled })
}

struct Tag<'t> {
    words: &'t str,
    span: Range<usize>,
    trims_before: bool,
    trims_after: bool,
}

/// The tag that begins at a byte.
fn tag(template: &str, begin: usize) -> Result<Tag<'_>, Wrong> {
    let rest = template.get(begin..).unwrap_or_default();
    let (opening, closing) = if rest.starts_with("{{{") { ("{{{", "}}}") } else { ("{{", "}}") };
    // A comment of this kind may hold what would end another one.
    let is_long = rest.starts_with("{{!--") || rest.starts_with("{{~!--");
    let dashes = if is_long { rest.find("--}}").or_else(|| rest.find("--~}}")) } else { Some(0) };
    let end = dashes.and_then(|from| Some(from + rest.get(from..)?.find(closing)?));
    let Some(end) = end else {
        let message = format!("`{opening}` is never closed with `{closing}`");
        return Err(Wrong { message, span: begin..template.len() });
    };
    let words = rest.get(opening.len()..end).unwrap_or_default();
    let (words, trims_before) = words.strip_prefix('~').map_or((words, false), |w| (w, true));
    let (words, trims_after) = words.strip_suffix('~').map_or((words, false), |w| (w, true));
    let span = begin..begin + end + closing.len();
    Ok(Tag { words: words.trim(), span, trims_before, trims_after })
}

fn push(filled: &mut Filled, text: &str, shows: bool) {
    if shows {
        filled.url.push_str(text);
    }
}

fn apply(
    tag: &Tag<'_>,
    variables: Variables<'_>,
    filled: &mut Filled,
    open: &mut Vec<Block>,
) -> Result<(), Wrong> {
    let wrong = |message: String| Wrong { message, span: tag.span.clone() };
    let shows = open.last().is_none_or(Block::shows);
    if tag.words.starts_with('!') {
        return Ok(());
    }
    if let Some(words) = tag.words.strip_prefix('#') {
        let mut words = words.split_whitespace();
        let name = match words.next() {
            Some("if") => "if",
            Some("unless") => "unless",
            _ => return Err(wrong("only the blocks `#if` and `#unless` are known".to_owned())),
        };
        let value = match (words.next(), words.next()) {
            (Some("latest"), None) => {
                filled.knows_latest = true;
                variables.latest
            }
            (Some("version" | "pixiFile"), None) => true,
            _ => return Err(wrong(format!("`#{name}` takes `latest`, and nothing else"))),
        };
        let holds = value == (name == "if");
        let start = tag.span.clone();
        open.push(Block { name, outside: shows, holds, in_else: false, start });
        return Ok(());
    }
    if let Some(name) = tag.words.strip_prefix('/') {
        return match open.pop() {
            Some(block) if block.name == name.trim() => Ok(()),
            _ => Err(wrong(format!("`{{{{/{name}}}}}` closes nothing"))),
        };
    }
    // `{{&version}}` leaves characters as they are, which everything does here.
    match tag.words.strip_prefix('&').map_or(tag.words, str::trim_start) {
        "else" | "^" => match open.last_mut() {
            Some(block) if !block.in_else => block.in_else = true,
            _ => return Err(wrong("`{{else}}` without its block".to_owned())),
        },
        "version" => {
            filled.names_version |= shows;
            push(filled, variables.version, shows);
        }
        "latest" => {
            filled.knows_latest = true;
            push(filled, if variables.latest { "true" } else { "false" }, shows);
        }
        "pixiFile" => push(filled, variables.file, shows),
        other => {
            let message =
                format!("`{other}` is not known; there are `version`, `latest` and `pixiFile`");
            return Err(wrong(message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "pixi-x86_64-unknown-linux-musl";
    /// The default of prefix-dev/setup-pixi.
    const DEFAULT: &str = "{{#if latest~}}\n\
        https://github.com/prefix-dev/pixi/releases/latest/download/{{pixiFile}}\n\
        {{~else~}}\n\
        https://github.com/prefix-dev/pixi/releases/download/{{version}}/{{pixiFile}}\n\
        {{~/if}}\n";

    fn filled(template: &str, version: &str) -> Result<Filled, Wrong> {
        fill(template, Variables { version, latest: version == "latest", file: FILE })
    }

    #[test]
    fn templates_become_addresses() {
        let cases = [
            (
                DEFAULT,
                "latest",
                "https://github.com/prefix-dev/pixi/releases/latest/download/pixi-x86_64-unknown-linux-musl",
                false,
                true,
            ),
            (
                DEFAULT,
                "v0.77.0",
                "https://github.com/prefix-dev/pixi/releases/download/v0.77.0/pixi-x86_64-unknown-linux-musl",
                true,
                true,
            ),
            (
                "https://m/{{version}}/{{{ pixiFile }}}.tar.gz",
                "v0.48.2",
                "https://m/v0.48.2/pixi-x86_64-unknown-linux-musl.tar.gz",
                true,
                false,
            ),
            ("https://m/v0.48.0/pixi", "latest", "https://m/v0.48.0/pixi", false, false),
            (
                "https://m/{{#unless latest}}{{version}}{{else}}new{{/unless}}/x",
                "latest",
                "https://m/new/x",
                false,
                true,
            ),
            (
                "https://m/{{! which }}{{#if latest}}{{#if version}}a{{^}}b{{/if}}{{/if}}c",
                "latest",
                "https://m/ac",
                false,
                true,
            ),
            (
                "https://m/{{#if latest}}{{#unless version}}a{{else}}b{{/unless}}{{/if}}c",
                "v1",
                "https://m/c",
                false,
                true,
            ),
            ("https://m/?latest={{latest}}", "v1.0.0", "https://m/?latest=false", false, true),
            ("https://m/{{!-- a }} b --}}{{&version}}", "v1.0.0", "https://m/v1.0.0", true, false),
            ("https://m/{{~ version ~}} /x", "v1.0.0", "https://m/v1.0.0/x", true, false),
            (
                "{{#if latest}}\nhttps://a\n{{else}}\nhttps://b\n{{/if}}\n",
                "v1.0.0",
                "https://b",
                false,
                true,
            ),
            ("", "v1", "", false, false),
        ];
        for (template, version, url, names_version, knows_latest) in cases {
            let url = url.to_owned();
            let expected = Filled { url, names_version, knows_latest };
            assert_eq!(filled(template, version), Ok(expected), "{template}");
        }
    }

    #[test]
    fn what_is_not_known_is_shown() {
        let cases = [
            ("https://m/{{arch}}", 10..18, "`arch` is not known"),
            ("https://m/{{version", 10..19, "never closed"),
            ("https://m/{{!-- x }}", 10..20, "never closed"),
            (
                "https://m/{{#if latest}}{{else if version}}{{/if}}",
                24..43,
                "`else if version` is not",
            ),
            ("https://m/{{#if latest}}x", 10..24, "`{{#if}}` is never closed"),
            ("{{#each latest}}{{/each}}", 0..16, "only the blocks"),
            ("{{#if arch}}{{/if}}", 0..12, "takes `latest`"),
            ("{{#if latest}}{{/unless}}", 14..25, "closes nothing"),
            ("{{/if}}", 0..7, "closes nothing"),
            ("a{{else}}", 1..9, "without its block"),
            ("{{#if latest}}{{else}}{{else}}{{/if}}", 22..30, "without its block"),
        ];
        for (template, span, message) in cases {
            let wrong = filled(template, "v1.0.0").expect_err(template);
            assert_eq!(wrong.span, span, "{template}");
            assert!(wrong.message.contains(message), "{template}: {}", wrong.message);
        }
    }
}
