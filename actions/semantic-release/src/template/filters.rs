//! The filters of python-semantic-release, and those of Jinja2 that the engine lacks or does
//! otherwise.

mod jinja;
mod numeric;

use std::sync::Arc;

use minijinja::value::{Kwargs, Rest};
use minijinja::{Environment, Error, ErrorKind, Value};

use super::reader::Reader;
use super::values::{List, wrong};
use crate::changelog::{autofit, from_markdown};

pub(super) use jinja::escape;

/// Where the repository is on the server.
#[derive(Clone, Debug)]
pub struct Server {
    /// `https://github.com`, with a path where the server has one.
    pub address: String,
    /// Who owns the repository.
    pub owner: String,
    /// Its name.
    pub name: String,
}

impl Server {
    /// The address of a path on the server; what it has of a path comes first, once.
    fn url(
        &self,
        path: &str,
        auth: Option<&str>,
        query: Option<&str>,
        fragment: Option<&str>,
    ) -> String {
        let (scheme, rest) = self.address.split_once("://").unwrap_or(("https", &self.address));
        let (host, base) = match rest.trim_end_matches('/').split_once('/') {
            Some((host, base)) => (host, format!("/{base}")),
            None => (rest.trim_end_matches('/'), String::new()),
        };
        let path = if base.is_empty() || path.starts_with(&base) {
            path.to_owned()
        } else {
            format!("{base}/{path}")
        };
        let auth = auth.map(|auth| format!("{auth}@")).unwrap_or_default();
        let mut url = format!("{}://{auth}{host}{}", scheme.to_lowercase(), posix_path(&path));
        if let Some(query) = query {
            url.push('?');
            url.push_str(query);
        }
        if let Some(fragment) = fragment {
            url.push('#');
            url.push_str(fragment);
        }
        url.trim_end_matches('/').to_owned()
    }

    fn repository(&self, path: &str, query: Option<&str>, fragment: Option<&str>) -> String {
        self.url(&format!("/{}/{}/{path}", self.owner, self.name), None, query, fragment)
    }

    /// The page of an issue or a pull request; nothing where there is no number.
    fn numbered(&self, folder: &str, number: &Value) -> String {
        let digits = match number.as_str() {
            Some(text) => {
                let text = text.strip_suffix('\n').unwrap_or(text);
                let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
                text.strip_prefix(rest).unwrap_or_default().to_owned()
            }
            None if number.is_integer() => number.to_string(),
            None => String::new(),
        };
        let Some(number) = crate::number::Number::parse(&digits) else { return String::new() };
        self.repository(&format!("/{folder}/{number}"), None, None)
    }
}

/// An absolute path without empty parts, parts that are `.`, and a slash at its end.
fn posix_path(path: &str) -> String {
    let parts: Vec<&str> =
        path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    format!("/{}", parts.join("/"))
}

/// Arguments by place or name, in the order of `names`.
fn named<const N: usize>(
    positional: Rest<Value>,
    kwargs: &Kwargs,
    names: [&str; N],
) -> Result<[Option<Value>; N], Error> {
    if positional.len() > N {
        return Err(Error::from(minijinja::ErrorKind::TooManyArguments));
    }
    let mut positional = positional.0.into_iter();
    let mut values = [const { None }; N];
    for (value, name) in values.iter_mut().zip(names) {
        *value = match positional.next() {
            Some(given) => Some(given),
            None => kwargs.get::<Option<Value>>(name)?,
        };
    }
    kwargs.assert_all_used()?;
    Ok(values)
}

/// The texts among arguments.
fn texts<const N: usize>(values: [Option<Value>; N]) -> [Option<String>; N] {
    values.map(|value| value.filter(|value| !value.is_none()).map(|value| value.to_string()))
}

