//! Paths in an image.

/// A path put onto a folder: absolute ones stand alone, `.` and `..` are worked out.
pub(super) fn join(folder: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The folder above a path.
pub(super) fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/",
        Some((folder, _)) => folder,
    }
}

/// The folder a relative path stands in; empty at the top.
pub(super) fn parent_of_relative(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(super) fn name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

/// What of a path lies below a folder; empty for the folder itself.
pub(super) fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let folder = folder.trim_end_matches('/');
    let rest = path.strip_prefix(folder)?;
    match rest.strip_prefix('/') {
        Some(rest) => Some(rest),
        None if rest.is_empty() => Some(rest),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_worked_out() {
        assert_eq!(join("/app", "."), "/app");
        assert_eq!(join("/app", "./x/../y/"), "/app/y");
        assert_eq!(join("/app", "/srv"), "/srv");
        assert_eq!(join("/", ".."), "/");
        assert_eq!((parent("/a/b"), parent("/a"), name("/a/b/")), ("/a", "/", "b"));
        assert_eq!(below("/app/x", "/app"), Some("x"));
        assert_eq!(below("/app", "/"), Some("app"));
        assert_eq!(below("/application", "/app"), None);
    }
}
