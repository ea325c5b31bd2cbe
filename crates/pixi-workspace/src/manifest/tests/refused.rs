//! What pixi refuses or warns of, by version, in its own words.

use proptest::prelude::*;

use super::*;

const RICH: &str = "[{ platform = \"linux-64\", cuda = \"12.0\" }, \"osx-arm64\"]";

#[track_caller]
fn one(read: (Manifest, Vec<Finding>), severity: Severity, code: &str, words: &str) -> Finding {
    let (_, findings) = read;
    assert_eq!(findings.len(), 1, "{findings:?}");
    let finding = findings.into_iter().next().expect("one");
    assert_eq!((finding.severity, finding.code), (severity, code));
    assert_eq!(finding.prevents.as_deref(), Some(words));
    assert!(finding.remedy.is_some(), "{finding:?}");
    assert!(finding.place.is_some());
    finding
}

#[test]
fn both_ways_of_declaring_cuda() {
    let table = "[system-requirements]\ncuda = \"12.1\"\n";
    let (_, findings) = with_platforms(RICH, table, 77);
    let found = findings.iter().find(|f| f.code == "manifest/two-dialects").expect("found");
    assert_eq!(
        found.prevents.as_deref(),
        Some(
            "feature 'default' uses `[system-requirements]` but the workspace declares per-platform virtual packages; remove the system-requirements table and declare the constraints on the platforms instead"
        )
    );
    let (_, findings) = with_platforms(
        RICH,
        "[feature.gpu.system-requirements]\ncuda = \"12.1\"\n[environments]\ngpu = [\"gpu\"]\n",
        71,
    );
    let found = findings.iter().find(|f| f.code == "manifest/two-dialects").expect("found");
    assert!(found.prevents.as_deref().is_some_and(|text| text.starts_with("feature 'gpu' uses")));
    // An empty table, one with archspec alone, or bare platforms: fine.
    for added in ["[system-requirements]\n", "[system-requirements]\narchspec = \"x86_64\"\n"] {
        let (_, findings) = with_platforms(RICH, added, 71);
        assert_eq!(findings, []);
    }
    assert_eq!(with(table, 71).1, []);
}

#[test]
fn platforms_that_are_refused() {
    let cases = [
        (
            "[{ platform = \"linux-64\", cuda = \"12.0\" }, { platform = \"linux-64\", cuda = { driver = \"12.0\" } }]",
            "manifest/duplicate-platform",
            "duplicate key: `linux-64-cuda-12-0`",
        ),
        (
            "[{ name = \"linux-64\", cuda = \"12.0\" }]",
            "manifest/platform-name",
            "platform entry rejected: You tried to add a virtual package into a special subdir platform; either drop the virtual packages or give the entry a `name` distinct from its subdir",
        ),
        (
            "[{ platform = \"linux-64\", cuda = 12.1 }]",
            "manifest/wrong-type",
            "expected a version string or a table, found float",
        ),
        (
            "[{ platform = \"linux-64\", cuda = { arch = \"8.6\" } }]",
            "manifest/wrong-value",
            "`cuda.arch` requires `cuda.driver`: `__cuda_arch` is only valid alongside `__cuda`",
        ),
        (
            "[{ platform = \"linux-64\", cuda = \"12\", __cuda = \"12\" }]",
            "manifest/duplicate-platform",
            "'__cuda' is declared more than once; set it via either a friendly key or the raw '__cuda' key, not both",
        ),
        (
            "[{ cuda = \"12\" }]",
            "manifest/wrong-value",
            "a platform entry must set at least one of 'name' or 'platform'",
        ),
        (
            "[{ name = \"gpu\", cuda = \"12\" }]",
            "manifest/unknown-platform",
            "'gpu' is not a conda subdir; set 'platform' explicitly when using a custom name",
        ),
        (
            "[{ name = \"gpu_1\", platform = \"linux-64\" }]",
            "manifest/platform-name",
            "'gpu_1' is not a valid platform name (allowed: alphanumeric, '-')",
        ),
        ("[64]", "manifest/wrong-type", "expected a string or table, found integer"),
    ];
    for (platforms, code, words) in cases {
        one(with_platforms(platforms, "", 77), Severity::Error, code, words);
    }
    let (_, findings) = with_platforms("[\"linux64\"]", "", 77);
    assert_eq!(findings[0].remedy.as_deref(), Some("write `linux-64`"));
    one(
        with_platforms("[{ platform = \"linux-64\", cuda = \"12.1\" }]", "", 70),
        Severity::Error,
        "manifest/needs-newer-pixi",
        "expected a string, found table",
    );
}