/// Gives a filter its arguments by place or name, the value first.
fn add<const N: usize>(
    environment: &mut Environment<'_>,
    name: &'static str,
    names: [&'static str; N],
    filter: impl Fn(&Value, [Option<Value>; N]) -> Result<Value, Error> + Send + Sync + 'static,
) {
    environment.add_filter(name, move |value: &Value, args: Rest<Value>, kwargs: Kwargs| {
        filter(value, named(args, &kwargs, names)?)
    });
}

/// The filters changelog and notes share.
pub(super) fn shared(environment: &mut Environment<'_>, server: &Server) {
    let server = Arc::new(server.clone());
    let shared = || Arc::clone(&server);
    let s = shared();
    add(environment, "create_server_url", ["auth", "query", "fragment"], move |path, given| {
        let [auth, query, fragment] = texts(given);
        let url = s.url(&path.to_string(), auth.as_deref(), query.as_deref(), fragment.as_deref());
        Ok(Value::from(url))
    });
    let s = shared();
    add(environment, "create_repo_url", ["query", "fragment"], move |path, given| {
        let [query, fragment] = texts(given);
        Ok(Value::from(s.repository(&path.to_string(), query.as_deref(), fragment.as_deref())))
    });
    let s = shared();
    environment.add_filter("commit_hash_url", move |commit: &Value| {
        s.repository(&format!("/commit/{commit}"), None, None)
    });
    let s = shared();
    add(environment, "compare_url", ["to_rev"], move |from, given| {
        let [to] = texts(given);
        let to = to.ok_or_else(|| Error::from(ErrorKind::MissingArgument))?;
        Ok(Value::from(s.repository(&format!("/compare/{from}...{to}"), None, None)))
    });
    let s = shared();
    environment.add_filter("issue_url", move |number: &Value| s.numbered("issues", number));
    let s = shared();
    environment.add_filter("pull_request_url", move |number: &Value| s.numbered("pull", number));
    let s = shared();
    environment.add_filter("create_release_url", move |tag: &Value| {
        let tag = crate::pytext::strip(&tag.to_string()).to_owned();
        let tag = if tag.is_empty() { tag } else { format!("tag/{tag}") };
        s.repository(&format!("releases/{tag}"), None, None)
    });
    environment.add_filter("format_w_official_vcs_name", |format: &str| {
        const NAME: &str = "GitHub";
        if format.contains("%s") {
            format.replace("%s", NAME)
        } else if format.contains("{}") {
            format.replace("{}", NAME)
        } else {
            format.replace("{vcs_name}", NAME)
        }
    });
    add(environment, "create_pypi_url", ["version"], |package, given| {
        let [version] = texts(given);
        create_pypi_url(&package.to_string(), version.as_deref()).map(Value::from)
    });
    add(environment, "autofit_text_width", ["maxwidth", "indent_size"], |text, [width, indent]| {
        let number = |value: Option<Value>, default| {
            value.and_then(|value| value.as_usize()).unwrap_or(default)
        };
        let indent = number(indent, 0).min(super::LINE_LIMIT);
        Ok(Value::from(autofit(&text.to_string(), number(width, 100), indent)))
    });
    add(environment, "sort_numerically", ["reverse", "allow_hex"], |items, [reverse, hex]| {
        let is_set = |value: Option<Value>| value.is_some_and(|value| value.is_true());
        let items = items.try_iter()?.map(|item| item.to_string()).collect();
        Ok(List::texts(numeric::sort(items, is_set(reverse), is_set(hex))))
    });
    jinja::add(environment);
}

/// The filters of the changelog alone.
pub(super) fn changelog(environment: &mut Environment<'_>, reader: Arc<Reader>) {
    environment.add_filter("read_file", move |path: &str| reader.read(path));
    environment.add_filter("convert_md_to_rst", |text: &str| {
        let converted = from_markdown(text);
        // A bullet at the very start.
        let rest = converted.trim_start_matches(crate::pytext::is_space);
        match rest.strip_prefix('-') {
            Some(after) if after.starts_with(crate::pytext::is_space) => {
                format!("{}*{after}", converted.strip_suffix(rest).unwrap_or_default())
            }
            _ => converted,
        }
    });
}

fn create_pypi_url(package: &str, version: Option<&str>) -> Result<String, Error> {
    let clean = |text: &str| crate::pytext::strip(text.trim_matches('/')).to_owned();
    let package = clean(package);
    if package.is_empty() {
        return Err(wrong("package_name must not be empty!"));
    }
    let path = posix_path(&format!("project/{package}/{}", clean(version.unwrap_or_default())));
    Ok(format!("https://pypi.org{}", path.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let server = |address: &str| Server {
            address: address.to_owned(),
            owner: "o".to_owned(),
            name: "r".to_owned(),
        };
        let plain = server("https://github.com");
        assert_eq!(plain.repository("/commit/1", None, None), "https://github.com/o/r/commit/1");
        assert_eq!(plain.repository("releases/", None, None), "https://github.com/o/r/releases");
        assert_eq!(
            plain.url("//a/./b/", Some("u:p"), Some("q"), Some("f")),
            "https://u:p@github.com/a/b?q#f"
        );
        let below = server("https://host:1/git/");
        assert_eq!(below.repository("x", None, None), "https://host:1/git/o/r/x");
        assert_eq!(below.url("/git/x", None, None, None), "https://host:1/git/x");
        for (number, expected) in [
            (Value::from("#12"), "https://github.com/o/r/pull/12"),
            (Value::from("!007"), "https://github.com/o/r/pull/7"),
            (Value::from(3), "https://github.com/o/r/pull/3"),
            (Value::from("x"), ""),
        ] {
            assert_eq!(plain.numbered("pull", &number), expected);
        }
        assert_eq!(create_pypi_url("a/", Some("1.0")).unwrap(), "https://pypi.org/project/a/1.0");
        assert_eq!(create_pypi_url("a", None).unwrap(), "https://pypi.org/project/a");
        assert!(create_pypi_url("/", None).is_err());
    }
}
