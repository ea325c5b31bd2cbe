use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use action_kit::{Context, Definition, Process, run_with};
use diagnostics::{Exit, Failure};

use super::*;

/// What was read in which folder; a run has a thread of its own.
static READ: Mutex<BTreeMap<PathBuf, Settings>> = Mutex::new(BTreeMap::new());

/// Reads its settings and does nothing.
struct Reads;

impl action_kit::Action for Reads {
    fn definition() -> &'static Definition {
        &crate::definition::DEFINITION
    }

    async fn run(context: &mut Context) -> Result<Exit, Failure> {
        let settings = read(context)?;
        READ.lock().unwrap().insert(context.working_directory()?, settings);
        Ok(Exit::Done)
    }
}

fn settings(folder: &Path, arguments: &[&str]) -> Result<Settings, String> {
    let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
    let (process, streams) = Process::in_memory([], arguments, folder);
    match run_with::<Reads>(process) {
        Exit::Done => {
            let folder = folder.canonicalize().unwrap();
            READ.lock().unwrap().remove(&folder).ok_or_else(|| "nothing was read".to_owned())
        }
        exit => Err(format!("{exit:?}\n{}", streams.stderr())),
    }
}

fn values(list: &[Spanned<String>]) -> Vec<&str> {
    list.iter().map(|item| item.value.as_str()).collect()
}

#[test]
fn without_settings_there_are_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let read = settings(folder.path(), &["check"]).unwrap();
    assert_eq!(read.environments, Environments::Default);
    assert_eq!((read.cuda, read.locked, read.frozen), (Cuda::Auto, None, false));
    assert_eq!(read.fail_on, Some(Severity::Error));
    assert!(read.dockerfiles.is_none() && read.fix.is_none() && read.pixi_version.is_none());
}

#[test]
fn a_flag_beats_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let text = "schema = 1\nenvironments = [\"prod\", \"test gpu\"]\ncuda = \"12.4\"\nlocked = true\n\
                dockerfile = \"off\"\nignore = [\"cuda/mixed@gpu\", \"docker/pixi-folder\"]\nfail-on = \"never\"\n";
    std::fs::write(folder.path().join("pixi-cuda-setup.toml"), text).unwrap();
    let read = settings(folder.path(), &["check"]).unwrap();
    let Environments::Named(named) = &read.environments else { panic!("named") };
    assert_eq!(values(named), ["prod", "test", "gpu"]);
    assert!(matches!(&read.cuda, Cuda::Version(version) if version.value == "12.4"));
    assert_eq!((read.locked, read.fail_on), (Some(true), None));
    assert_eq!(read.dockerfiles.as_deref(), Some(&[][..]));
    assert_eq!(read.ignore[0].code.value, "cuda/mixed");
    assert_eq!(read.ignore[0].environment.as_deref(), Some("gpu"));
    assert_eq!(read.ignore[1].environment, None);

    let read = settings(folder.path(), &["check", "-e", "*", "--cuda", "off", "--locked", "auto"]);
    let read = read.unwrap();
    assert_eq!(read.environments, Environments::All);
    assert_eq!((read.cuda, read.locked), (Cuda::Off, None));
}

#[test]
fn what_is_wrong_is_told_at_once_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let text = "schema = 1\nplatform = \"linux\"\ncuda = 12.1\nlokced = true\n";
    std::fs::write(folder.path().join("pixi-cuda-setup.toml"), text).unwrap();
    let told = settings(folder.path(), &["check", "--frozen", "--locked", "true"]).unwrap_err();
    for expected in [
        "BadInput",
        "settings/platform",
        "pixi-cuda-setup.toml:2:12",
        "did you mean `locked`?",
        "settings/locked-and-frozen",
    ] {
        assert!(told.contains(expected), "{expected} is not in\n{told}");
    }
    let told = settings(folder.path(), &["check", "--cuda", ">=12"]).unwrap_err();
    assert!(told.contains("`cuda` takes `auto`, `off` or a version, found `>=12`"), "{told}");
    let told = settings(folder.path(), &["check", "--config", "none.toml"]).unwrap_err();
    assert!(told.contains("cannot read `none.toml`"), "{told}");
}