#[test]
fn system_requirements_that_are_refused() {
    let table = |line: &str| with(&format!("[system-requirements]\n{line}\n"), 70);
    let found = one(
        table("cuda = 12.1"),
        Severity::Error,
        "manifest/wrong-type",
        "expected expected a string, found float",
    );
    assert_eq!(found.remedy.as_deref(), Some("write `\"12.1\"`"));
    // The model has it all the same, so that what follows is not all noise.
    let (manifest, _) = table("cuda = 12.1");
    let needs = manifest.features[0].system_requirements.clone().expect("a table");
    assert_eq!(needs.cuda.expect("cuda").value, "12.1");
    let found = one(
        table("cudaa = \"12.1\""),
        Severity::Error,
        "manifest/unknown-key",
        "Unexpected keys, expected only 'macos', 'linux', 'cuda', 'libc', 'archspec'",
    );
    assert_eq!(found.remedy.as_deref(), Some("write `cuda`"));
    assert_eq!(codes(&table("cuda = \">=12\"").1), [(Severity::Error, "manifest/wrong-value")]);
    // Deprecated since 0.72, which is worth a notice.
    let (_, findings) = with("[system-requirements]\ncuda = \"12.1\"\n", 72);
    assert_eq!(codes(&findings), [(Severity::Notice, "manifest/system-requirements")]);
}

#[test]
fn features_and_environments_that_do_not_fit() {
    let found = one(
        with(
            "[feature.gpu.dependencies]\nx = \"*\"\n[environments]\na = [\"gpu\"]\nb = [\"gpuu\"]\n",
            77,
        ),
        Severity::Error,
        "manifest/undefined-feature",
        "The feature 'gpuu' is not defined in the manifest",
    );
    assert_eq!(found.remedy.as_deref(), Some("write `\"gpu\"`"));
    assert_eq!(found.environment.as_deref(), Some("b"));
    let found = one(
        with("[feature.gpu.dependencies]\nx = \"*\"\n", 48),
        Severity::Warning,
        "manifest/unused-feature",
        "The feature 'gpu' is defined but not used in any environment",
    );
    assert_eq!(
        found.remedy.as_deref(),
        Some("add `gpu = [\"gpu\"]` to `[environments]`, or remove the feature")
    );
    one(
        with("[feature.gpu.dependencies]\nx = \"*\"\n[environments]\na = [\"gpu\", \"gpu\"]\n", 77),
        Severity::Error,
        "manifest/duplicate-feature",
        "The feature 'gpu' is included more than once.",
    );
    one(
        with("[feature.default.dependencies]\nx = \"*\"\n", 77),
        Severity::Error,
        "manifest/default-feature",
        "The feature 'default' is reserved and cannot be redefined",
    );
    one(
        with("[environments]\nProd = []\n", 77),
        Severity::Error,
        "manifest/environment-name",
        "Failed to parse environment name 'Prod', please use only lowercase letters, numbers and dashes",
    );
    one(
        with("[environments]\nprod = {}\n", 77),
        Severity::Error,
        "manifest/wrong-value",
        "missing field 'features' in table",
    );
    one(
        with("[environments]\nprod = \"gpu\"\n", 77),
        Severity::Error,
        "manifest/wrong-type",
        "expected either a map or a sequence, found string",
    );
}

#[test]
fn platforms_of_features() {
    let added = "[feature.a]\nplatforms = [\"linux-64\"]\n[environments]\na = [\"a\"]\n";
    one(
        with_platforms(RICH, added, 77),
        Severity::Error,
        "manifest/unknown-platform",
        "feature 'a' references platform 'linux-64' which is not declared in the workspace",
    );
    // Where all platforms are bare, a subdir that is not among them is added.
    assert_eq!(with_platforms("[\"osx-arm64\"]", added, 77).1, []);
    one(
        with("[feature.a]\nplatforms = [\"gpu\"]\n[environments]\na = [\"a\"]\n", 70),
        Severity::Error,
        "manifest/unknown-platform",
        "'gpu' is not a known platform",
    );
    one(
        with("[target.win.dependencies]\nx = \"*\"\n", 77),
        Severity::Warning,
        "manifest/unmatched-target",
        "The target selector 'win' does not match any of the platforms supported by the workspace",
    );
    for selector in ["linux", "unix", "linux-64-cuda-12-0", "linux-64-*", "osx"] {
        let added = format!("[target.'{selector}'.dependencies]\nx = \"*\"\n");
        assert_eq!(with_platforms(RICH, &added, 77).1, [], "{selector}");
    }
}

