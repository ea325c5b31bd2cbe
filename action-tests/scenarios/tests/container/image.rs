//! The image itself.

use std::process::{Command, Stdio};

use crate::place::{engine, image};

/// Bytes of the image's content.
const RAW: u64 = 30_000_000;
/// Bytes of the image as it is pulled.
const COMPRESSED: u64 = 14_000_000;

#[test]
fn the_image_is_within_its_budget() {
    let size = engine().output(&["image", "inspect", "--format", "{{.Size}}", &image()]).unwrap();
    let size: u64 = size.parse().unwrap();
    assert!(size <= RAW, "{size} bytes");

    let mut save = engine().command();
    let mut save = save.args(["save", &image()]).stdout(Stdio::piped()).spawn().unwrap();
    let gzip = Command::new("gzip").arg("-c").stdin(save.stdout.take().unwrap()).output().unwrap();
    assert!(save.wait().unwrap().success() && gzip.status.success());
    let size = u64::try_from(gzip.stdout.len()).unwrap();
    assert!(size <= COMPRESSED, "{size} bytes compressed");
}

#[test]
fn the_image_names_no_user_and_no_entry_point() {
    let format = "{{json .Config.User}} {{json .Config.Entrypoint}}";
    let found = engine().output(&["image", "inspect", "--format", format, &image()]).unwrap();
    assert_eq!(found, "\"\" null", "the runner wants root, each manifest its own program");
}

#[test]
fn every_program_runs_without_anything_around_it() {
    for name in ["semantic-release", "pixi-cuda-setup"] {
        let program = format!("/{name}");
        let run = ["run", "--rm", "--network", "none", "--entrypoint", &program];
        let said = engine().output(&[&run[..], &[&image(), "--version"]].concat()).unwrap();
        assert!(said.starts_with(&format!("{name} ")), "{said}");
    }
}
