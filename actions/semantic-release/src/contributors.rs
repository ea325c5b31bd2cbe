//! Who wrote what a release holds.

use std::collections::HashSet;

use action_kit::escape_markdown;
use diagnostics::{Diagnostic, visible_line};
use history::{Oid, Person, Repository};

use crate::pattern::Pattern;

/// The list that ends the notes: the authors of commits, each once, in the order of the alphabet;
/// empty where there are none. Commits that match `release` are a release's own. `server` is
/// GitHub's web address.
///
/// # Errors
/// A commit that cannot be read.
pub fn section(
    repository: &Repository,
    commits: &[Oid],
    release: &Pattern,
    server: &str,
) -> Result<String, Diagnostic> {
    let mut authors = Vec::new();
    for id in commits {
        let commit = repository.commit(*id)?;
        if !release.matches(&commit.message).unwrap_or(false) {
            authors.push(commit.author);
        }
    }
    Ok(list(&authors, server))
}

fn list(authors: &[Person], server: &str) -> String {
    let host = server.split_once("://").map_or(server, |(_, host)| host).trim_end_matches('/');
    let mut seen = HashSet::new();
    let mut shown: Vec<String> = Vec::new();
    for author in authors {
        let login = login(&author.email, host);
        if author.name.ends_with("[bot]") || login.is_some_and(|login| login.ends_with("[bot]")) {
            continue;
        }
        let line = match login.filter(|login| is_login(login)) {
            Some(login) => format!("@{login}"),
            None => escape_markdown(&visible_line(author.name.trim())),
        };
        if !line.is_empty()
            && seen.insert(author.email.to_lowercase())
            && seen.insert(line.to_lowercase())
        {
            shown.push(line);
        }
    }
    shown.sort_by_key(|line| line.trim_start_matches('@').to_lowercase());
    if shown.is_empty() {
        return String::new();
    }
    format!("\n### Contributors\n\n- {}\n", shown.join("\n- "))
}

/// The account of an address GitHub gives in place of a real one: `123+login@users.noreply.…`.
fn login<'e>(email: &'e str, host: &str) -> Option<&'e str> {
    let (local, domain) = email.rsplit_once('@')?;
    let domain = domain.strip_prefix("users.noreply.")?;
    let is_its = domain.eq_ignore_ascii_case("github.com") || domain.eq_ignore_ascii_case(host);
    is_its.then(|| local.split_once('+').map_or(local, |(_, login)| login))
}

fn is_login(login: &str) -> bool {
    (1..=39).contains(&login.len())
        && login.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, email: &str) -> Person {
        Person { name: name.to_owned(), email: email.to_owned() }
    }

    #[test]
    fn everybody_once_without_bots_and_without_markup() {
        let authors = [
            person("Zoë", "zoe@example.org"),
            person("Ada", "1+ada-l@users.noreply.github.com"),
            person("Ada Lovelace", "ada-l@users.noreply.github.com"),
            person("zoë b.", "Zoe@example.org"),
            person("Zoë", "zoe@home.example.org"),
            person("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
            person("Renovate", "29139614+renovate[bot]@users.noreply.github.com"),
            person("Bo", "bo@users.noreply.ghe.example.com"),
            person("Else", "else@users.noreply.evil.example"),
            person("@all <b>", "a@example.org"),
            person(" ", "b@example.org"),
            person("Odd", "x)](y@users.noreply.github.com"),
        ];
        let text = list(&authors, "https://ghe.example.com/");
        assert_eq!(
            text,
            "\n### Contributors\n\n- &#64;all &lt;b&gt;\n- @ada-l\n- @bo\n- Else\n- Odd\n- Zoë\n"
        );
        assert_eq!(list(&authors[5..7], "https://github.com"), "");
    }
}
