//! Writes or checks the files that follow from the actions' definitions:
//! `generate [--check] PROJECT`. `cargo xtask generate` builds and runs it.

#![expect(clippy::print_stdout, reason = "a program for people")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use action_kit::Definition;
use action_kit::generate::{
    ActionYml, BEGIN, END, action_yml, readme_tables, replace_between_markers,
};
use anyhow::{Context as _, Result, bail};
use diagnostics::Exit;

/// A path outside the action's folder is what makes one image of all actions; the runner builds it
/// from the same commit, so there is nothing to pin.
const REASON: &str = "# zizmor: ignore[unpinned-images] built from this commit";

/// An `action.yml`: its folder below `actions/`, and the words it starts its binary with.
struct Source {
    folder: &'static str,
    args: &'static [&'static str],
    definition: &'static Definition,
}

fn sources() -> [Source; 3] {
    use semantic_release::definition::{DEFINITION, PUBLISH_COMMAND, PUBLISH_DEFINITION};
    const PUBLISH: &[&str] = &[PUBLISH_COMMAND];
    [
        Source {
            folder: "pixi-cuda-setup",
            args: &[],
            definition: &pixi_cuda_setup::definition::DEFINITION,
        },
        Source { folder: "semantic-release", args: &[], definition: &DEFINITION },
        Source {
            folder: "semantic-release/publish",
            args: PUBLISH,
            definition: &PUBLISH_DEFINITION,
        },
    ]
}

fn main() -> Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.first().is_some_and(|first| first == "--check");
    if check {
        arguments.remove(0);
    }
    let [project] = arguments.as_slice() else { bail!("usage: generate [--check] PROJECT") };
    let project = Path::new(project);
    let mut stale = Vec::new();
    for (path, text) in files(project)? {
        if std::fs::read_to_string(&path).unwrap_or_default() == text {
            continue;
        }
        if check {
            stale.push(path.display().to_string());
        } else {
            std::fs::write(&path, text)
                .with_context(|| format!("failed to write {}", path.display()))?;
            println!("wrote {}", path.display());
        }
    }
    if !stale.is_empty() {
        bail!(
            "these differ from the definitions, run `cargo xtask generate`: {}",
            stale.join(", ")
        );
    }
    check_exit_codes(project)
}

/// Every generated file with the text it must have.
fn files(project: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut files = composite(project)?;
    let schema = serde_json::to_string_pretty(&pixi_cuda_setup::settings::schema())?;
    files.push((project.join("schemas/pixi-cuda-setup.json"), schema + "\n"));
    for Source { folder, args, definition } in sources() {
        let image = format!("{}Dockerfile", "../".repeat(folder.split('/').count() + 1));
        let folder = project.join("actions").join(folder);
        let entrypoint = format!("/{}", definition.name);
        let runs = ActionYml { image: &image, entrypoint: &entrypoint, args };
        let image = format!("image: {image}");
        let manifest = action_yml(definition, &runs).replace(&image, &format!("{image} {REASON}"));
        files.push((folder.join("action.yml"), manifest));
        let readme = folder.join("README.md");
        let text = std::fs::read_to_string(&readme)
            .with_context(|| format!("failed to read {}", readme.display()))?;
        let text = replace_between_markers(&text, &readme_tables(definition))
            .map_err(|problem| anyhow::anyhow!("{}: {problem}", readme.display()))?;
        files.push((readme, text));
    }
    Ok(files)
}

/// `pixi-cuda-setup/full`: everything before `runs:`, and the tables of its README.
fn composite(project: &Path) -> Result<Vec<(PathBuf, String)>> {
    use pixi_cuda_setup::definition::{DEFINITION, full};
    let folder = project.join("actions/pixi-cuda-setup/full");
    let read = |file: &str| {
        let path = folder.join(file);
        std::fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))
    };
    let outputs = full::outputs();
    let definition = Definition {
        title: full::TITLE,
        about: full::ABOUT,
        inputs: full::inputs().leak(),
        outputs: outputs.iter().map(|(output, _)| *output).collect::<Vec<_>>().leak(),
        ..DEFINITION
    };
    let runs = ActionYml { image: "unused", entrypoint: "/unused", args: &[] };
    let generated = action_yml(&definition, &runs);
    let (head, _) = generated.split_once("runs:\n").context("a manifest has `runs:`")?;
    let mut head =
        head.replacen("; do not edit.", ",\n# up to `runs:`; the steps are written by hand.", 1);
    for (output, value) in &outputs {
        let entry = format!("  {}:\n    description: ", output.name);
        let (before, after) = head.rsplit_once(&entry).context("an output is missing")?;
        let (help, rest) = after.split_once('\n').context("a line has an end")?;
        head = format!("{before}{entry}{help}\n    value: {value}\n{rest}");
    }
    let manifest = read("action.yml")?;
    let (_, steps) = manifest.split_once("runs:\n").context("full/action.yml has no `runs:`")?;
    let tables = plain_tables(&definition);
    let readme = replace_between_markers(&read("README.md")?, &tables)
        .map_err(|problem| anyhow::anyhow!("full/README.md: {problem}"))?;
    Ok(vec![
        (folder.join("action.yml"), format!("{head}runs:\n{steps}")),
        (folder.join("README.md"), readme),
    ])
}

/// The tables of inputs and outputs of an action that has no command line.
fn plain_tables(definition: &Definition) -> String {
    use action_kit::Default;
    let cell = |text: &str| text.replace('|', "\\|");
    let mut text =
        format!("{BEGIN}\n## Inputs\n\n| Input | Default | Meaning |\n| --- | --- | --- |\n");
    for input in definition.inputs {
        let names: Vec<String> = input.names().map(|name| format!("`{name}`")).collect();
        let default = match input.default {
            Default::None => String::new(),
            Default::Expression(shown) | Default::Builtin(shown) => format!("`{shown}`"),
        };
        // Writing to a String does not fail.
        let _ = writeln!(text, "| {} | {default} | {} |", names.join(", "), cell(input.help));
    }
    text.push_str("\n## Outputs\n\n| Output | Meaning |\n| --- | --- |\n");
    for output in definition.outputs {
        let _ = writeln!(text, "| `{}` | {} |", output.name, cell(output.help));
    }
    text.push_str(END);
    text.push('\n');
    text
}

/// The README's own table of exit codes is written by hand, in a shorter form of words.
fn check_exit_codes(project: &Path) -> Result<()> {
    let readme = std::fs::read_to_string(project.join("README.md"))?;
    for exit in Exit::ALL {
        let row = format!("| {} | {} |", exit.code(), exit.meaning());
        if !readme.contains(&row) {
            bail!("README.md does not have the row `{row}` in its table of exit codes");
        }
    }
    Ok(())
}
