//! `sort_numerically`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fancy_regex::Regex;

use crate::number::Number;

static DECIMAL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?P<prefix>\S*?)(?P<number>\d[\d,]*)\b").ok());
static HEX: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?P<prefix>\S*?)(?:0x)?(?P<number>[0-9a-f]+)\b").ok());

/// By what stands before the first number, then by the number.
pub(super) fn sort(mut items: Vec<String>, reverse: bool, hex: bool) -> Vec<String> {
    items.sort();
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut keys: Vec<String> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for item in items {
        match prefix(&item, hex) {
            Some(prefix) => groups.entry(prefix).or_default().push(item),
            None => others.push(item),
        }
    }
    keys.extend(groups.keys().cloned());
    keys.extend(others);
    keys.sort();
    let mut sorted = Vec::new();
    for key in keys {
        match groups.get(&key) {
            Some(group) => {
                let mut group = group.clone();
                if reverse {
                    // Equal numbers keep their order.
                    group.sort_by_cached_key(|item| std::cmp::Reverse(number(item, hex)));
                } else {
                    group.sort_by_cached_key(|item| number(item, hex));
                }
                sorted.extend(group);
            }
            None => sorted.push(key),
        }
    }
    sorted
}

fn find(item: &str, hex: bool, name: &str) -> Option<String> {
    let patterns = [HEX.as_ref().filter(|_| hex), DECIMAL.as_ref()];
    let found = patterns.into_iter().flatten().find_map(|pattern| pattern.captures(item).ok()?);
    found?.name(name).map(|part| part.as_str().to_owned())
}

fn prefix(item: &str, hex: bool) -> Option<String> {
    find(item, hex, "prefix")
}

fn number(item: &str, hex: bool) -> Option<Number> {
    let digits = find(item, hex, "number")?;
    if hex && let Ok(value) = u128::from_str_radix(&digits, 16) {
        return Number::parse(&value.to_string());
    }
    Number::parse(&digits.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_prefix_then_number() {
        let sorted = |items: &[&str], reverse, hex| {
            sort(items.iter().map(|item| (*item).to_owned()).collect(), reverse, hex).join(" ")
        };
        assert_eq!(
            sorted(&["#10", "#9", "ABC-2", "#1", "ABC-10", "none"], false, false),
            "#1 #9 #10 ABC-2 ABC-10 none"
        );
        assert_eq!(sorted(&["5", "10", "1"], true, false), "10 5 1");
        assert_eq!(sorted(&["0x10", "0xf"], false, true), "0xf 0x10");
    }
}
