use super::*;
use crate::{Finding, PixiVersion};

/// Reads a text as the file of a name, by pixi 0.`minor`.
fn read_as(name: &str, text: &str, minor: u64) -> (Manifest, Vec<Finding>) {
    let source = Source::file(name, text);
    let version = PixiVersion::new(0, minor, 0);
    read(&source, std::path::Path::new(name), version).expect(text)
}

fn pixi(text: &str, minor: u64) -> (Manifest, Vec<Finding>) {
    read_as("pixi.toml", text, minor)
}

const TRAINING: &str = include_str!("tests/classifier-training.toml");

#[test]
fn the_manifest_of_a_training_project() {
    let (manifest, findings) = pixi(TRAINING, 77);
    assert_eq!(findings, []);
    assert_eq!(manifest.features.len(), 2);
    assert_eq!(manifest.environment("default").expect("default").features.len(), 1);
}
