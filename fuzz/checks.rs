//! What must hold for any input, one function per fuzz target; the ordinary tests replay the
//! corpus through the same functions.

use action_kit::wire::{Dialect, key_value, readable};
use config::{Format, Tree};
use diagnostics::{Annotation, Failure, Source, render_terminal};
use semantic_release::changelog::{self, Links, Section, Style, Updated};
use semantic_release::conventional;
use semantic_release::version::Version;

/// What holds for any bytes; it panics where it does not.
type Check = fn(&[u8]);

/// Every check with the name of its target and of its corpus folder.
pub(crate) const CHECKS: [(&str, Check); 8] = [
    ("config_toml", config_toml),
    ("config_yaml", config_yaml),
    ("config_json", config_json),
    ("toml_edit_string", toml_edit_string),
    ("changelog_insert", changelog_insert),
    ("conventional_parse", conventional_parse),
    ("version_parse", version_parse),
    ("runner_key_value", runner_key_value),
];

/// TOML: read or refused with a message that can be shown.
pub(crate) fn config_toml(data: &[u8]) {
    config(data, Format::Toml);
}

/// YAML, the same.
pub(crate) fn config_yaml(data: &[u8]) {
    config(data, Format::Yaml);
}

/// JSON, the same.
pub(crate) fn config_json(data: &[u8]) {
    config(data, Format::Json);
}

fn config(data: &[u8], format: Format) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let source = Source::file("settings", text);
    let read: Result<Tree, Failure> = config::parse(format, &source);
    let Err(failure) = read else { return };
    assert!(!failure.diagnostics.is_empty(), "refused without a reason");
    for diagnostic in &failure.diagnostics {
        assert!(!render_terminal(diagnostic, false).contains('\u{1b}'));
        let _ = Annotation::from(diagnostic);
    }
}

/// The edited value is the only one that changes, and reads back.
pub(crate) fn toml_edit_string(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (new, text) = text.split_once('\n').unwrap_or(("1.2.3", text));
    for path in [&["version"][..], &["project", "version"], &["a", "0", "b"]] {
        let before = Source::file("f.toml", text);
        let Ok(old) = text_edit::toml::get_string(&before, path) else { continue };
        let Ok(edited) = text_edit::toml::set_string(&before, path, new) else { continue };
        let after = Source::file("f.toml", edited.as_str());
        let found = text_edit::toml::get_string(&after, path);
        assert_eq!(found.ok().as_deref(), Some(new), "{text:?} -> {edited:?}");
        let again = text_edit::toml::set_string(&after, path, new);
        assert_eq!(again.ok().as_deref(), Some(edited.as_str()), "a second edit changes more");
        if old == new {
            assert_eq!(edited, text, "an edit without a change");
        }
    }
}

/// Both ways of putting a section behind the flag: the rest stays, a second run adds nothing.
pub(crate) fn changelog_insert(data: &[u8]) {
    use text_edit::markdown;
    let Ok(text) = std::str::from_utf8(data) else { return };
    let section = "## v1.2.3 (2026-11-21)\n\n- x\n";
    if let Ok(inserted) = markdown::insert_after_flag(text, markdown::FLAG, section) {
        assert!(inserted.len() > text.len());
        let (top, _) = text.split_once(markdown::FLAG).unwrap_or_default();
        assert!(inserted.starts_with(top), "what stands above the flag changed");
    }
    let heading = "## v1.2.3";
    if let Ok(once) = markdown::upsert_after_flag(text, markdown::FLAG, heading, section) {
        let twice = markdown::upsert_after_flag(&once, markdown::FLAG, heading, section);
        assert_eq!(twice.ok().as_deref(), Some(once.as_str()), "{text:?}");
    }
    let style = Style {
        links: Links::new("https://github.com", "o", "r"),
        mask_initial_release: true,
        insertion_flag: markdown::FLAG.to_owned(),
        format: changelog::Format::Markdown,
    };
    let section = Section {
        version: "v1.2.3".to_owned(),
        date: "2026-11-21".to_owned(),
        entries: Vec::new(),
    };
    if let Updated::Text(once) = style.update(text, &section, false) {
        assert_eq!(style.update(&once, &section, false), Updated::Text(once.clone()), "{text:?}");
    }
}

/// Any message gives pieces, and none of them is lost on the way.
pub(crate) fn conventional_parse(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let options = conventional::Options::default();
    assert!(!conventional::parse(&text, false, &options).is_empty());
    assert_eq!(conventional::parse(&text, true, &options).len(), 1);
}

/// A version is printed as it can be read again.
pub(crate) fn version_parse(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(version) = Version::parse(text, "rc") else { return };
    let shown = version.to_string();
    let again = Version::parse(&shown, "rc").unwrap_or_else(|e| panic!("{text:?}: {shown:?}: {e}"));
    assert_eq!(again.to_string(), shown);
    assert!(again.precedence(&version).is_eq() || version.revision.is_some());
}

/// What the writer accepts, both readers read as it was meant.
pub(crate) fn runner_key_value(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (name, value) = text.split_once('\n').unwrap_or(("name", text));
    if let Ok(entry) = key_value(name, value, "ghadelimiter_0123456789abcdef") {
        let pairs = runner_stand_in::file_commands::parse_pairs(&entry);
        assert!(pairs.error.is_none(), "{entry:?}");
        assert_eq!(pairs.get(name), Some(value), "{entry:?}");
    }
    let value = readable(value, Dialect::Act);
    assert!(!value.contains("${{"), "{value:?}");
    if let Ok(entry) = key_value(name, &value, "ghadelimiter_0123456789abcdef") {
        let pairs = runner_stand_in::act::env_file::parse_pairs(&entry);
        assert_eq!(pairs.get(name), Some(&*value), "{entry:?}");
    }
}
