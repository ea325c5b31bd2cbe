//! Checks from end to end, as a command on a developer's machine.

use action_kit::{Process, run_with};
use diagnostics::Exit;
use serde_json::Value;
use tempfile::TempDir;

/// A lock of format 6 with CPU builds of pytorch for linux-64.
const CPU: &str = include_str!("locks/cpu.yaml");

/// What most teams have: CUDA declared, an environment for production.
const MANIFEST: &str = r#"[workspace]
name = "classifier"
channels = ["conda-forge"]
platforms = ["linux-64"]

[system-requirements]
cuda = "12.1"

[dependencies]
python = "3.12.*"
pytorch = ">=2.9"

[environments]
prod = []
"#;

/// A folder, and what the command said there.
struct Desk(TempDir);

struct Said {
    exit: Exit,
    out: String,
    err: String,
}

impl Desk {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Said {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let arguments = arguments.iter().map(|text| (*text).to_owned());
        let (process, streams) = Process::in_memory(variables, arguments, self.0.path());
        let exit = run_with::<pixi_cuda_setup::Action>(process);
        Said { exit, out: streams.stdout(), err: streams.stderr() }
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(&[], arguments)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let said = self.run(&[&["check", "--json"], arguments].concat());
        serde_json::from_str(&said.out)
            .unwrap_or_else(|_| panic!("no JSON\n{}{}", said.out, said.err))
    }
}

