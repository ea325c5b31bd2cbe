//! Reading the settings.

use std::path::Path;

use action_kit::{Context, Inputs};
use config::{Format, Problems, Spanned, Table, Tree, Unknown};
use diagnostics::{Diagnostic, Failure, Severity, Source};

use super::{Cuda, Environments, Fix, Ignore, Settings};

/// What a settings file may say, beside `schema`.
pub(super) const KEYS: [&str; 16] = [
    "manifest-path",
    "environments",
    "platform",
    "cuda",
    "locked",
    "frozen",
    "require-cuda",
    "allow-cpu",
    "dockerfile",
    "ignore",
    "fail-on",
    "fix",
    "pixi-version",
    "pixi-sha256",
    "pixi-url",
    "cache-prefix",
];

/// The settings: a flag beats an input, an input the file, the file the default.
///
/// # Errors
/// All problems at once: of the file, and of values that contradict each other. Two settings files.
pub fn read(context: &Context) -> Result<Settings, Failure> {
    let folder = context.working_directory()?;
    let tree = file(context, &folder)?;
    let problems = Problems::default();
    let table = tree.as_ref().and_then(|tree| tree.table(&problems));
    let reading = Reading { inputs: &context.inputs, table, problems: &problems };
    let settings = reading.settings();
    for warning in problems.into_result()? {
        context.log.diagnostic(&warning);
    }
    Ok(settings)
}

/// The settings file: input `config`, else the usual places.
fn file(context: &Context, folder: &Path) -> Result<Option<Tree>, Failure> {
    let found: Vec<String> = config::candidates("pixi-cuda-setup")
        .into_iter()
        .filter(|place| folder.join(place).is_file())
        .collect();
    let usual = || config::choose(&found).map_err(Diagnostic::from);
    let name = match context.inputs.text("config") {
        Some(given) => Some(given.to_owned()),
        None => usual()?.map(str::to_owned),
    };
    let Some(name) = name else { return Ok(None) };
    let path = folder.join(&name);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Diagnostic::bad_input("settings/unreadable", format!("cannot read `{name}`: {error}"))
            .with_help("name a settings file that exists, relative to `working-directory`")
    })?;
    let format = Format::of_path(&name).unwrap_or(Format::Toml);
    Ok(Some(config::parse(format, &Source::file(name, text))?))
}

/// Inputs over a table.
struct Reading<'a> {
    inputs: &'a Inputs,
    table: Option<Table<'a>>,
    problems: &'a Problems,
}

