//! Manifests of every form.

use super::*;

const TRAINING: &str = include_str!("classifier-training.toml");
const PYPROJECT: &str = include_str!("pyproject.toml");

/// A text with a piece put in behind another.
fn with(text: &str, behind: &str, piece: &str) -> String {
    assert_eq!(text.matches(behind).count(), 1, "{behind}");
    text.replace(behind, &format!("{behind}{piece}"))
}

#[test]
fn a_training_project_before_rich_platforms() {
    let edited = edited("pixi.toml", TRAINING, &wanted(Some("12.1"), 70));
    let expected = with(TRAINING, "default = [\"dev\"]\n", "prod = []\n");
    let expected = with(&expected, "cudnn = \"*\"\n", "cuda-version = \"12.*\"\n");
    assert_eq!(edited.text, format!("{expected}\n[system-requirements]\ncuda = \"12.1\"\n"));
    assert_eq!(
        edited.changes,
        [
            "`cuda = \"12.1\"` in `[system-requirements]`",
            "`cuda-version = \"12.*\"` in `[target.linux-64.dependencies]`",
            "`prod = []` in `[environments]`",
        ]
    );
    assert_eq!(cuda_of_prod("pixi.toml", &edited.text, 70).as_deref(), Some("12.1"));
    assert_eq!(
        new_values(TRAINING, &edited.text),
        [
            ".target.linux-64.dependencies.cuda-version = Some(\"12.*\")",
            ".environments.prod []",
            ".system-requirements {}",
            ".system-requirements.cuda = Some(\"12.1\")",
        ]
    );
}

#[test]
fn a_training_project_with_rich_platforms() {
    let edited = edited("pixi.toml", TRAINING, &wanted(Some("12.1"), 77));
    let expected = with(TRAINING, "default = [\"dev\"]\n", "prod = []\n");
    let expected = with(&expected, "cudnn = \"*\"\n", "cuda-version = \"12.*\"\n");
    // In front of the plain one: behind it, it would never be taken.
    let expected =
        with(&expected, "platforms = [", "{ platform = \"linux-64\", cuda = \"12.1\" }, ");
    assert_eq!(edited.text, expected);
    assert_eq!(cuda_of_prod("pixi.toml", &edited.text, 77).as_deref(), Some("12.1"));
    assert!(edited.declares_cuda);
    let (manifest, findings) = read("pixi.toml", &edited.text, 77);
    assert_eq!(findings, []);
    let names: Vec<&str> =
        manifest.workspace.platforms.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["linux-64-cuda-12-1", "linux-64", "osx-arm64"]);
}

#[test]
fn the_dialect_that_is_there_stays() {
    let table = format!("{TRAINING}\n[system-requirements]\nlibc = \"2.28\" # old\n");
    let read = edited("pixi.toml", &table, &wanted(Some("12.1"), 77));
    assert!(read.text.ends_with("libc = \"2.28\" # old\ncuda = \"12.1\"\n"), "{}", read.text);
    let rich = TRAINING.replace(
        "[\"linux-64\", \"osx-arm64\"]",
        "[\n  # Macs first.\n  \"osx-arm64\",\n  { platform = \"linux-64\", glibc = \"2.34\" },\n  \"win-64\",\n]",
    );
    let read = edited("pixi.toml", &rich, &wanted(Some("12.1"), 77));
    assert!(
        read.text.contains(
            "  \"osx-arm64\",\n  { platform = \"linux-64\", cuda = \"12.1\" },\n  \
             { platform = \"linux-64\", glibc = \"2.34\" },\n  \
             { platform = \"win-64\", cuda = \"12.1\" },\n  \"win-64\",\n]"
        ),
        "{}",
        read.text
    );
}

#[test]
fn a_pyproject_below_tool_pixi() {
    for (minor, declared) in [
        (48, "[tool.pixi.system-requirements]\ncuda = \"12.1\"\n"),
        (77, "platforms = [{ platform = \"linux-64\", cuda = \"12.1\" }, \"linux-64\"]\n"),
    ] {
        let read = edited("pyproject.toml", PYPROJECT, &wanted(Some("12.1"), minor));
        assert!(read.text.contains(declared), "{}", read.text);
        assert!(read.text.contains("[tool.pixi.environments]\nprod = []\n"), "{}", read.text);
        // All platforms are Linux: no target is needed.
        assert!(
            read.text
                .contains("[tool.pixi.dependencies]\npytorch = \"*\"\ncuda-version = \"12.*\"\n"),
            "{}",
            read.text
        );
        let ruff = read.text.find("# Style.\n[tool.ruff]").expect("ruff");
        assert!(read.text.find("[tool.pixi.environments]").expect("environments") < ruff);
        assert_eq!(cuda_of_prod("pyproject.toml", &read.text, minor).as_deref(), Some("12.1"));
    }
}

#[test]
fn line_endings_marks_and_open_ends_stay() {
    for minor in [48, 77] {
        let plain = edited("pixi.toml", TRAINING, &wanted(Some("12.1"), minor)).text;
        let dos = format!("\u{feff}{}", TRAINING.replace('\n', "\r\n"));
        let read = edited("pixi.toml", &dos, &wanted(Some("12.1"), minor));
        assert_eq!(read.text, format!("\u{feff}{}", plain.replace('\n', "\r\n")));
        let open = TRAINING.trim_end();
        let read = edited("pixi.toml", open, &wanted(Some("12.1"), minor));
        assert_eq!(read.text, plain.trim_end());
    }
}

