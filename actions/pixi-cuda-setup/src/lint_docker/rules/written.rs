//! Lines for remedies, as they are to be written.

use dockerfile::Text;

use super::super::calls::Call;

/// A word as the shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:@%+,~$".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A call with words put behind its verb.
pub(super) fn line_with(call: &Call, inserted: &[&str]) -> String {
    let mut words: Vec<String> = call.words.iter().map(|word| quoted(word)).collect();
    let at = (call.verb_at + 1).min(words.len());
    words.splice(at..at, inserted.iter().map(|word| quoted(word)));
    words.join(" ")
}

/// A list of words as the exec form, with words put behind the verb of a call.
pub(super) fn exec_with(exec: &[Text], call: &Call, inserted: &[&str]) -> Option<String> {
    let verb = call.words.get(call.verb_at)?;
    let at = exec.iter().position(|word| word == verb)? + 1;
    let mut words: Vec<String> = exec.iter().map(|word| json(word)).collect();
    words.splice(at..at, inserted.iter().map(|word| json(word)));
    Some(format!("[{}]", words.join(", ")))
}

fn json(word: &str) -> String {
    serde_json::Value::from(word).to_string()
}

/// Names for a sentence: `a`, `b`.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
