//! Reading a match spec, leniently, step by step as rattler does: comment, brackets, channel, name,
//! version, build.

use super::{MalformedMatchSpec, MatchSpec};
use crate::VersionSpec;

type Result<T> = std::result::Result<T, MalformedMatchSpec>;

/// The keys pixi knows in brackets.
const KEYS: [&str; 16] = [
    "version",
    "build",
    "build_number",
    "extras",
    "flags",
    "sha256",
    "md5",
    "fn",
    "url",
    "subdir",
    "channel",
    "license",
    "track_features",
    "when",
    "license_family",
    "namespace",
];

pub(super) fn match_spec(text: &str) -> Result<MatchSpec> {
    let text = if text.contains(['#', ';']) { without_comment(text)? } else { text };
    let (text, fields) = brackets(text.trim())?;
    if !text.contains("::") && (has_scheme(text) || text.starts_with('/')) {
        return of_url(text);
    }
    let mut parts = text.rsplitn(3, ':');
    let rest = parts.next().unwrap_or_default();
    let namespace = parts.next().map(str::trim).filter(|namespace| !namespace.is_empty());
    let channel = parts.next();

    let (name, rest) = name(rest)?;
    let mut spec = MatchSpec::of_name(name);
    for (key, value) in fields {
        set(&mut spec, key, value)?;
    }
    if let Some(namespace) = namespace {
        spec.others.retain(|(key, _)| key != "namespace");
        spec.others.push(("namespace".to_owned(), namespace.to_owned()));
    }
    if let Some(channel) = channel {
        set_channel(&mut spec, channel);
    }
    if !rest.is_empty() {
        let (version, build) = version_and_build(rest)?;
        spec.version.get_or_insert(version);
        if let Some(build) = build {
            let build = build.parse()?;
            spec.build.get_or_insert(build);
        }
    }
    Ok(spec)
}

/// What stands before `#`; a condition behind `;` is refused.
fn without_comment(text: &str) -> Result<&str> {
    let text = text.get(..unquoted(text, '#').next().unwrap_or(text.len())).unwrap_or(text);
    if let Some(first) = unquoted(text, ';').next() {
        let behind = text.get(first + 1..).unwrap_or_default().trim_start();
        let is_condition =
            behind.strip_prefix("if").is_some_and(|rest| rest.starts_with(char::is_whitespace));
        if is_condition || unquoted(text, ';').nth(1).is_some() {
            return Err(MalformedMatchSpec::Semicolon);
        }
    }
    Ok(text)
}