#[test]
fn other_ways_to_write_environments() {
    let head = "[workspace]\nchannels = []\nplatforms = [\"linux-64\"]\n";
    for (text, expected) in [
        ("", "\n[environments]\nprod = []\n"),
        ("[environments]\n", "[environments]\nprod = []\n"),
        (
            "[environments.gpu]\nsolve-group = \"g\"\n",
            "[environments]\nprod = []\n\n[environments.gpu]\nsolve-group = \"g\"\n",
        ),
        (
            "[feature.a.tasks]\nx = \"y\"\n[environments]\nb = [\"a\"]",
            "[feature.a.tasks]\nx = \"y\"\n[environments]\nb = [\"a\"]\nprod = []",
        ),
    ] {
        let read = edited("pixi.toml", &format!("{head}{text}"), &wanted(None, 77));
        assert_eq!(read.text, format!("{head}{expected}"));
        assert_eq!(read.notes.len(), 1, "nothing needs CUDA: {:?}", read.notes);
    }
    let dotted = format!("environments = {{ gpu = [] }}\n{head}");
    let read = edited("pixi.toml", &dotted, &wanted(None, 77));
    assert!(read.text.starts_with("environments = { gpu = [], prod = [] }\n"));
}

#[test]
fn what_is_there_is_left_alone() {
    let text = "[workspace]\nchannels = []\nplatforms = [{ platform = \"linux-64\", cuda = \"12.4\" }]\n\
                [dependencies]\npytorch-gpu = \"*\"\n[constraints]\ncuda-version = \"12.*\"\n\
                [environments]\nprod = []\n";
    for cuda in [Some("12.4"), Some("12.4.0"), None] {
        let read = edited("pixi.toml", text, &wanted(cuda, 77));
        assert_eq!((read.changes, read.notes), (vec![], vec![]));
    }
    let read = edited("pixi.toml", text, &wanted(Some("12.1"), 77));
    assert_eq!(read.changes, Vec::<String>::new());
    assert_eq!(read.notes, ["the manifest declares cuda 12.4, not 12.1: it is left as it is"]);
}

#[test]
fn the_toolkit_belongs_to_the_feature_that_has_cuda() {
    let text = "[workspace]\nchannels = []\nplatforms = [\"linux-64\", \"linux-aarch64\", \"osx-arm64\"]\n\
                [feature.gpu.system-requirements]\ncuda = \"12.1\"\n\
                [feature.gpu.dependencies]\npytorch-gpu = \"*\"\n\
                [environments]\nprod = [\"gpu\"]\n";
    let locked = Wanted { toolkit: Some("12.9".to_owned()), ..wanted(None, 70) };
    let read = edited("pixi.toml", text, &locked);
    assert_eq!(
        read.changes,
        ["`cuda-version = \"12.9.*\"` in `[feature.gpu.target.linux.dependencies]`"]
    );
    let rows = "[workspace]\nchannels = []\nplatforms = [{ name = \"gpu-box\", platform = \"linux-64\", cuda = \"12\" }, \"linux-64\"]\n\
                [feature.gpu]\nplatforms = [\"gpu-box\"]\n[feature.gpu.dependencies]\npytorch = \"*\"\n\
                [environments]\nprod = [\"gpu\"]\n";
    let read = edited("pixi.toml", rows, &wanted(None, 77));
    assert_eq!(read.changes, ["`cuda-version = \"12.*\"` in `[feature.gpu.dependencies]`"]);
    let off = Wanted { cuda: CudaWish::Off, ..wanted(None, 70) };
    assert_eq!(edited("pixi.toml", text, &off).changes, Vec::<String>::new());
}

#[test]
fn features_that_name_their_platforms_are_mentioned() {
    let text = "[workspace]\nchannels = []\nplatforms = [\"linux-64\"]\n[dependencies]\npytorch = \"*\"\n\
                [feature.a]\nplatforms = [\"linux-64\"]\n[environments]\na = [\"a\"]\n";
    let read = edited("pixi.toml", text, &wanted(Some("12.1"), 77));
    assert_eq!(
        read.notes,
        [
            "feature 'a' names its platforms: add `\"linux-64-cuda-12-1\"` there for environments that are to have CUDA"
        ]
    );
}

#[test]
fn what_cannot_be_done_is_an_error() {
    let refused = |text: &str, wanted: &Wanted| {
        let (manifest, _) = read("pixi.toml", text, wanted.version.minor);
        let failure = plan(&manifest, wanted).expect_err(text);
        failure.diagnostics[0].code
    };
    assert_eq!(refused(TRAINING, &wanted(None, 77)), "fix/cuda-unknown");
    let mac = "[workspace]\nchannels = []\nplatforms = [\"osx-arm64\"]\n";
    assert_eq!(refused(mac, &wanted(Some("12.1"), 77)), "fix/no-platform");
    let odd = Wanted { environments: vec!["Prod".to_owned()], ..wanted(Some("12.1"), 77) };
    assert_eq!(refused(TRAINING, &odd), "fix/environment-name");
    let closed = "environments = 1\n[workspace]\nchannels = []\nplatforms = [\"linux-64\"]\n";
    assert_eq!(refused(closed, &wanted(None, 77)), "text-edit/unplaced");
}
