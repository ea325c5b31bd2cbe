//! Where an action looks for its settings.

use crate::ConfigError;

/// The places of an action's settings file, in the order they are looked at, relative to the
/// repository: `layers.toml`, `.github/layers.toml`, `.github/layers.yml`, `.github/layers.json`.
pub fn candidates(action: &str) -> Vec<String> {
    let mut places = vec![format!("{action}.toml")];
    places.extend(["toml", "yml", "json"].map(|kind| format!(".github/{action}.{kind}")));
    places
}

/// The one settings file among those that exist.
///
/// # Errors
/// [`ConfigError::Ambiguous`] where there are several: a second file would be ignored silently.
pub fn choose(existing: &[String]) -> Result<Option<&str>, ConfigError> {
    match existing {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => Err(ConfigError::Ambiguous { found: several.to_vec() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Diagnostic;

    #[test]
    fn the_places_and_their_order() {
        assert_eq!(
            candidates("parity"),
            ["parity.toml", ".github/parity.toml", ".github/parity.yml", ".github/parity.json"]
        );
    }

    #[test]
    fn none_is_fine_one_is_taken_two_are_an_error() {
        let all = candidates("layers");
        assert_eq!(choose(&[]).unwrap(), None);
        assert_eq!(choose(&all[2..3]).unwrap(), Some(".github/layers.yml"));
        let diagnostic = Diagnostic::from(choose(&all[..2]).unwrap_err());
        assert_eq!(diagnostic.code, "config/two-files");
        assert!(diagnostic.message.contains("`layers.toml` and `.github/layers.toml`"));
    }
}