fn codes(document: &Value) -> Vec<&str> {
    let findings = document["result"]["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn declared_cuda_with_cpu_builds_locked_is_an_error_with_the_command_that_cures_it() {
    let desk = Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock", CPU)]);
    let said = desk.run(&["check", "--pixi-version", "0.77.0", "-e", "prod"]);
    assert_eq!(said.exit, Exit::CheckFailed, "{}", said.err);
    for expected in ["error[cuda/cpu-locked]", "pixi.lock:", "pixi update pytorch"] {
        assert!(said.err.contains(expected), "{expected} is not in\n{}", said.err);
    }
    assert!(!said.err.contains("pixi update libtorch"), "libtorch alone keeps the CPU build");
    assert!(said.out.contains("pytorch 2.9.1 (cpu)"), "{}", said.out);
}

#[test]
fn what_is_meant_to_be_cpu_can_be_said_to_be() {
    let desk = Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock", CPU)]);
    let version = ["check", "--pixi-version", "0.77.0"];
    let allowed =
        desk.run(&[&version[..], &["--allow-cpu", "prod", "--allow-cpu", "default"]].concat());
    assert_eq!(allowed.exit, Exit::Done, "{}", allowed.err);
    let ignored = desk.run(&[&version[..], &["--ignore", "cuda/cpu-locked"]].concat());
    assert_eq!(ignored.exit, Exit::Done, "{}", ignored.err);
    let half = desk.run(&[&version[..], &["--ignore", "cuda/cpu-locked@prod"]].concat());
    assert_eq!(half.exit, Exit::CheckFailed, "the default environment is still CPU");
    let never = desk.run(&[&version[..], &["--fail-on", "never"]].concat());
    assert_eq!(never.exit, Exit::Done);
    assert!(never.err.contains("cuda/cpu-locked"), "it is told all the same");
    let misspelt = desk.run(&[&version[..], &["--ignore", "cuda/cpu-lokced"]].concat());
    assert_eq!(misspelt.exit, Exit::BadInput);
    assert!(misspelt.err.contains("did you mean `cuda/cpu-locked`?"), "{}", misspelt.err);
}

#[test]
fn a_cpu_lock_where_nothing_is_declared_is_fine_unless_cuda_is_required() {
    let manifest = MANIFEST.replace("[system-requirements]\ncuda = \"12.1\"\n", "");
    let desk = Desk::new(&[("pixi.toml", &manifest), ("pixi.lock", CPU)]);
    let version = ["check", "--pixi-version", "0.77.0"];
    assert_eq!(desk.run(&version).exit, Exit::Done);
    let required = desk.run(&[&version[..], &["--require-cuda", "prod"]].concat());
    assert_eq!(required.exit, Exit::CheckFailed);
    assert!(required.err.contains("cuda/cpu-locked"), "{}", required.err);
}

#[test]
fn programs_get_rows_variants_override_and_predictions() {
    let cuda = include_str!("../../../../crates/pixi-workspace/tests/locks/v6-cuda.yaml");
    let manifest = MANIFEST.replace("\"12.1\"", "\"12.0\"");
    let desk = Desk::new(&[("pixi.toml", &manifest), ("pixi.lock", cuda)]);
    let of = |arguments: &[&str]| {
        let document = desk.json(&[&["--pixi-version", "0.77.0"], arguments].concat());
        assert_eq!(
            (document["schema"].as_i64(), document["mode"].as_str()),
            (Some(1), Some("check"))
        );
        document["result"].clone()
    };
    let plain = of(&[]);
    assert_eq!(plain["pixi"]["version"], "0.77.0");
    assert_eq!(plain["lock"]["version"], 6);
    assert_eq!(plain["override"]["needed"], true, "{plain}");
    let row = &plain["environments"][0]["rows"][0];
    assert_eq!((row["subdir"].as_str(), row["variant"].as_str()), (Some("linux-64"), Some("cuda")));
    assert_eq!(row["declared-cuda"], "12.0");
    assert_eq!(row["override"]["needed"], true);
    assert!(row["cuda-in-depends"].as_array().is_some_and(|asks| !asks.is_empty()), "{row}");
    let install = |answer: &Value| {
        let said = &answer["environments"][0]["prediction"]["install"];
        said["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!(install(&plain), "error", "no GPU, no override");
    assert_eq!(install(&of(&["--override-cuda", "12.9"])), "ok");
    assert_eq!(install(&of(&["--override-cuda", ""])), "error", "empty takes the driver away");
    assert_eq!(install(&of(&["--override-cuda", ">=12"])), "error", "not a version");
}

#[test]
fn the_true_cause_of_a_lock_that_cannot_be_read() {
    let conflict =
        CPU.replacen("packages:\n- conda", "<<<<<<< ours\npackages:\n=======\n- conda", 1);
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n";
    for (lock, code) in [
        (conflict.as_str(), "lock/conflict"),
        (pointer, "lock/lfs-pointer"),
        ("", "lock/empty"),
        ("version: 8\nenvironments: {}\npackages: []\n", "lock/newer-format"),
    ] {
        let desk = Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock", lock)]);
        let document = desk.json(&["--pixi-version", "0.77.0"]);
        assert!(codes(&document).contains(&code), "{code}: {document}");
        assert_eq!(document["result"]["lock"]["state"], code);
        assert_eq!(document["result"]["up-to-date"]["answer"], "no", "`--locked` refuses it");
        assert_eq!(
            desk.run(&["check", "--pixi-version", "0.77.0"]).exit,
            Exit::CheckFailed,
            "{code}"
        );
    }
}

#[test]
fn an_override_that_is_set_already_is_judged() {
    let desk = Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock", CPU)]);
    let arguments = ["check", "--pixi-version", "0.77.0", "--ignore", "cuda/cpu-locked"];
    let said = desk.run_with(&[("CONDA_OVERRIDE_CUDA", ">=12")], &arguments);
    assert_eq!(said.exit, Exit::CheckFailed, "{}", said.err);
    assert!(said.err.contains("malformed version string"), "pixi's own words\n{}", said.err);
}

#[test]
fn an_unknown_environment_is_named_before_anything_is_built() {
    let desk = Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock", CPU)]);
    let said = desk.run(&["check", "-e", "prd", "--ignore", "cuda/cpu-locked"]);
    assert_eq!(said.exit, Exit::CheckFailed);
    for expected in
        ["manifest/unknown-environment", "did you mean `prod`?", "unknown environment 'prd'"]
    {
        assert!(said.err.contains(expected), "{expected} is not in\n{}", said.err);
    }
}

#[test]
fn a_folder_without_a_manifest_is_bad_input() {
    let desk = Desk::new(&[]);
    let said = desk.run(&["check"]);
    assert_eq!(said.exit, Exit::BadInput);
    assert!(said.err.contains("manifest/not-found"), "{}", said.err);
    let desk = Desk::new(&[("pixi.toml", "[workspace\n")]);
    let said = desk.run(&["check"]);
    assert_eq!(said.exit, Exit::BadInput);
    assert!(said.err.contains("pixi.toml:1:"), "{}", said.err);
}

#[test]
fn code_scanning_gets_a_file() {
    let desk = Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock", CPU)]);
    let said = desk.run(&["check", "--pixi-version", "0.77.0", "--sarif", "out.sarif"]);
    assert_eq!(said.exit, Exit::CheckFailed);
    let text = std::fs::read_to_string(desk.0.path().join("out.sarif")).unwrap();
    let log: Value = serde_json::from_str(&text).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let found = results.iter().find(|result| result["ruleId"] == "cuda/cpu-locked").unwrap();
    let place = &found["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "pixi.lock");
    assert!(place["region"]["startLine"].as_u64().unwrap() > 1);
    let said = desk.run(&["check", "--sarif", "no/such/folder.sarif"]);
    assert_eq!(said.exit, Exit::Outside, "{}", said.err);
}

#[test]
fn a_check_touches_nothing() {
    let desk = Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock", CPU)]);
    let before: Vec<_> =
        std::fs::read_dir(desk.0.path()).unwrap().map(|e| e.unwrap().path()).collect();
    for command in ["check", "plan"] {
        desk.run(&[command]);
    }
    let after: Vec<_> =
        std::fs::read_dir(desk.0.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(before, after);
    assert_eq!(std::fs::read_to_string(desk.0.path().join("pixi.lock")).unwrap(), CPU);
}

#[test]
fn a_stale_lock_is_told_with_its_reason_and_fails_where_it_would_be_refused() {
    let manifest = MANIFEST.replace("pytorch = \">=2.9\"", "pytorch = \">=2.9\"\nnumpy = \"*\"");
    let desk = Desk::new(&[("pixi.toml", &manifest), ("pixi.lock", CPU)]);
    let arguments = ["--pixi-version", "0.77.0", "--ignore", "cuda/cpu-locked"];
    let answer = desk.json(&arguments)["result"]["up-to-date"].clone();
    assert_eq!(answer["answer"], "no");
    let reason = &answer["reasons"][0];
    assert!(
        reason["logged"].as_str().unwrap().contains("'numpy *' could not be satisfied"),
        "{reason}"
    );
    let of = |locked| desk.run(&[&["check", "--locked", locked], &arguments[..]].concat()).exit;
    assert_eq!(
        (of("true"), of("auto"), of("false")),
        (Exit::CheckFailed, Exit::CheckFailed, Exit::Done)
    );
    let fits = Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock", CPU)]).json(&arguments);
    assert_eq!(fits["result"]["up-to-date"]["answer"], "yes", "{fits}");
}

#[test]
fn dockerfiles_are_held_against_manifest_and_lock() {
    let dockerfile = "FROM ghcr.io/prefix-dev/pixi:0.77.0 AS build\nWORKDIR /app\n\
                      COPY pixi.toml pixi.lock ./\nRUN pixi install --locked -e prd\n\
                      ENTRYPOINT [\"pixi\", \"run\", \"train\"]\n";
    let desk =
        Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock", CPU), ("Dockerfile", dockerfile)]);
    let said = desk.run(&["lint-docker"]);
    assert_eq!(said.exit, Exit::CheckFailed, "{}", said.err);
    assert!(said.err.contains("Dockerfile:4:"), "{}", said.err);
    assert!(!said.err.contains("cuda/cpu-locked"), "only Dockerfiles are looked at\n{}", said.err);
    let off = desk.run(&["lint-docker", "--dockerfile", "off"]);
    assert_eq!(off.exit, Exit::Done, "{}", off.err);
    let gone = desk.run(&["lint-docker", "--dockerfile", "prod.Dockerfile"]);
    assert_eq!(gone.exit, Exit::BadInput);
    assert!(gone.err.contains("there is no Dockerfile `prod.Dockerfile`"), "{}", gone.err);
}

#[test]
fn the_settings_file_of_the_readme_is_one() {
    let (_, rest) = include_str!("../../README.md").split_once("```toml\n#:schema").unwrap();
    let settings = format!("#:schema{}", rest.split("```").next().unwrap());
    let desk = Desk::new(&[
        ("pixi.toml", MANIFEST),
        ("pixi.lock", CPU),
        ("pixi-cuda-setup.toml", &settings),
    ]);
    let said = desk.run(&["check"]);
    assert_eq!(said.exit, Exit::CheckFailed, "the manifest has no `test`\n{}", said.err);
    assert!(said.err.contains("manifest/unknown-environment"), "{}", said.err);
}

#[test]
fn a_version_that_comes_from_the_sources_breaks_a_locked_build() {
    let manifest = "[project]\nname = \"demo\"\ndynamic = [\"version\"]\n\n[tool.pixi.workspace]\n\
                    channels = [\"conda-forge\"]\nplatforms = [\"linux-64\"]\n\n\
                    [tool.pixi.pypi-dependencies]\ndemo = { path = \".\", editable = true }\n";
    let dockerfile = "FROM ghcr.io/prefix-dev/pixi:0.77.0\nCOPY pyproject.toml pixi.lock ./\n\
                      RUN pixi install --locked\n";
    let found = |manifest: &str| {
        let files = [("pyproject.toml", manifest), ("pixi.lock", CPU), ("Dockerfile", dockerfile)];
        let said = Desk::new(&files).run(&["lint-docker", "--json"]);
        let document: Value = serde_json::from_str(&said.out).unwrap();
        codes(&document).contains(&"docker/dynamic-version")
    };
    assert!(found(manifest));
    assert!(!found(&manifest.replace("dynamic = [\"version\"]", "version = \"1.0.0\"")));
}

#[test]
fn a_gate_that_judged_nothing_has_not_passed() {
    let version = ["--pixi-version", "0.77.0", "--locked", "false"];
    let of =
        |desk: &Desk, arguments: &[&str]| desk.run(&[&["check"], &version[..], arguments].concat());
    let desk = Desk::new(&[("pixi.toml", MANIFEST)]);
    assert_eq!(of(&desk, &[]).exit, Exit::Done, "nobody asked for a lock");
    let required = of(&desk, &["--require-cuda", "prod"]);
    assert_eq!(required.exit, Exit::CheckFailed);
    assert!(required.err.contains("cuda/not-judged"), "{}", required.err);
    let misspelt = of(&desk, &["--require-cuda", "prdo"]);
    assert_eq!(misspelt.exit, Exit::CheckFailed);
    assert!(misspelt.err.contains("did you mean `prod`?"), "{}", misspelt.err);
    let none = desk.run(&["lint-docker"]);
    assert_eq!(none.exit, Exit::BadInput);
    assert!(none.err.contains("there is no Dockerfile to check"), "{}", none.err);
}

#[test]
fn what_is_there_and_cannot_be_read_is_not_missing() {
    let desk = Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock/file", "")]);
    let said = desk.run(&["check"]);
    assert_eq!(said.exit, Exit::BadInput, "{}", said.err);
    assert!(said.err.contains("cannot read `pixi.lock`"), "{}", said.err);
    let desk = Desk::new(&[("pixi.toml", MANIFEST)]);
    std::fs::write(desk.0.path().join("pixi.lock"), [CPU.as_bytes(), b"# \xff\n"].concat())
        .unwrap();
    assert_eq!(desk.run(&["check"]).exit, Exit::BadInput, "pixi does not read it either");
    let desk = Desk::new(&[("pixi.toml", MANIFEST), ("pixi.lock", CPU)]);
    std::fs::write(desk.0.path().join("Dockerfile"), b"FROM \xff\n").unwrap();
    let said = desk.run(&["lint-docker", "--dockerfile", "Dockerfile"]);
    assert_eq!(said.exit, Exit::BadInput, "{}", said.err);
    assert!(said.err.contains("it cannot be read as a text"), "{}", said.err);
}
