//! What follows the generated notes of a release: texts of the user, and images by digest.

use std::path::Path;

use action_kit::Context;
use config::Spanned;
use diagnostics::{Diagnostic, Failure, visible};
use serde::Deserialize;

use crate::session::Session;

/// The longest text GitHub takes for a release, counted in UTF-16 units: never less than what
/// GitHub counts.
const LIMIT: usize = 125_000;

/// Left to what says that there was more.
const RESERVE: usize = 500;

/// An image of the release.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Image {
    name: String,
    digest: String,
    #[serde(default)]
    tag: Option<String>,
}

/// The text that follows the generated notes: files of `notes_append`, then `images`.
///
/// # Errors
/// Files that cannot be read, JSON that is no list of images.
pub fn extra(context: &Context, session: &Session) -> Result<String, Failure> {
    let mut problems = Vec::new();
    let mut text = String::new();
    let mut add = |part: Result<String, Diagnostic>| match part {
        Ok(part) => {
            text.push('\n');
            text.push_str(part.trim());
            text.push('\n');
        }
        Err(problem) => problems.push(problem),
    };
    if let Some(paths) = context.inputs.list("notes_append") {
        for path in paths {
            let problem = |why: String| {
                let source = context.inputs.source("notes_append");
                let start = source.contents().find(path.as_str()).unwrap_or_default();
                Diagnostic::bad_input("release/notes-append", why).with_label(
                    &source,
                    start..start + path.len(),
                    "",
                )
            };
            add(appended(context, session, path).map_err(problem));
        }
    } else {
        for item in &session.settings.release.notes_append {
            let problem = |why| Spanned::error(item, "release/notes-append", why);
            add(appended(context, session, &item.value).map_err(problem));
        }
    }
    if let Some(json) = context.inputs.text("images") {
        let source = context.inputs.source("images");
        add(images(json).map_err(|why| {
            Diagnostic::bad_input("release/images", why)
                .with_label(&source, 0..source.contents().len(), "")
                .with_help("write `[{\"name\": \"ghcr.io/org/app\", \"tag\": \"1.2.3\", \"digest\": \"sha256:…\"}]`")
        }));
    }
    if problems.is_empty() { Ok(text) } else { Err(problems.into()) }
}

/// A file's text, made harmless to look at: it is shown to everybody.
fn appended(context: &Context, session: &Session, path: &str) -> Result<String, String> {
    let full = session.directory.join(path);
    let real = full.canonicalize().map_err(|error| format!("`{path}` cannot be read: {error}"))?;
    let inside = |folder: &Path| folder.canonicalize().is_ok_and(|top| real.starts_with(top));
    if !inside(&session.root) && !inside(context.runner.temp()) {
        return Err(format!(
            "`{path}` is outside the repository and the runner's temporary folder"
        ));
    }
    if !real.is_file() {
        return Err(format!("`{path}` is no file"));
    }
    let text = std::fs::read_to_string(&real)
        .map_err(|error| format!("`{path}` cannot be read as text: {error}"))?;
    Ok(visible(&text.replace("\r\n", "\n")))
}

/// The section that says how to pull exactly these images.
fn images(json: &str) -> Result<String, String> {
    let images: Vec<Image> = serde_json::from_str(json)
        .map_err(|error| format!("this is no list of images: {error}"))?;
    let mut text = String::from("## Images\n\n```console\n");
    for Image { name, digest, tag } in &images {
        if !is_name(name) {
            return Err(format!("`{}` is no name of an image", visible(name)));
        }
        if !is_digest(digest) {
            return Err(format!("`{}` is no digest of `{name}`", visible(digest)));
        }
        if let Some(tag) = tag {
            if !is_tag(tag) {
                return Err(format!("`{}` is no tag of `{name}`", visible(tag)));
            }
            text.push_str(&["# ", name, ":", tag, "\n"].concat());
        }
        text.push_str(&["docker pull ", name, "@", digest, "\n"].concat());
    }
    text.push_str("```\n");
    Ok(if images.is_empty() { String::new() } else { text })
}

