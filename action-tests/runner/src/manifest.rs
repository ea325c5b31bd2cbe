//! `action.yml` of a Docker action, read with the runner's closed schema (`action_yaml.json`).

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::yaml::{self, Node};
use crate::{Dialect, expression};

/// An action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// `name`.
    pub name: String,
    /// Declared inputs in order.
    pub inputs: Vec<Input>,
    /// Names of declared outputs, documentation only.
    pub outputs: Vec<String>,
    /// `runs`.
    pub runs: Runs,
}

/// A declared input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// The name as declared.
    pub name: String,
    /// The default, an expression or text; none is the same as empty.
    pub default: String,
    /// A warning for users who set it.
    pub deprecation: Option<String>,
}

/// `runs` of a Docker action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// `image`, verbatim.
    pub image: String,
    /// `entrypoint`.
    pub entrypoint: Option<String>,
    /// `args`, not evaluated.
    pub args: Option<Vec<String>>,
    /// `env`, not evaluated.
    pub env: Option<Vec<(String, String)>>,
    /// `pre-entrypoint`.
    pub pre_entrypoint: Option<String>,
    /// `pre-if`, or `always()`.
    pub pre_if: String,
    /// `post-entrypoint`.
    pub post_entrypoint: Option<String>,
    /// `post-if`, or `always()`.
    pub post_if: String,
}

const RUNS_KEYS: &[&str] = &[
    "using",
    "image",
    "entrypoint",
    "args",
    "env",
    "pre-entrypoint",
    "pre-if",
    "post-entrypoint",
    "post-if",
];
/// Contexts an input's default may read.
const DEFAULT_CONTEXTS: &[&str] = &["github", "strategy", "matrix", "job", "runner"];

/// Reads an action file.
///
/// # Errors
/// See [`parse`]; or the file cannot be read.
pub fn load(path: &Path, dialect: Dialect) -> anyhow::Result<Manifest> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("failed to read '{}'", path.display()))?;
    parse(&text, dialect).with_context(|| format!("failed to load {}", path.display()))
}

/// Parses an action file.
///
/// # Errors
/// A key under `runs` that is not known, an empty value where none may be, a context that is not
/// allowed in that place, or an action that is not a Docker action.
pub fn parse(text: &str, dialect: Dialect) -> anyhow::Result<Manifest> {
    let root = yaml::parse(text, dialect)?;
    if root.entries().is_none() {
        bail!("a mapping was expected");
    }
    let string = |key: &str| match root.get(key) {
        None => Ok(String::new()),
        Some(node) => {
            node.text().map(str::to_owned).with_context(|| format!("'{key}' must be a string"))
        }
    };
    string("description")?;
    Ok(Manifest {
        name: string("name")?,
        inputs: inputs(root.get("inputs"))?,
        outputs: outputs(root.get("outputs"))?,
        runs: runs(root.get("runs").context("'runs' is missing")?, dialect)?,
    })
}

fn mapping<'a>(node: &'a Node, what: &str) -> anyhow::Result<&'a [(String, Node)]> {
    // An empty value stands for an empty mapping.
    if node.text() == Some("") {
        return Ok(&[]);
    }
    node.entries().with_context(|| format!("'{what}' must be a mapping"))
}

fn inputs(node: Option<&Node>) -> anyhow::Result<Vec<Input>> {
    let Some(node) = node else { return Ok(Vec::new()) };
    let inputs = mapping(node, "inputs")?.iter().map(|(name, node)| {
        mapping(node, name)?;
        let text = |key: &str| node.get(key).map(|value| value.text().map(str::to_owned));
        let default = text("default").unwrap_or_else(|| Some(String::new()));
        let default = default.with_context(|| format!("default of '{name}' must be a string"))?;
        expression::check(&default, DEFAULT_CONTEXTS, &["hashFiles"])?;
        Ok(Input {
            name: name.clone(),
            default,
            deprecation: text("deprecationMessage").flatten().filter(|text| !text.is_empty()),
        })
    });
    inputs.collect()
}

fn outputs(node: Option<&Node>) -> anyhow::Result<Vec<String>> {
    let Some(node) = node else { return Ok(Vec::new()) };
    let outputs = mapping(node, "outputs")?.iter().map(|(name, node)| {
        for (key, _) in mapping(node, name)? {
            if !["description", "value"].contains(&key.as_str()) {
                bail!("Unexpected value '{key}' in output '{name}'");
            }
        }
        Ok(name.clone())
    });
    outputs.collect()
}

fn runs(node: &Node, dialect: Dialect) -> anyhow::Result<Runs> {
    for (key, _) in node.entries().context("'runs' must be a mapping")? {
        if !RUNS_KEYS.contains(&key.as_str()) {
            bail!("Unexpected value '{key}' in 'runs'");
        }
    }
    let text = |key: &str| match node.get(key) {
        None => Ok(None),
        Some(node) => match node.text() {
            Some("") => bail!("'{key}' must not be empty"),
            Some(text) => Ok(Some(text.to_owned())),
            None => bail!("'{key}' must be a string"),
        },
    };
    let using = text("using")?.context("'using' is missing")?;
    if !using.eq_ignore_ascii_case("docker") {
        bail!("'using: {using}' is not a Docker action");
    }
    let args = node.get("args").map(|node| {
        let items = node.items().context("'args' must be a sequence")?;
        let items = items.iter().map(|item| item.text().context("args are strings"));
        items.map(|item| item.map(str::to_owned)).collect::<anyhow::Result<Vec<_>>>()
    });
    let env = node.get("env").map(|node| {
        let entries = mapping(node, "env")?.iter().map(|(key, node)| {
            let text = node.text().context("env values are strings")?;
            Ok((key.clone(), text.to_owned()))
        });
        entries.collect::<anyhow::Result<Vec<_>>>()
    });
    let runs = Runs {
        image: text("image")?.context("'image' is missing")?,
        entrypoint: text("entrypoint")?,
        args: args.transpose()?,
        env: env.transpose()?,
        pre_entrypoint: text("pre-entrypoint")?,
        pre_if: text("pre-if")?.unwrap_or_else(|| "always()".to_owned()),
        post_entrypoint: text("post-entrypoint")?,
        post_if: text("post-if")?.unwrap_or_else(|| "always()".to_owned()),
    };
    // act looks at args and env when the step runs, the runner when the file is loaded.
    if dialect == Dialect::Runner {
        check_contexts(&runs)?;
    }
    Ok(runs)
}

/// Refuses contexts other than `inputs` in `args` and `env`.
///
/// # Errors
/// Names the context.
pub fn check_contexts(runs: &Runs) -> anyhow::Result<()> {
    let env = runs.env.iter().flatten().map(|(_, value)| value);
    for text in runs.args.iter().flatten().chain(env) {
        expression::check(text, &["inputs"], &[])?;
    }
    Ok(())
}
