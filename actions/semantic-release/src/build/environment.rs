//! What a build sees of the environment: little, as python-semantic-release has it, and never the
//! token.

use action_kit::Context;
use diagnostics::Diagnostic;

use super::BuildSettings;
use crate::session::Session;

/// What a build in the shell here sees beside what tells the CI.
const HERE: [&str; 3] = ["PATH", "HOME", "VIRTUAL_ENV"];

/// The variables of a build without `NEW_VERSION` and `PACKAGE_NAME`, with the warnings they give
/// rise to. In a container (`here` is false) `PATH` and `HOME` are the container's own.
pub(super) fn of(
    context: &Context,
    session: &Session,
    here: bool,
) -> (Vec<(String, String)>, Vec<Diagnostic>) {
    let variable = |name: &str| context.env(name).map(str::to_owned);
    let mut env: Vec<(String, String)> = Vec::new();
    if here {
        let own = HERE.iter().filter_map(|name| Some(((*name).to_owned(), variable(name)?)));
        env.extend(own);
    }
    env.extend(context.runner.ci_variables());
    // Commands may look for it; in the image of python-semantic-release's own action it is set.
    let docker = "PSR_DOCKER_GITHUB_ACTION";
    let marked = variable(docker).or_else(|| (!here).then(|| "true".to_owned()));
    env.extend(marked.map(|value| (docker.to_owned(), value)));
    let (configured, warnings) = configured(&session.settings.build, &variable);
    env.extend(configured);
    (env, warnings)
}

/// `build_command_env`: `NAME` takes the variable of this run over, empty where it is not set,
/// `NAME=value` sets it, and an item without a name is left out.
fn configured(
    settings: &BuildSettings,
    variable: &impl Fn(&str) -> Option<String>,
) -> (Vec<(String, String)>, Vec<Diagnostic>) {
    let mut env = Vec::new();
    let mut warnings = Vec::new();
    for item in &settings.env {
        let text = item.value.trim();
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (text, None),
        };
        if name.is_empty() {
            let message = format!("`{text}` names no variable and is left out");
            warnings.push(
                item.warning("release/build-env", message)
                    .with_help("write `NAME` or `NAME=value`"),
            );
            continue;
        }
        let value = value.map(str::to_owned).or_else(|| variable(name)).unwrap_or_default();
        env.push((name.to_owned(), value));
    }
    (env, warnings)
}

#[cfg(test)]
mod tests {
    use config::Spanned;
    use diagnostics::Source;

    use super::*;

    #[test]
    fn items_as_python_semantic_release_reads_them() {
        let item = |text: &str| Spanned {
            value: text.to_owned(),
            span: 0..text.len(),
            source: Source::text("x", text),
        };
        let texts = ["SET", "UNSET", " A = b = c ", "EMPTY=", "=x", "", "SET=other"];
        let settings = BuildSettings { env: texts.map(item).to_vec(), ..BuildSettings::default() };
        let variable = |name: &str| (name == "SET").then(|| "here".to_owned());
        let (env, warnings) = configured(&settings, &variable);
        let env: Vec<String> =
            env.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(env, ["SET=here", "UNSET=", "A=b = c", "EMPTY=", "SET=other"]);
        assert_eq!(warnings.len(), 2);
    }
}
