//! Users' own templates: against what python-semantic-release made of them, and in whole runs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use config::Spanned;
use diagnostics::{Exit, Source};
use history::{Person, Repository, Time};
use semantic_release::settings::{self, ReadOptions, Settings};
use semantic_release::survey;
use semantic_release::template::{Facts, Reader, Release, Server, Templates};
use semantic_release::version::Version;

use crate::house::{House, PYPROJECT, git};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../action-tests/fixtures/templates")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn files_below(folder: &Path, prefix: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            files.extend(files_below(&entry.path(), &format!("{name}/")));
        } else {
            files.push((name, std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
    files.sort();
    files
}

fn named(text: &str) -> Spanned<String> {
    Spanned { value: text.to_owned(), span: 0..0, source: Source::text("test", "") }
}

fn default_settings(root: &Path) -> Settings {
    let options = ReadOptions::plain(&|_| None, root);
    settings::read(None, &options).unwrap().0
}

/// What a set of templates makes of the history of the fixtures.
fn render(set: &Path) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    git(&root, &["init", "--quiet", "--initial-branch=main"]);
    let status = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(&root)
        .stdin(Stdio::from(std::fs::File::open(fixtures().join("history.fast-import")).unwrap()))
        .status();
    assert!(status.unwrap().success());
    copy(set, &root.join("templates"));
    let settings = default_settings(&root);
    let repository = Repository::discover(&root).unwrap();
    let head = repository.head().unwrap().commit();
    let (tags, _) = survey::version_tags(&repository, &settings.tag_format, "rc").unwrap();
    let record = survey::record(&repository, head, &tags, &settings).unwrap();
    let server = Server {
        address: "https://github.com".to_owned(),
        owner: "Acme".to_owned(),
        name: "widget".to_owned(),
    };
    let release = Release {
        version: Version::parse("3.0.0", "rc").unwrap(),
        author: Person { name: "rel bot".to_owned(), email: "r@b.c".to_owned() },
        time: Time { seconds: 1_795_262_400, offset: 0 },
    };
    let facts = Facts {
        notes_of: 0,
        server: &server,
        record: &record,
        release: Some(&release),
        format: &settings.tag_format,
        rewrite: false,
        previous: root.join("CHANGELOG.md").display().to_string(),
        insertion_flag: "<!-- version list -->",
        mask_initial_release: true,
    };
    let templates = Templates::find(&root, &root, &named("templates")).unwrap().unwrap();
    if !templates.has_changelog() {
        return vec![("NOTES.md".to_owned(), templates.notes(&facts, "MIT").unwrap())];
    }
    let syntax = &settings.changelog.environment;
    let made = templates.files(syntax, &facts, Reader::new(&root, &root)).unwrap();
    let text = |contents| String::from_utf8(contents).unwrap();
    let mut made: Vec<_> = made.into_iter().map(|file| (file.path, text(file.contents))).collect();
    made.sort();
    made
}

#[test]
fn the_same_bytes_as_python_semantic_release() {
    let mut sets = 0;
    for set in std::fs::read_dir(fixtures().join("sets")).unwrap() {
        let set = set.unwrap();
        let expected = files_below(&fixtures().join("expected").join(set.file_name()), "");
        assert!(!expected.is_empty(), "{:?}", set.file_name());
        assert_eq!(render(&set.path()), expected, "{:?}", set.file_name());
        sets += 1;
    }
    assert_eq!(sets, 6);
}

fn write(house: &House, path: &str, text: &str) {
    let path = house.work.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A house with templates that are committed.
fn house(pyproject: &str, templates: &[(&str, &str)]) -> House {
    let house = House::with(pyproject);
    for (path, text) in templates {
        write(&house, &format!("templates/{path}"), text);
    }
    git(&house.work, &["add", "."]);
    house.commit("chore: templates");
    house
}

const UPDATE: &str = r"{% set old = ctx.prev_changelog_file | read_file %}{% set release = ctx.history.released.values() | first -%}
{{ release.version }} by {{ release.tagger }}
{{ old }}";

#[test]
fn files_of_templates_are_part_of_the_release_commit() {
    let house = house(
        PYPROJECT,
        &[
            ("CHANGELOG.md.j2", UPDATE),
            ("docs/.parts/a.j2", "part"),
            ("docs/news.txt.j2", "{% include '.parts/a.j2' %} of {{ ctx.repo_name }}  \n\n"),
            ("docs/plain.bin", "as it is  \n"),
            (".release_notes.md.j2", "notes of {{ version }}{{ release['elements'] | length }}"),
        ],
    );
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(house.file("main", "CHANGELOG.md"), "1.0.0 by semantic-release");
    assert_eq!(house.file("main", "docs/news.txt"), "part of demo");
    assert_eq!(house.file("main", "docs/plain.bin"), "as it is");
    assert!(house.file("main", "pyproject.toml").contains("version = \"1.0.0\""));
    assert_eq!(git(&house.bare, &["show", "main:docs/news.txt"]), "part of demo");
    let tree = git(&house.bare, &["ls-tree", "-r", "--name-only", "main"]);
    assert!(!tree.contains("docs/.parts/a\n") && !tree.contains("\n.release_notes.md"), "{tree}");
    assert_eq!(outcome.output("release_notes").trim_end(), "notes of 1.0.02");
    house.pull();
    house.commit("fix: repair it");
    house.run(&[]);
    let text = house.file("main", "CHANGELOG.md");
    assert_eq!(text, "1.0.1 by semantic-release\n1.0.0 by semantic-release");
}

#[test]
fn notes_alone_leave_the_default_changelog() {
    let template = "{% for c in release['elements'].values() | sum(start=[]) | rejectattr('error', 'defined') %}{{ c.descriptions[0] }}, {% endfor %}{{ context.history.released | length }}";
    let house = house(PYPROJECT, &[(".release_notes.md.j2", template)]);
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(house.file("main", "CHANGELOG.md").ends_with("- Initial Release"));
    assert_eq!(outcome.output("release_notes").trim_end(), "templates, begin, 1");
    house.pull();
    git(&house.work, &["switch", "--quiet", "-c", "develop"]);
    house.commit("feat: an idea");
    assert_eq!(house.run(&[]).output("release_notes").trim_end(), "an idea, 2");
    git(&house.work, &["fetch", "--quiet", "--tags", "origin"]);
    git(&house.work, &["reset", "--quiet", "--hard", "origin/develop"]);
    git(&house.work, &["switch", "--quiet", "main"]);
    git(&house.work, &["merge", "--quiet", "--ff-only", "develop"]);
    git(&house.work, &["push", "--quiet", "origin", "main"]);
    // Everything since 1.0.0, and the prerelease is part of it.
    assert_eq!(house.run(&[]).output("release_notes").trim_end(), "an idea, 2");
}

#[test]
fn what_an_earlier_run_wrote_is_not_written_twice() {
    let house = house(PYPROJECT, &[("CHANGELOG.md.j2", UPDATE)]);
    write(&house, "CHANGELOG.md", "1.0.0 by semantic-release\n");
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(house.file("main", "CHANGELOG.md"), "1.0.0 by semantic-release");
}

#[test]
fn options_of_the_environment() {
    let pyproject = format!(
        "{PYPROJECT}\n[tool.semantic_release.changelog]\ntemplate_dir = \"doc/tpl\"\n[tool.semantic_release.changelog.environment]\nblock_start_string = \"<%\"\nblock_end_string = \"%>\"\nvariable_start_string = \"<<\"\nvariable_end_string = \">>\"\ncomment_start_string = \"<#\"\ncomment_end_string = \"#>\"\nline_statement_prefix = \"%%\"\nline_comment_prefix = \"##\"\ntrim_blocks = true\nlstrip_blocks = true\nnewline_sequence = \"\\r\\n\"\nkeep_trailing_newline = true\nextensions = [\"jinja2.ext.do\"]\nautoescape = true\n"
    );
    let template = "<# no #>a\n  <% set l = [] %>\n<% do l.append('<b>') %>\n%% for x in l\n<< x >> {{ x }} ## comment\n%% endfor\n<< '<i>' | safe >>";
    let house = House::with(&pyproject);
    write(&house, "doc/tpl/NEWS.md.j2", template);
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    let text = std::fs::read_to_string(house.work.join("NEWS.md")).unwrap();
    assert_eq!(text, "a\r\n&lt;b&gt; {{ x }}\r\n<i>\n");
}

#[test]
fn what_needs_python_is_refused_by_name() {
    for (key, shown) in [
        ("autoescape = \"pkg:escape\"", "autoescape"),
        ("extensions = [\"jinja2.ext.i18n\"]", "jinja2.ext.i18n"),
    ] {
        let house = House::with(&format!(
            "{PYPROJECT}\n[tool.semantic_release.changelog.environment]\n{key}\n"
        ));
        let before = house.state();
        let outcome = house.run(&[]);
        assert_eq!(outcome.exit, Exit::BadInput);
        assert!(outcome.log.contains("release/templates") && outcome.log.contains(shown));
        assert_eq!(house.state(), before);
    }
}

/// Templates that must end in an error soon, and what the error says.
const HOSTILE: [(&str, &str); 14] = [
    (
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "too many steps",
    ),
    ("{{ range(10 ** 12) | list }}", "range"),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion"),
    ("{% include 'CHANGELOG.md.j2' %}", "recursion"),
    ("{% extends 'CHANGELOG.md.j2' %}", "cycle"),
    ("{{ '/etc/passwd' | read_file }}", "outside the repository"),
    ("{{ '../../../../etc/passwd' | read_file }}", "outside the repository"),
    ("{{ '.git/config' | read_file }}", "belongs to git"),
    ("{% include '/etc/passwd' %}", "non-existing"),
    ("{% include '../pyproject.toml' %}", "non-existing"),
    ("{% for a in range(50000) %}{{ 'x' * 5000 }}{% endfor %}", "more than 32 MiB"),
    ("{{ ''.__class__.__mro__ }}", "undefined"),
    ("{{ ctx.history | no_filter }}", "no_filter"),
    ("one\ntwo {% if %}", "CHANGELOG.md.j2:2"),
];

#[test]
fn hostile_templates_end_soon_and_change_nothing() {
    let house = House::new();
    std::os::unix::fs::symlink("/etc", house.work.join("link")).unwrap();
    let all =
        HOSTILE.into_iter().chain([("{{ 'link/passwd' | read_file }}", "outside the repository")]);
    for (template, says) in all {
        write(&house, "templates/CHANGELOG.md.j2", template);
        let before = house.state();
        let outcome = house.run(&[]);
        assert_eq!(outcome.exit, Exit::BadInput, "{template}: {}", outcome.log);
        assert!(outcome.log.contains("release/templates"), "{template}: {}", outcome.log);
        assert!(outcome.log.contains("templates/CHANGELOG.md.j2:"), "{template}: {}", outcome.log);
        assert!(outcome.log.contains(says), "{template}: {}", outcome.log);
        assert!(!outcome.log.contains("root:"), "{template}");
        assert_eq!(house.state(), before);
        assert!(!house.work.join("CHANGELOG.md").exists());
    }
}

#[test]
fn outputs_stay_in_the_repository_too() {
    let house = House::new();
    let outside = house.folder.path().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::os::unix::fs::symlink(&outside, house.work.join("docs")).unwrap();
    write(&house, "templates/docs/a.md.j2", "x");
    assert_eq!(house.run(&[]).exit, Exit::BadInput);
    assert!(!outside.join("a.md").exists());
    std::fs::remove_dir_all(house.work.join("templates")).unwrap();
    write(&house, "templates/other.md.j2", "x");
    std::os::unix::fs::symlink("/etc/passwd", house.work.join("templates/copied")).unwrap();
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::BadInput);
    assert!(outcome.log.contains("templates/copied"), "{}", outcome.log);
}