#[test]
fn requires_pixi_in_the_words_of_the_version() {
    let asking = |spec: &str, minor| {
        pixi(
            &format!("[workspace]\nchannels = []\nplatforms = []\nrequires-pixi = \"{spec}\"\n"),
            minor,
        )
    };
    for (spec, minor) in [(">=0.40", 77), ("0.77.*", 77), (">=0.60,<0.78|==1", 77), ("*", 44)] {
        assert_eq!(asking(spec, minor).1, [], "{spec}");
    }
    let code = "manifest/requires-pixi";
    let newer = "this project requires pixi '>=99', but you have pixi 0.77.0";
    one(asking(">=99", 77), Severity::Error, code, newer);
    let older = "workspace requires pixi '>=99', but I am 0.48.0";
    one(asking(">=99", 48), Severity::Error, code, older);
    let invalid = "invalid version specifier in 'requires-pixi'";
    one(asking("soon", 77), Severity::Error, code, invalid);
    let (_, findings) = asking(">=0.1", 43);
    assert_eq!(codes(&findings), [(Severity::Error, "manifest/needs-newer-pixi")]);
    let source = Source::file("pixi.toml", "[workspace]\nrequires-pixi = \">=0.71\"\n");
    let document = Document::parse(&source, Path::new("pixi.toml")).expect("TOML");
    assert_eq!(document.requires_pixi().map(|text| text.value).as_deref(), Some(">=0.71"));
}

#[test]
fn keys_that_came_later() {
    for (added, since, words) in [
        ("[constraints]\nx = \"<2\"\n", 66, "'build-dependencies', 'pypi-dependencies'"),
        ("[pypi-options]\nprerelease-mode = \"allow\"\n", 60, "'no-build', 'dependency-overrides'"),
        ("[dev]\nx = { path = \".\" }\n", 62, "'pypi-dependencies', 'activation'"),
    ] {
        assert_eq!(with(added, since).1, [], "{added}");
        let (_, findings) = with(added, since - 1);
        assert_eq!(codes(&findings), [(Severity::Error, "manifest/needs-newer-pixi")], "{added}");
        let prevents = findings[0].prevents.as_deref().expect("words");
        assert!(prevents.starts_with("Unexpected keys, expected only '"), "{prevents}");
        assert!(prevents.contains(words), "{prevents}");
        assert_eq!(findings[0].holds, crate::Holds::before(since));
    }
    let strategy = "[workspace]\nchannels = []\nplatforms = []\nsolve-strategy = \"lowest\"\n";
    assert_eq!(pixi(strategy, 59).1, []);
    assert_eq!(codes(&pixi(strategy, 58).1), [(Severity::Error, "manifest/needs-newer-pixi")]);
}

#[test]
fn keys_that_nobody_knows_are_warnings() {
    let (_, findings) = with("[dependencys]\nx = \"*\"\n", 77);
    assert_eq!(codes(&findings), [(Severity::Warning, "manifest/unknown-key")]);
    assert_eq!(findings[0].remedy.as_deref(), Some("did you mean `dependencies`?"));
    // Tables of other tools, and what was never checked.
    assert_eq!(with("[tool.ruff]\nx = 1\n", 77).1, []);
    assert_eq!(pixi("\"$schema\" = \"https://x.org\"\n[workspace]\nchannels = []\n", 77).1, []);
}

#[test]
fn a_workspace_that_is_missing() {
    let words = "Missing table in manifest pixi.toml:\nAny of the following sections is required:\n* workspace\n* project\n* package";
    for text in ["", "[tasks]\na = \"b\"\n", "[dependencies]\n"] {
        let (manifest, findings) = pixi(text, 77);
        assert_eq!(manifest.environments.len(), 1);
        one((manifest, findings), Severity::Error, "manifest/no-workspace", words);
    }
    let (_, findings) = read_as("pyproject.toml", "[project]\nname = \"a\"\n", 77);
    assert_eq!(codes(&findings), [(Severity::Error, "manifest/no-workspace")]);
    one(
        pixi("[workspace]\nplatforms = []\n", 77),
        Severity::Error,
        "manifest/no-channels",
        "missing field 'channels' in table",
    );
    let source = Source::file("pixi.toml", "[workspace\n");
    let version = PixiVersion::new(0, 77, 0);
    let failure = read(&source, Path::new("pixi.toml"), version).expect_err("no TOML");
    assert_eq!(failure.diagnostics[0].code, "config/syntax");
}

#[test]
fn building_from_source_takes_a_preview() {
    let text = "[dependencies]\napp = { path = \"app\" }\n";
    let words =
        "conda source dependencies are not allowed without enabling the 'pixi-build' preview flag";
    one(with(text, 77), Severity::Error, "manifest/no-preview", words);
    one(
        with("[package]\nname = \"a\"\n", 77),
        Severity::Error,
        "manifest/no-preview",
        "[package] section is only allowed when the `pixi-build` preview flag is enabled",
    );
    for fine in ["preview = [\"pixi-build\"]\n", "preview = true\n"] {
        assert_eq!(with(&format!("{fine}{text}[package]\nname = \"a\"\n"), 77).1, []);
    }
    let archive = "[dependencies]\napp = { url = \"https://x.org/app-1-0.conda\" }\n";
    assert_eq!(with(archive, 77).1, []);
}

