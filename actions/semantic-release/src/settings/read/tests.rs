use super::*;
use crate::parser::Parser;
use crate::version::Level;

fn read_text(text: &str, strict: bool) -> Result<(Settings, Vec<Diagnostic>), Failure> {
    let source = Source::file("pyproject.toml", text);
    let tree = config::parse_toml(&source)?;
    let env = |name: &str| (name == "SET").then(|| "A <a@b>".to_owned());
    read(
        Some(&tree),
        &ReadOptions {
            strict: strict.then_some(true),
            env: &env,
            directory: ".".as_ref(),
            compat: None,
            parser: None,
            lock_files: None,
        },
    )
}

fn codes(text: &str, strict: bool) -> Vec<(&'static str, usize)> {
    let place =
        |d: &Diagnostic| d.labels.first().map_or(0, |l| l.source.position(l.span.start).line);
    match read_text(text, strict) {
        Ok((_, warnings)) => warnings.iter().map(|d| (d.code, place(d))).collect(),
        Err(failure) => failure.diagnostics.iter().map(|d| (d.code, place(d))).collect(),
    }
}

#[test]
fn without_a_file_everything_is_the_default() {
    let (settings, warnings) = read(
        None,
        &ReadOptions {
            strict: None,
            env: &|_| None,
            directory: ".".as_ref(),
            compat: None,
            parser: None,
            lock_files: None,
        },
    )
    .unwrap();
    assert!(warnings.is_empty());
    assert_eq!(settings.branches[0].pattern, "(main|master)");
    assert!(!settings.allow_zero_version && settings.major_on_zero && settings.author.is_none());
    assert_eq!(settings.changelog.file.value, "CHANGELOG.md");
    assert_eq!(settings.commit_message.text("1.0.0"), COMMIT_MESSAGE.replace("{version}", "1.0.0"));
}

#[test]
fn the_whole_surface_is_read() {
    let (settings, warnings) = read_text(
        r#"
[tool.semantic_release]
allow_zero_version = true
major_on_zero = false
tag_format = "pkg-{version}"
commit_author = { env = "UNSET", default_env = "SET" }
commit_message = "chore: {version}"
version_toml = ["pyproject.toml:project.version", "b.toml:x:tf"]
version_variables = ["a.py:__version__"]
assets = []
build_command = ""
remote.name = "upstream"
[tool.semantic_release.branches.z]
match = "main"
[tool.semantic_release.branches.a]
match = "*"
prerelease = true
prerelease_token = "dev"
[tool.semantic_release.commit_parser_options]
minor_tags = ["feat", "feature"]
allowed_tags = ["feat", "feature", "fix"]
default_bump_level = 2
[tool.semantic_release.changelog]
mode = "init"
exclude_commit_patterns = ["chore.*"]
[tool.semantic_release.changelog.default_templates]
changelog_file = "docs/CHANGES.md"
mask_initial_release = false
"#,
        true,
    )
    .unwrap();
    assert!(warnings.is_empty());
    assert_eq!(settings.author.as_ref().unwrap().email, "a@b");
    assert_eq!(settings.remote_name, "upstream");
    assert_eq!(settings.stamps.len(), 3);
    let Parser::Conventional(parser) = &settings.parser else { panic!() };
    assert_eq!(parser.default_bump_level, Level::Patch);
    assert!(settings.changelog.rewrite && !settings.changelog.mask_initial_release);
    let select = |name: &str| crate::settings::select(&settings.branches, name).unwrap().unwrap();
    assert_eq!((select("main").group.as_str(), select("dev").group.as_str()), ("z", "a"));
    assert_eq!(select("dev").token, "dev");
}

#[test]
fn unknown_keys_warn_and_fail_under_strict() {
    let text = "[tool.semantic_release]\ntag_fromat = \"v\"\n";
    assert_eq!(codes(text, false), [("config/unknown-key", 2)]);
    assert!(read_text(text, false).is_ok());
    assert!(read_text(text, true).is_err());
    let own = "[tool.semantic_release]\nstrict_config = true\ntag_fromat = \"v\"\n";
    assert!(read_text(own, false).is_err());
}