/// Whether a text is a URL.
fn has_scheme(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// The spec of one archive.
fn of_url(url: &str) -> Result<MatchSpec> {
    let archive = crate::Archive::from_url(url).ok_or(MalformedMatchSpec::NoName)?;
    let mut spec = MatchSpec::of_name(archive.name.to_lowercase());
    spec.others.push(("url".to_owned(), url.to_owned()));
    Ok(spec)
}

fn set(spec: &mut MatchSpec, key: &str, value: &str) -> Result<()> {
    if !KEYS.contains(&key) {
        return Err(MalformedMatchSpec::Key(key.to_owned()));
    }
    match key {
        "version" => spec.version = Some(value.parse::<VersionSpec>()?),
        "build" => spec.build = Some(value.parse()?),
        "build_number" => spec.build_number = Some(value.parse()?),
        "channel" => set_channel(spec, value),
        "subdir" => spec.subdir = Some(value.to_owned()),
        "md5" if !is_hex(value, 32) => return Err(MalformedMatchSpec::Hash),
        "sha256" if !is_hex(value, 64) => return Err(MalformedMatchSpec::Hash),
        _ => {
            spec.others.retain(|(known, _)| known != key);
            spec.others.push((key.to_owned(), value.to_owned()));
        }
    }
    Ok(())
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `conda-forge`, `conda-forge/linux-64`, or a URL; what was set before stays.
fn set_channel(spec: &mut MatchSpec, text: &str) {
    let (channel, subdir) = match text.rsplit_once('/') {
        Some((channel, subdir)) if crate::archive::is_subdir(subdir) => (channel, Some(subdir)),
        _ => (text, None),
    };
    spec.channel.get_or_insert_with(|| channel.to_owned());
    if let Some(subdir) = subdir {
        spec.subdir.get_or_insert_with(|| subdir.to_owned());
    }
}

/// Where a character stands outside the quotes of a bracket section.
fn unquoted(text: &str, wanted: char) -> impl Iterator<Item = usize> {
    let mut quote = None;
    let mut depth = 0_u32;
    let mut is_escaped = false;
    text.char_indices().filter_map(move |(position, c)| {
        if is_escaped {
            is_escaped = false;
            return None;
        }
        if let Some(open) = quote {
            is_escaped = c == '\\';
            if c == open {
                quote = None;
            }
            return None;
        }
        let before = text.get(..position).unwrap_or_default();
        match c {
            '[' if depth > 0 || opens_fields(text.get(position..).unwrap_or_default()) => {
                depth += 1;
            }
            ']' if depth > 0 => depth -= 1,
            '\'' | '"' if depth > 0 && before.trim_end().ends_with(['=', '[', ',']) => {
                quote = Some(c);
            }
            c if c == wanted => return Some(position),
            _ => {}
        }
        None
    })
}

/// Whether `[key =` begins here.
fn opens_fields(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('[') else { return false };
    let inside = inside.trim_start();
    let rest = inside.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
    rest.len() < inside.len() && rest.trim_start().starts_with('=')
}

/// What stands before the brackets at the end, and the fields in them.
fn brackets(text: &str) -> Result<(&str, Vec<(&str, &str)>)> {
    if !text.ends_with(']') {
        return Ok((text, Vec::new()));
    }
    let mut depth = 0_usize;
    let mut open = None;
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((position, c)) = characters.next() {
        if let Some(mark) = quote {
            if c == '\\' {
                characters.next();
            } else if c == mark {
                quote = None;
            }
            continue;
        }
        match c {
            '\'' | '"' if depth > 0 => quote = Some(c),
            '[' => {
                if depth == 0 {
                    open = Some(position);
                }
                depth += 1;
            }
            ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && position + 1 != text.len() {
                    open = None;
                }
            }
            _ => {}
        }
    }
    let (Some(open), 0, None) = (open, depth, quote) else {
        return Err(MalformedMatchSpec::Bracket);
    };
    let (before, inside) = text.split_at_checked(open).ok_or(MalformedMatchSpec::Bracket)?;
    Ok((before.trim(), fields(inside).ok_or(MalformedMatchSpec::Bracket)?))
}

/// `[key=value, key="value", key=[value]]`.
fn fields(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut rest = text.strip_prefix('[')?;
    let mut fields = Vec::new();
    if rest.strip_prefix(']').is_some() {
        return Some(fields);
    }
    loop {
        rest = rest.trim_start();
        let behind = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        let key = rest.strip_suffix(behind)?;
        rest = behind.trim_start().strip_prefix('=')?.trim_start();
        let (value, behind) = value(rest)?;
        fields.push((key, value));
        rest = behind.trim_start();
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None => return rest.starts_with(']').then_some(fields),
        }
    }
}

fn value(text: &str) -> Option<(&str, &str)> {
    if let Some(mark) = text.chars().next().filter(|c| "'\"".contains(*c)) {
        let inside = text.get(1..)?;
        let mut is_escaped = false;
        let end = inside.find(|c| {
            let is_end = !is_escaped && c == mark;
            is_escaped = !is_escaped && c == '\\';
            is_end
        })?;
        return Some((inside.get(..end)?, inside.get(end + 1..)?));
    }
    if let Some(inside) = text.strip_prefix('[') {
        return inside.split_once(']');
    }
    let end = text.find([',', ']', '\'', '"'])?;
    if end == 0 { None } else { text.split_at_checked(end) }
}