/// Host, port and lower-case path, as registries take them.
fn is_name(name: &str) -> bool {
    let (host, path) = match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
        _ => ("localhost", name),
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
    let is_part = |part: &str| {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
        part.chars().all(inner)
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && host.chars().all(is_host)
        && path.split('/').all(is_part)
}

fn is_digest(digest: &str) -> bool {
    let hex = |hex: &str| hex.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    match digest.split_once(':') {
        Some(("sha256", rest)) => rest.len() == 64 && hex(rest),
        Some(("sha512", rest)) => rest.len() == 128 && hex(rest),
        _ => false,
    }
}

fn is_tag(tag: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (1..=128).contains(&tag.len()) && tag.chars().all(inner) && !tag.starts_with(['.', '-'])
}

/// The notes and what follows them, within GitHub's limit: cut where a section, else a line ends,
/// with a link to where all of it is. What follows is kept before what is generated.
pub fn within_limit(notes: &str, extra: &str, link: &str) -> String {
    let length = |text: &str| text.encode_utf16().count();
    if length(notes) + length(extra) <= LIMIT {
        return format!("{notes}{extra}");
    }
    let extra = cut(extra, LIMIT / 2, link);
    let notes = cut(notes, LIMIT - length(&extra), link);
    format!("{notes}{extra}")
}

/// As much of a text as `limit` UTF-16 units take, and where all of it is.
pub(crate) fn cut(text: &str, limit: usize, link: &str) -> String {
    let mut units = 0;
    let room = limit.saturating_sub(RESERVE);
    let over = |c: char| {
        units += c.len_utf16();
        units > room
    };
    if text.encode_utf16().count() <= limit {
        return text.to_owned();
    }
    let end = text.find(over).unwrap_or(text.len());
    let kept = text.get(..end).unwrap_or_default();
    // A section may be most of the text; then the last whole line must do.
    let section = kept.rfind("\n#").filter(|at| *at > kept.len() / 2);
    let end = section.or_else(|| kept.rfind('\n')).unwrap_or(kept.len());
    let kept = kept.get(..end).unwrap_or_default().trim_end();
    format!("{kept}\n\n*There is more: [the whole text]({link}).*\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_pulled_by_digest() {
        let digest = format!("sha256:{}", "a1".repeat(32));
        let json = format!(
            r#"[{{"name": "ghcr.io/org/app", "tag": "1.2.3", "digest": "{digest}"}}, {{"name": "app", "digest": "{digest}"}}]"#
        );
        let expected = format!(
            "## Images\n\n```console\n# ghcr.io/org/app:1.2.3\ndocker pull ghcr.io/org/app@{digest}\ndocker pull app@{digest}\n```\n"
        );
        assert_eq!(images(&json), Ok(expected));
        assert_eq!(images("[]"), Ok(String::new()));
        for (name, tag, digest) in [
            ("Org/App", "1", digest.as_str()),
            ("a`b", "1", digest.as_str()),
            ("a\n```\nb", "1", digest.as_str()),
            ("../x", "1", digest.as_str()),
            ("app", "-x", digest.as_str()),
            ("app", "a b", digest.as_str()),
            ("app", "1", "sha256:12"),
            ("app", "1", "md5:0123"),
        ] {
            let json =
                serde_json::json!([{"name": name, "tag": tag, "digest": digest}]).to_string();
            assert!(images(&json).is_err(), "{json}");
        }
        assert!(images("{}").is_err() && images(r#"[{"name": "a"}]"#).is_err());
    }

    #[test]
    fn long_texts_are_cut_where_a_section_ends() {
        let short = within_limit("## a\n\n- b\n", "\n## c\n", "https://x");
        assert_eq!(short, "## a\n\n- b\n\n## c\n");
        let section =
            |title: &str, lines: usize| format!("### {title}\n\n{}\n", "- 😀 line\n".repeat(lines));
        let long = ["## v1\n\n".to_owned(), section("one", 8000), section("two", 8000)].concat();
        let extra = "\n## Images\n\ndocker pull x\n";
        let text = within_limit(&long, extra, "https://x/CHANGELOG.md");
        assert!(text.encode_utf16().count() <= LIMIT);
        assert!(text.ends_with(extra), "what follows is kept");
        assert!(
            text.contains(
                "- 😀 line\n\n*There is more: [the whole text](https://x/CHANGELOG.md).*"
            )
        );
        assert!(!text.contains("### two"), "cut at the section");
        let both = within_limit(&long, &long, "https://x");
        assert!(both.encode_utf16().count() <= LIMIT);
    }
}