#[test]
fn all_problems_at_once_each_with_its_line() {
    let text = r#"[tool.semantic_release]
tag_format = "v"
major_on_zero = "yes"
version_variables = ["a.py"]
version_toml = ["a.toml"]
commit_parser = "my_parser:Parser"
commit_message = "{ver}"
[tool.semantic_release.branches.main]
match = "(main"
prerelease_token = "a b"
[tool.semantic_release.remote]
type = "gitlab"
[tool.semantic_release.changelog]
exclude_commit_patterns = ["["]
environment = { autoescape = "module:attr" }
"#;
    let mut found = codes(text, false);
    found.sort_by_key(|(_, line)| *line);
    assert_eq!(
        found,
        [
            ("release/tag-format", 2),
            ("config/wrong-type", 3),
            ("release/version-variables", 4),
            ("release/version-toml", 5),
            ("release/parser", 6),
            ("release/commit-message", 7),
            ("release/branch-pattern", 9),
            ("release/prerelease-token", 10),
            ("release/remote-type", 12),
            ("release/exclude-pattern", 14),
            ("release/templates", 15),
        ]
    );
}

#[test]
fn the_format_of_the_changelog() {
    for (keys, rst, flag) in [
        ("", false, INSERTION_FLAG),
        ("default_templates.changelog_file = 'a.rst'", true, RST_INSERTION_FLAG),
        ("default_templates.output_format = 'rst'", true, RST_INSERTION_FLAG),
        (
            "default_templates = { output_format = 'md', changelog_file = 'a.rst' }",
            false,
            INSERTION_FLAG,
        ),
        (
            "changelog_file = 'a.rst'\ndefault_templates.output_format = 'md'",
            true,
            RST_INSERTION_FLAG,
        ),
        ("changelog_file = 'a.rst'\ninsertion_flag = '.. x'", true, ".. x"),
    ] {
        let text = format!("[tool.semantic_release.changelog]\n{keys}\n");
        let changelog = read_text(&text, true).unwrap().0.changelog;
        assert_eq!(
            (changelog.format == Format::Rst, changelog.insertion_flag.as_str()),
            (rst, flag),
            "{keys}"
        );
    }
}

#[test]
fn every_parser_has_its_options() {
    let read = |parser: &str, options: &str| {
        let text = format!(
            "[tool.semantic_release]\ncommit_parser = \"{parser}\"\n[tool.semantic_release.commit_parser_options]\n{options}\n"
        );
        read_text(&text, true)
    };
    for (parser, options, warnings) in [
        ("emoji", "major_tags = ['💥']\nparse_linked_issues = true\nallowed_tags = ['💥']", 0),
        ("scipy", "default_level_bump = 2\nminor_tags = ['ENH']\nmajor_tags = ['API']", 0),
        ("conventional-monorepo", "path_filters = ['.', '!tests']\nscope_prefix = 'a-?'", 0),
        ("conventional-monorepo", "path_filters = 'src'", 0),
        ("angular", "minor_tags = ['feat']", 1),
        ("tag", "minor_tag = 'x'\npatch_tag = 'y'", 1),
    ] {
        let (_, told) = read(parser, options).unwrap_or_else(|error| panic!("{parser}: {error:?}"));
        assert_eq!(told.len(), warnings, "{parser}");
        assert!(told.iter().all(|told| told.code == "release/deprecated-parser"), "{told:?}");
    }
    for (parser, options, code) in [
        ("emoji", "minor_tag = 'x'", "config/unknown-key"),
        ("emoji", "minor_tags = ['(a|b)']", "release/commit-type"),
        ("scipy", "default_bump_level = 1", "config/unknown-key"),
        ("conventional", "path_filters = ['.']", "config/unknown-key"),
        ("conventional-monorepo", "scope_prefix = '('", "release/scope-prefix"),
        ("conventional-monorepo", "path_filters = ['[b-a]']", "release/path-filter"),
        ("my:Parser", "anything = 1", "release/parser"),
        ("gitmoji", "", "release/parser"),
    ] {
        let failure = read(parser, options).unwrap_err();
        assert!(failure.diagnostics.iter().any(|d| d.code == code), "{parser}: {failure:?}");
    }
}
