//! What can go wrong between here and the engine.

use std::path::PathBuf;

use diagnostics::Diagnostic;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no socket; where it was looked for.
    #[error("there is no Docker engine here: no socket at {}", shown(.0))]
    NoSocket(Vec<PathBuf>),
    /// `DOCKER_HOST` names something else than a socket of this machine.
    #[error("DOCKER_HOST is `{0}`, which is no socket of this machine")]
    Host(String),
    /// This user may not use the socket.
    #[error("the Docker engine's socket `{}` may not be used by this user", .0.display())]
    Permission(PathBuf),
    /// Nobody answers, or something that is no engine.
    #[error("the Docker engine at `{}` does not answer: {reason}", socket.display())]
    Unreachable {
        /// The socket.
        socket: PathBuf,
        /// Why.
        reason: String,
    },
    /// The engine refused a request.
    #[error("the Docker engine refused to {what} ({status}): {message}")]
    Refused {
        /// What it was asked to do.
        what: &'static str,
        /// The status of its answer.
        status: u16,
        /// What it said.
        message: String,
    },
    /// An answer ended early or makes no sense.
    #[error("the Docker engine's answer when asked to {what} cannot be used: {reason}")]
    Answer {
        /// What it was asked to do.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// An image is not there and could not be pulled.
    #[error("image `{image}` cannot be pulled: {reason}")]
    Image {
        /// The image as it was named.
        image: String,
        /// What the engine said.
        reason: String,
    },
    /// The name of an image cannot be read.
    #[error("`{0}` is no name of an image")]
    Reference(String),
    /// The workspace is in no mount that another container could have.
    #[error("`{}` is in no mount of this container, so another container cannot see it", .0.display())]
    NotMounted(PathBuf),
    /// A container would see another folder there.
    #[error("a container of this engine does not see this `{}`: {reason}", path.display())]
    Elsewhere {
        /// The folder.
        path: PathBuf,
        /// What was seen instead.
        reason: String,
    },
}

fn shown(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    paths.join(" or ")
}

impl Error {
    fn code_and_help(&self) -> (&'static str, &'static str) {
        match self {
            Self::NoSocket(_) => (
                "engine/no-socket",
                "run where there is an engine (GitHub's Linux runners have one) and its socket is mounted at /var/run/docker.sock, or name it in DOCKER_HOST",
            ),
            Self::Host(_) => (
                "engine/host",
                "set DOCKER_HOST to `unix:///path/of/the/socket`; engines on other machines do not see this workspace",
            ),
            Self::Permission(_) => {
                ("engine/permission", "add this user to the group of the socket, usually `docker`")
            }
            Self::Unreachable { .. } => (
                "engine/unreachable",
                "check that the engine runs: `docker version` on the same machine",
            ),
            Self::Refused { .. } => ("engine/refused", "see the engine's message and its log"),
            Self::Answer { .. } => {
                ("engine/answer", "check that the engine still runs, and run again")
            }
            Self::Image { .. } => (
                "engine/image",
                "check the name and the network; images of private registries have to be pulled in a step before (`docker login`, `docker pull`)",
            ),
            Self::Reference(_) => (
                "engine/reference",
                "write `name:tag`, or better `name:tag@sha256:…` with 64 hexadecimal digits",
            ),
            Self::NotMounted(_) => (
                "engine/not-mounted",
                "mount the workspace into this container, as the runner and act do",
            ),
            Self::Elsewhere { .. } => {
                ("engine/elsewhere", "the engine must run on the machine that holds the workspace")
            }
        }
    }
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        let (code, help) = error.code_and_help();
        let message = error.to_string();
        let diagnostic = match error {
            Error::Host(_) | Error::Reference(_) => Self::bad_input(code, message),
            _ => Self::outside(code, message),
        };
        diagnostic.with_help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_an_explained_code_and_a_remedy() {
        let text = || "x".to_owned();
        let path = || PathBuf::from("/x");
        let all = [
            Error::NoSocket(vec![path(), path()]),
            Error::Host(text()),
            Error::Permission(path()),
            Error::Unreachable { socket: path(), reason: text() },
            Error::Refused { what: "x", status: 500, message: text() },
            Error::Answer { what: "x", reason: text() },
            Error::Image { image: text(), reason: text() },
            Error::Reference(text()),
            Error::NotMounted(path()),
            Error::Elsewhere { path: path(), reason: text() },
        ];
        assert_eq!(all.len(), crate::EXPLANATIONS.len());
        for error in all {
            let diagnostic = Diagnostic::from(error);
            assert!(diagnostic.help.is_some());
            let known = crate::EXPLANATIONS.iter().any(|known| known.code == diagnostic.code);
            assert!(known, "{}", diagnostic.code);
        }
    }
}
