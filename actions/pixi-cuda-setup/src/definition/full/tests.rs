use super::*;
use crate::definition::SETUP;
use config::{Format, Node, Tree, Value};
use diagnostics::Source;

const MANIFEST: &str = include_str!("../../../full/action.yml");

fn manifest() -> Tree {
    config::parse(Format::Yaml, &Source::file("action.yml", MANIFEST)).unwrap()
}

fn entries<'a>(node: &'a Node, what: &str) -> Vec<(&'a str, &'a Node)> {
    let Value::Mapping(pairs) = &node.value else { panic!("{what} is not a mapping") };
    pairs.iter().map(|(key, node)| (key.text.as_str(), node)).collect()
}

fn text(node: &Node) -> &str {
    let Value::String(text) = &node.value else { return "" };
    text
}

fn steps(tree: &Tree) -> Vec<Vec<(&str, &Node)>> {
    let Value::Sequence(steps) = &tree.get("runs.steps").unwrap().value else { panic!("no steps") };
    steps.iter().map(|step| entries(step, "a step")).collect()
}

fn get<'a>(step: &[(&str, &'a Node)], key: &str) -> Option<&'a Node> {
    step.iter().find(|(name, _)| *name == key).map(|(_, node)| *node)
}

/// The part of the file that is written by hand.
fn by_hand() -> &'static str {
    MANIFEST.split_once("\nruns:\n").unwrap().1
}

#[test]
fn every_input_of_setup_pixi_is_accepted_and_used_also_as_a_variable() {
    let tree = manifest();
    let declared = entries(tree.get("inputs").unwrap(), "inputs");
    for name in SETUP_PIXI {
        assert!(declared.iter().any(|(input, _)| *input == name), "{name} is not declared");
        let variable = format!("env.SETUP_PIXI_{}", name.to_uppercase().replace('-', "_"));
        assert!(by_hand().contains(&format!("inputs.{name} ")), "inputs.{name} is not used");
        let used = by_hand().split(&variable).skip(1);
        let used = used.filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
        assert!(used.count() > 0, "{variable} is not used");
    }
}

#[test]
fn every_declared_input_is_used_and_every_used_one_declared() {
    let tree = manifest();
    let declared: Vec<&str> =
        entries(tree.get("inputs").unwrap(), "inputs").iter().map(|(name, _)| *name).collect();
    let mut used: Vec<&str> = by_hand()
        .split("inputs.")
        .skip(1)
        .filter(|rest| !rest.starts_with("outputs"))
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next())
        .collect();
    used.sort_unstable();
    used.dedup();
    let mut sorted = declared;
    sorted.sort_unstable();
    assert_eq!(used, sorted, "left: used in full/action.yml, right: declared");
}

#[test]
fn the_container_gets_every_input_that_setup_reads() {
    let tree = manifest();
    let steps = steps(&tree);
    let setup = steps.iter().find(|step| get(step, "id").is_some_and(|id| text(id) == "setup"));
    let with = entries(get(setup.unwrap(), "with").unwrap(), "with");
    for input in DEFINITION.inputs.iter().filter(|input| input.applies_to(SETUP)) {
        if OWN_ONLY.contains(&input.name) && !["mode", "job-container"].contains(&input.name) {
            continue;
        }
        // The host copies the binary: a container does not reach such a path.
        let passed = with.iter().any(|(name, _)| *name == input.name);
        let name = input.name;
        assert_eq!(passed, name != "pixi-bin-path", "{name}: pass it on in full/action.yml");
    }
    for (name, _) in &with {
        let known = DEFINITION.input(name).is_some() || ["entrypoint", "args"].contains(name);
        assert!(known, "{name} is no input");
    }
}

#[test]
fn our_steps_name_the_program_so_that_a_release_can_name_the_image() {
    let tree = manifest();
    let mut ours = 0;
    for step in steps(&tree) {
        let Some(uses) = get(&step, "uses").map(text) else { continue };
        if uses == "./actions/pixi-cuda-setup" {
            let with = entries(get(&step, "with").unwrap(), "with");
            assert_eq!(get(&with, "entrypoint").map(text), Some("/pixi-cuda-setup"));
            let args = get(&with, "args").map(text).unwrap();
            assert_eq!(args, "--host-workspace \"${{ github.workspace }}\"", "trusted text only");
            ours += 1;
        } else {
            let (action, commit) = uses.split_once('@').unwrap();
            assert!(action.starts_with("actions/cache/"), "{uses}");
            assert!(commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{uses}");
        }
    }
    assert_eq!(ours, 2);
}

#[test]
fn pixi_is_not_asked_what_it_answers_wrongly_and_no_secret_is_an_argument() {
    for wrong in ["pixi list", "\"$PIXI\" list", "lock --check", "auth login", "eval "] {
        assert!(!by_hand().contains(wrong), "{wrong}");
    }
    // Values of users reach scripts as variables only.
    for step in steps(&manifest()) {
        let script = get(&step, "run").map(text).unwrap_or_default();
        assert!(!script.contains("${{"), "{script}");
    }
}

#[test]
fn outputs_come_from_the_steps_that_have_them() {
    let outputs = outputs();
    let find = |name: &str| outputs.iter().find(|(output, _)| output.name == name).unwrap();
    assert_eq!(find("pixi-path").1, "${{ steps.setup.outputs.pixi-path }}");
    assert_eq!(find("cache-hit").1, "${{ steps.restore.outputs.cache-hit }}");
}
