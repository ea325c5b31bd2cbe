//! Suggestions for mistyped words.

/// The candidate that `word` was most likely meant to be, where one is near enough: a third of
/// the letters may differ, and `-`, `_` and case count for nothing.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Longer words are not keys, and the distance takes quadratic time.
    const LONGEST: usize = 100;
    if word.len() > LONGEST {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let wanted = plain(word);
    let most = wanted.chars().count().div_ceil(3);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (strsim::osa_distance(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let keys = ["tag_format", "commit_message", "version_toml", "assets"];
        for (word, expected) in [
            ("tag_fromat", Some("tag_format")),
            ("tag-format", Some("tag_format")),
            ("TagFormat", Some("tag_format")),
            ("asset", Some("assets")),
            ("verison_toml", Some("version_toml")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, keys), expected, "{word}");
        }
        assert_eq!(nearest(&"a".repeat(500), keys), None);
    }
}