#[test]
fn versions_that_are_none() {
    let (_, findings) = with("[dependencies]\nx = \"=>2\"\n", 77);
    assert_eq!(codes(&findings), [(Severity::Error, "manifest/version-spec")]);
    let (_, findings) = with("[dependencies]\npytorch = \"2.5.* *cuda*\"\n", 77);
    assert_eq!(
        findings[0].remedy.as_deref(),
        Some("write `{ version = \"2.5.*\", build = \"*cuda*\" }`")
    );
    let (_, findings) = with("[pypi-dependencies]\nx = \"2\"\n", 77);
    assert_eq!(codes(&findings), [(Severity::Error, "manifest/version-spec")]);
    let (_, findings) = with("[dependencies]\nX = \"*\"\nx = \"*\"\n", 77);
    assert_eq!(codes(&findings), [(Severity::Error, "manifest/duplicate-dependency")]);
}

#[test]
fn groups_that_go_round_end() {
    let text = "[tool.pixi.workspace]\nchannels = []\nplatforms = []\n[dependency-groups]\n\
                a = [{ include-group = \"b\" }]\nb = [{ include-group = \"a\" }, \"x\"]\n\
                c = [{ include-group = \"none\" }, \"not a requirement!\"]\n";
    let (manifest, findings) = read_as("pyproject.toml", text, 77);
    let group = (Severity::Error, "manifest/dependency-group");
    assert_eq!(codes(&findings)[..3], [group, group, group]);
    assert_eq!(codes(&findings)[3..], [(Severity::Error, "manifest/requirement")]);
    assert!(manifest.feature("b").is_some());
}

/// A value of any type under any key that means something.
fn line() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "workspace",
        "project",
        "channels",
        "platforms",
        "requires-pixi",
        "feature.a",
        "environments.b",
        "environments",
        "target.linux.dependencies",
        "dependencies",
        "dependencies.x",
        "pypi-dependencies.x",
        "system-requirements",
        "system-requirements.cuda",
        "system-requirements.libc",
        "tasks.t",
        "activation.env",
        "pypi-options",
        "pypi-options.find-links",
        "workspace.platforms",
        "workspace.channels",
        "tool.pixi.workspace",
        "project.optional-dependencies.a",
        "dependency-groups.g",
        "project.dependencies",
        "constraints",
        "workspace.dependencies.x",
        "feature.a.platforms",
        "workspace.requires-pixi",
    ]);
    let value = prop::sample::select(vec![
        "\"linux-64\"",
        "12.1",
        "true",
        "[]",
        "{}",
        "[\"a\", 1]",
        "[{ include-group = \"g\" }, \"g[g]>=1; x\"]",
        "{ cuda = { driver = 1 } }",
        "[{ platform = \"linux-64\", cuda = \"12\" }, \"linux-64\", {}]",
        "{ workspace = true }",
        "{ version = \"**\", build = 3 }",
        "{ features = [\"a\"], dependencies = 1 }",
        "2026-01-01",
        "\"=>\u{e9}\"",
        "\">=1|<\"",
        "nan",
    ]);
    (key, value).prop_map(|(key, value)| format!("{key} = {value}\n"))
}

proptest! {
    #[test]
    fn damaged_manifests_never_panic(
        which in 0_usize..3,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..30, "[\\[\\]{}=\"',.\n\r\t a-z0-9*>é]{0,4}"), 1..4),
        minor in 20_u64..90,
    ) {
        let texts = [
            include_str!("classifier-training.toml"),
            include_str!("multi-machine.toml"),
            include_str!("pyproject.toml"),
        ];
        let mut text: Vec<char> = texts[which].chars().collect();
        for (at, count, new) in cuts {
            let start = at.index(text.len() + 1);
            let end = (start + count).min(text.len());
            text.splice(start..end, new.chars());
        }
        let name = if which == 2 { "pyproject.toml" } else { "pixi.toml" };
        let source = Source::file(name, text.into_iter().collect::<String>());
        let _ = read(&source, Path::new(name), PixiVersion::new(0, minor, 0));
    }

    #[test]
    fn reading_never_panics(lines in prop::collection::vec(line(), 0..12), minor in 20_u64..90) {
        let text: String = lines.concat();
        for name in ["pixi.toml", "pyproject.toml"] {
            let source = Source::file(name, text.as_str());
            let Ok((manifest, findings)) = read(&source, Path::new(name), PixiVersion::new(0, minor, 0)) else {
                continue;
            };
            prop_assert_eq!(manifest.features[0].name.as_str(), DEFAULT);
            prop_assert_eq!(manifest.environments[0].name.value.as_str(), "default");
            for finding in &findings {
                prop_assert!(EXPLANATIONS.iter().any(|known| known.code == finding.code), "{}", finding.code);
            }
        }
    }
}
