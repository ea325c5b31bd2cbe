//! Versions written into files of all kinds.

use diagnostics::Exit;

use crate::house::{House, PYPROJECT, git};

/// A project whose settings say `extra` besides, with these files.
fn project(extra: &str, files: &[(&str, &str)]) -> House {
    let house = House::with(&PYPROJECT.replace("version_toml", &format!("{extra}\nversion_toml")));
    for (path, text) in files {
        let path = house.work.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    git(&house.work, &["add", "."]);
    git(&house.work, &["commit", "--quiet", "--allow-empty", "-m", "feat: more files"]);
    git(&house.work, &["push", "--quiet", "origin", "main"]);
    house
}

#[test]
fn a_prerelease_in_every_spelling() {
    let house = project(
        r#"version_variables = ["demo/__init__.py:__version__:pep440", "VERSION:*:tf", "new/VERSION:*"]
version_paths = ["package.json:version", "chart/Chart.yaml:appVersion", "pom.xml:project.version", "pixi.toml:workspace.version:pep440"]"#,
        &[
            ("demo/__init__.py", "__version__ = \"0.9.0.dev1\"  # ours\r\n"),
            ("VERSION", "v0.9.0\n"),
            ("package.json", "\u{feff}{\r\n\t\"version\": \"0.9.0\"\r\n}\r\n"),
            ("chart/Chart.yaml", "version: 1.0.0\nappVersion: 1.0 # app\n"),
            (
                "pom.xml",
                "<project><parent><version>2</version></parent><version>0.9.0</version></project>",
            ),
            ("pixi.toml", "[workspace]\nversion = '0.9.0'\n"),
        ],
    );
    let outcome = house.run(&[("prerelease", "true"), ("prerelease_token", "dev")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(outcome.output("version"), "1.0.0-dev.1");
    for (path, expected) in [
        ("demo/__init__.py", "__version__ = \"1.0.0.dev1\"  # ours\r\n"),
        ("VERSION", "v1.0.0-dev.1\n"),
        ("new/VERSION", "1.0.0-dev.1\n"),
        ("package.json", "\u{feff}{\r\n\t\"version\": \"1.0.0-dev.1\"\r\n}\r\n"),
        ("chart/Chart.yaml", "version: 1.0.0\nappVersion: 1.0.0-dev.1 # app\n"),
        (
            "pom.xml",
            "<project><parent><version>2</version></parent><version>1.0.0-dev.1</version></project>",
        ),
        ("pixi.toml", "[workspace]\nversion = '1.0.0.dev1'\n"),
    ] {
        let here = std::fs::read_to_string(house.work.join(path)).unwrap();
        assert_eq!(here, expected, "{path}");
        assert_eq!(house.file("main", path), expected.trim_end(), "{path}");
    }
    let state = house.state();
    assert_eq!(house.run(&[("prerelease", "true"), ("prerelease_token", "dev")]).exit, Exit::Done);
    assert_eq!(house.state(), state, "a second run has nothing left to do");
}

#[test]
fn python_files_in_pythons_form_by_one_key() {
    let house = project("pep440_stamps = true", &[]);
    let outcome = house.run(&[("prerelease", "true"), ("prerelease_token", "rc")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert!(house.file("main", "pyproject.toml").contains("version = \"1.0.0rc1\"  # stamped"));
    let outcome = house.run(&[("prerelease", "true"), ("prerelease_token", "nightly")]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    assert!(outcome.log.contains("release/python-form"), "{}", outcome.log);
}

#[test]
fn a_variable_with_a_type_is_found_as_newer_versions_find_it() {
    let file = ("demo.py", "__version__: str = \"0.9.0\"\n");
    let extra = "version_variables = [\"demo.py:__version__\"]";
    let house = project(extra, &[file]);
    let before = house.state();
    let outcome = house.run(&[]);
    assert_eq!(outcome.exit, Exit::BadInput, "as python-semantic-release 10.5, but not silently");
    assert!(outcome.log.contains("release/not-stamped"), "{}", outcome.log);
    assert_eq!(house.state(), before);
    let outcome = house.run(&[("compat", "psr-10.7")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    assert_eq!(house.file("main", "demo.py"), "__version__: str = \"1.0.0\"");
    let house = project(&format!("compat = \"psr-10.7\"\n{extra}"), &[file]);
    assert_eq!(house.run(&[]).exit, Exit::Done);
}