impl Reading<'_> {
    fn settings(self) -> Settings {
        if let Some(table) = &self.table {
            table.schema(1);
            table.accept(&KEYS);
        }
        let settings = Settings {
            manifest_path: self.text("manifest-path"),
            environments: self.environments(),
            platform: self.platform(),
            cuda: self.cuda(),
            locked: match self.word("locked", &["auto", "true", "false"]).as_deref() {
                Some("true") => Some(true),
                Some("false") => Some(false),
                _ => None,
            },
            frozen: self.flag("frozen"),
            require_cuda: self.list("require-cuda").unwrap_or_default(),
            allow_cpu: self.list("allow-cpu").unwrap_or_default(),
            dockerfiles: self.dockerfiles(),
            ignore: self.ignore(),
            fail_on: match self.word("fail-on", &["error", "warning", "notice", "never"]).as_deref()
            {
                Some("never") => None,
                Some("notice") => Some(Severity::Notice),
                Some("warning") => Some(Severity::Warning),
                _ => Some(Severity::Error),
            },
            fix: self.word("fix", &["off", "diff", "write"]).map(|word| match word.as_str() {
                "write" => Fix::Write,
                "diff" => Fix::Diff,
                _ => Fix::Off,
            }),
            pixi_version: self.text("pixi-version").filter(|text| text.value != "auto"),
            pixi_sha256: self.text("pixi-sha256"),
            pixi_url: self.text("pixi-url"),
            pixi_url_headers: self.inputs.secret("pixi-url-headers"),
            pixi_bin_path: self.inputs.path("pixi-bin-path"),
            cache_prefix: self
                .text("cache-prefix")
                .map_or_else(|| "pixi-".to_owned(), |text| text.value),
        };
        if settings.frozen && settings.locked == Some(true) {
            self.problems.push(
                Diagnostic::bad_input("settings/locked-and-frozen", "`locked` and `frozen` exclude each other")
                    .with_help("keep `locked`, which refuses a lock that does not fit the manifest; `frozen` installs it all the same"),
            );
        }
        if let Some(table) = self.table {
            table.finish(Unknown::Error);
        }
        settings
    }

    /// A text, of the input or of the file.
    fn text(&self, name: &str) -> Option<Spanned<String>> {
        if let Some(text) = self.inputs.text(name) {
            let source = self.inputs.source(name);
            return Some(Spanned { value: text.to_owned(), span: 0..text.len(), source });
        }
        self.table.as_ref()?.field(name)?.text()
    }

    /// A text that is one of a few words. Inputs were compared already.
    fn word(&self, name: &str, words: &[&'static str]) -> Option<String> {
        if let Some(text) = self.inputs.text(name) {
            return Some(text.to_owned());
        }
        let field = self.table.as_ref()?.field(name)?;
        if let config::Value::Bool(value) = field.node().value
            && words.contains(&"true")
        {
            return Some(value.to_string());
        }
        let choices: Vec<(&str, &'static str)> = words.iter().map(|word| (*word, *word)).collect();
        field.choice(&choices).map(|word| word.value.to_owned())
    }

    fn flag(&self, name: &str) -> bool {
        let of_file = || self.table.as_ref()?.bool(name).map(|flag| flag.value);
        self.inputs.flag(name).or_else(of_file).unwrap_or(false)
    }

    /// A list; the file may hold one text instead.
    fn list(&self, name: &str) -> Option<Vec<Spanned<String>>> {
        if let Some(items) = self.inputs.list(name) {
            let source = self.inputs.source(name);
            let mut start = 0;
            let mut list = Vec::new();
            for item in items {
                let span = start..start + item.len();
                start = span.end + 1;
                list.push(Spanned { value: item.clone(), span, source: source.clone() });
            }
            return Some(list);
        }
        let field = self.table.as_ref()?.field(name)?;
        if field.node().as_str().is_some() {
            return Some(vec![field.string()?]);
        }
        field.list().map(|list| list.value)
    }

    fn environments(&self) -> Environments {
        let Some(lines) = self.list("environments") else { return Environments::Default };
        let mut named: Vec<Spanned<String>> = Vec::new();
        for line in &lines {
            for word in line.value.split_whitespace() {
                if word == "*" {
                    return Environments::All;
                }
                if !named.iter().any(|known| known.value == word) {
                    named.push(line.as_ref().map(|_| word.to_owned()));
                }
            }
        }
        if named.is_empty() { Environments::Default } else { Environments::Named(named) }
    }

    fn platform(&self) -> Option<Spanned<String>> {
        let platform = self.text("platform")?;
        let is_subdir = |text: &str| {
            let known = ["linux-", "osx-", "win-"];
            known.iter().any(|start| text.strip_prefix(start).is_some_and(|rest| !rest.is_empty()))
        };
        if !is_subdir(&platform.value) {
            let message = format!("`{}` is no conda platform", platform.value);
            self.problems.push(
                platform
                    .error("settings/platform", message)
                    .with_help("write `linux-64` or `linux-aarch64`"),
            );
            return None;
        }
        Some(platform)
    }

    fn cuda(&self) -> Cuda {
        let Some(text) = self.text("cuda") else { return Cuda::Auto };
        match text.value.as_str() {
            "auto" => Cuda::Auto,
            "off" => Cuda::Off,
            version if is_cuda_version(version) => Cuda::Version(text),
            other => {
                let message = format!("`cuda` takes `auto`, `off` or a version, found `{other}`");
                self.problems.push(
                    text.error("settings/cuda", message)
                        .with_help("write a version such as `\"12.4\"`, in quotes"),
                );
                Cuda::Auto
            }
        }
    }

    fn dockerfiles(&self) -> Option<Vec<Spanned<String>>> {
        let list = self.list("dockerfile")?;
        let is_off = list.iter().any(|item| item.value == "off");
        Some(if is_off { Vec::new() } else { list })
    }

    fn ignore(&self) -> Vec<Ignore> {
        let list = self.list("ignore").unwrap_or_default();
        let split = |item: Spanned<String>| {
            let (code, environment) = match item.value.split_once('@') {
                Some((code, environment)) => (code.to_owned(), Some(environment.to_owned())),
                None => (item.value.clone(), None),
            };
            Ignore { code: item.map(|_| code), environment }
        };
        list.into_iter().map(split).collect()
    }
}

/// One to three numbers with dots between them: what a driver may be said to support.
fn is_cuda_version(text: &str) -> bool {
    let is_number = |part: &str| {
        (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() <= 3 && parts.into_iter().all(is_number)
}
