//! Where the pixi in an image comes from.

use std::ops::Range;

use dockerfile::shell::{Command, Word};
use dockerfile::variables::Variables;
use pixi_workspace::PixiVersion;

use super::calls::{Setting, known, setting};
use super::images::Image;

/// A pixi that an image gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) how: How,
    /// The version, if the Dockerfile says it.
    pub(super) version: Option<PixiVersion>,
    /// Whether a later build gets the same one.
    pub(super) is_pinned: bool,
    pub(super) span: Range<usize>,
}

/// How it gets there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// An image of prefix-dev; the name without tag, and the rest of the tag after the version.
    Image { name: String, flavour: String },
    /// `install.sh`.
    Script,
    /// A release's archive or binary.
    Release,
    /// `pip install pixi`.
    Pip,
    /// `conda install pixi`.
    Conda,
    /// `pixi self-update`.
    SelfUpdate,
}

/// The pixi of an image, if it is one of pixi's.
pub(super) fn of_image(text: &str, span: &Range<usize>) -> Option<Origin> {
    let image = Image::parse(text);
    if !image.is_pixi() {
        return None;
    }
    let version = image.pixi();
    let whole = text.split('@').next().unwrap_or(text);
    let name = match image.tag {
        Some(tag) => whole.strip_suffix(tag).unwrap_or(whole).trim_end_matches(':'),
        None => whole,
    };
    let flavour = match (image.tag, version) {
        (Some(tag), Some(_)) => tag.split_once('-').map_or("", |(_, rest)| rest),
        (Some("latest") | None, _) => "",
        (Some(tag), None) => tag,
    };
    Some(Origin {
        how: How::Image { name: name.to_owned(), flavour: flavour.to_owned() },
        version,
        is_pinned: version.is_some() || image.has_digest,
        span: span.clone(),
    })
}

/// The pixi that the commands of one `RUN` bring.
pub(super) fn of_commands(commands: &[Command], variables: &Variables) -> Vec<Origin> {
    commands.iter().filter_map(|command| of_command(command, commands, variables)).collect()
}

fn of_command(command: &Command, all: &[Command], variables: &Variables) -> Option<Origin> {
    let words = command.words.iter();
    let is_script = |word: &Word| {
        let text = word.as_str();
        text.contains("pixi.sh/install.sh")
            || (text.contains("prefix-dev/pixi/") && text.ends_with("/install.sh"))
    };
    if let Some(word) = words.clone().find(|word| is_script(word)) {
        return Some(script(word, all, variables));
    }
    let assigned = command.environment.iter().filter_map(|set| set.value.as_ref());
    let names_release = |word: &&Word| word.as_str().contains("prefix-dev/pixi/releases/");
    if is_download(command)
        && let Some(word) = words.clone().chain(assigned).find(names_release)
    {
        let text = known(word, command, variables);
        return Some(release(word.as_str(), text.as_deref(), &word.span()));
    }
    packaged(command).or_else(|| self_update(command))
}

fn is_download(command: &Command) -> bool {
    matches!(command.program(), Some("curl" | "wget" | "aria2c" | "fetch"))
}

/// `install.sh` takes `PIXI_VERSION`; which of the commands gets it does not matter here.
fn script(word: &Word, all: &[Command], variables: &Variables) -> Origin {
    let mut version = Setting::Absent;
    for command in all {
        let found = setting("PIXI_VERSION", command, variables);
        if found != Setting::Absent {
            version = found;
        }
    }
    let known = version.known().map(str::trim).filter(|text| !text.is_empty());
    Origin {
        how: How::Script,
        version: known.and_then(|text| text.parse().ok()),
        is_pinned: known.is_some_and(|text| text != "latest") || version == Setting::Unknown,
        span: word.span(),
    }
}

/// A URL of a release; `known` is the same with its variables put in.
pub(super) fn release(written: &str, known: Option<&str>, span: &Range<usize>) -> Origin {
    let text = known.unwrap_or(written);
    let tag = text.split("/releases/download/").nth(1).and_then(|rest| rest.split('/').next());
    Origin {
        how: How::Release,
        version: known.and(tag).and_then(|tag| tag.parse().ok()),
        is_pinned: tag.is_some_and(|tag| tag != "latest"),
        span: span.clone(),
    }
}

/// `pip install pixi`, `conda install pixi`.
fn packaged(command: &Command) -> Option<Origin> {
    let words: Vec<&str> = command.words.iter().map(Word::as_str).collect();
    let install = words.iter().position(|word| *word == "install" || *word == "create")?;
    let before = words.get(..install).unwrap_or_default();
    let program = command.program()?;
    let is_pip = program.starts_with("pip") && !program.starts_with("pixi")
        || (before.contains(&"pip") || before.contains(&"pipx"))
        || program == "pipx";
    let is_conda = matches!(program, "conda" | "mamba" | "micromamba");
    if !is_pip && !is_conda {
        return None;
    }
    let found = command.words.iter().skip(install + 1).find_map(|word| {
        let bare = word.as_str().rsplit("::").next().unwrap_or_default();
        let rest = bare.strip_prefix("pixi")?;
        (rest.is_empty() || rest.starts_with(['=', '>', '<', '~'])).then_some((word, rest))
    });
    let (word, rest) = found?;
    let exact = rest.trim_start_matches('=');
    Some(Origin {
        how: if is_pip { How::Pip } else { How::Conda },
        version: rest.starts_with('=').then(|| exact.parse().ok()).flatten(),
        is_pinned: rest.starts_with('='),
        span: word.span(),
    })
}

fn self_update(command: &Command) -> Option<Origin> {
    let words: Vec<&str> = command.words.iter().map(Word::as_str).collect();
    if command.program() != Some("pixi") || words.get(1) != Some(&"self-update") {
        return None;
    }
    let at = words.iter().position(|word| *word == "--version");
    let version = match at {
        Some(at) => words.get(at + 1).copied(),
        None => words.iter().find_map(|word| word.strip_prefix("--version=")),
    };
    Some(Origin {
        how: How::SelfUpdate,
        version: version.and_then(|text| text.parse().ok()),
        is_pinned: version.is_some(),
        span: command.span.clone(),
    })
}