/// The package, and what follows it.
fn name(text: &str) -> Result<(String, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| c.is_whitespace() || "<>=!~".contains(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if name.is_empty() {
        return Err(MalformedMatchSpec::NoName);
    }
    let is_valid = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if !is_valid {
        return Err(MalformedMatchSpec::Name(name.to_owned()));
    }
    Ok((name.to_ascii_lowercase(), rest.trim()))
}

/// `>=1.2,<2 py311_0`, `=1.2=py27_0`.
fn version_and_build(text: &str) -> Result<(VersionSpec, Option<&str>)> {
    let wrong = || MalformedMatchSpec::VersionAndBuild(text.to_owned());
    if text.contains('[') {
        return Err(MalformedMatchSpec::Bracket);
    }
    let rest = constraints(text, 0).ok_or_else(wrong)?;
    let version = text.strip_suffix(rest).unwrap_or(text);
    let build = rest.strip_prefix([' ', '=']).unwrap_or(rest).trim();
    let build = (!build.is_empty()).then_some(build);
    let version: String = version.chars().filter(|c| !c.is_whitespace()).collect();
    Ok((without_equals(&version, build.is_some()).parse()?, build))
}

/// What conda makes of a leading `=`: `=1.2` is `1.2*`, `==1.2` is `1.2`, and with a build string
/// `=1.2` is `1.2`.
fn without_equals(version: &str, has_build: bool) -> String {
    let Some(one_less) = version.strip_prefix('=') else { return version.to_owned() };
    if let (Some(two_less), false) = (one_less.strip_prefix('='), has_build) {
        return two_less.to_owned();
    }
    if one_less.contains(['=', ',', '|']) {
        return version.to_owned();
    }
    if has_build || one_less.ends_with('*') { one_less.to_owned() } else { format!("{one_less}*") }
}

/// Skips constraints joined with `,` and `|`; what follows them.
fn constraints(text: &str, depth: usize) -> Option<&str> {
    let mut rest = constraint(text, depth)?;
    while let Some(next) = blanks(rest).strip_prefix([',', '|']) {
        rest = constraint(blanks(next), depth)?;
    }
    Some(rest)
}

fn constraint(text: &str, depth: usize) -> Option<&str> {
    if let Some(inside) = text.strip_prefix('(') {
        if depth > 64 {
            return None;
        }
        return constraints(inside, depth + 1)?.strip_prefix(')');
    }
    if let Some(rest) = text.strip_prefix('=').filter(|rest| !rest.starts_with('=')) {
        // `=1.2`, `=1.2.*`, `=*`; a dot before what follows stays.
        if let Some(rest) = version(rest)? {
            let glob = rest.strip_prefix('.').unwrap_or(rest).strip_prefix('*');
            return Some(glob.unwrap_or(rest));
        }
    }
    if let Some(rest) = text.strip_prefix('*') {
        return Some(rest.strip_prefix(".*").unwrap_or(rest));
    }
    let unspaced = blanks(text);
    let mut rest = text;
    for operator in ["==", "!=", "=", ">=", ">", "<=", "<", "~="] {
        if let Some(behind) = unspaced.strip_prefix(operator) {
            rest = blanks(behind);
            break;
        }
    }
    version(rest)?.map(|rest| rest.trim_start_matches(['.', '*']))
}

/// Skips a version, stars in it too. The inner `None`: there is none here; the outer: it is broken.
#[expect(clippy::option_option, reason = "a broken version is more than none")]
fn version(text: &str) -> Option<Option<&str>> {
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.strip_suffix(behind).unwrap_or_default();
    let has_epoch = behind.starts_with('!') && digits.parse::<u32>().is_ok();
    let start = if has_epoch { behind.get(1..).unwrap_or_default() } else { text };
    let Some(rest) = components(start) else { return Some(None) };
    match rest.strip_prefix('+') {
        Some(local) => components(local).map(Some),
        None => Some(Some(rest)),
    }
}

/// Skips components and what separates them.
fn components(text: &str) -> Option<&str> {
    let mut rest = component(text)?;
    while let Some(next) = component(rest.trim_start_matches(['.', '-', '_'])) {
        rest = next;
    }
    Some(rest.trim_start_matches(['_', '-']))
}

fn component(text: &str) -> Option<&str> {
    let rest = match text.chars().next()? {
        c if c.is_ascii_digit() => text.trim_start_matches(|c: char| c.is_ascii_digit()),
        c if c.is_ascii_alphabetic() => text.trim_start_matches(|c: char| c.is_ascii_alphabetic()),
        '*' => text.get(1..).unwrap_or_default(),
        _ => return None,
    };
    Some(rest)
}

fn blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}
