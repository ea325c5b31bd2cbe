//! URLs as they may be shown.

use reqwest::Url;

/// Query parameters whose value is a credential, compared without regard to case and to `-`/`_`.
const SECRET_PARAMETERS: &[&str] = &[
    "accesstoken",
    "apikey",
    "auth",
    "clientsecret",
    "code",
    "credential",
    "idtoken",
    "jwt",
    "key",
    "password",
    "privatetoken",
    "refreshtoken",
    "secret",
    "sig",
    "signature",
    "token",
    "xamzcredential",
    "xamzsecuritytoken",
    "xamzsignature",
    "xgoogcredential",
    "xgoogsignature",
];

/// A URL without user information, and with `***` for the value of every query parameter that
/// carries a credential (`token`, `sig`, `X-Amz-Signature`, ...). What is no URL is not shown.
pub fn redact(url: &str) -> String {
    Url::parse(url).map_or_else(|_| "(not a URL)".to_owned(), |url| redact_url(&url))
}

pub(crate) fn redact_url(url: &Url) -> String {
    let mut shown = url.clone();
    // Fails only for URLs that cannot have user information.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    if url.query().is_some() {
        let query: Vec<String> = url.query().unwrap_or_default().split('&').map(part).collect();
        shown.set_query(Some(&query.join("&")));
    }
    shown.into()
}

fn part(pair: &str) -> String {
    let Some((name, _)) = pair.split_once('=') else { return pair.to_owned() };
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if SECRET_PARAMETERS.contains(&plain.as_str()) {
        format!("{name}=***")
    } else {
        pair.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_shown() {
        for (url, shown) in [
            ("https://u:p@h/x?a=1#f", "https://h/x?a=1"),
            ("https://h/?token=t&page=2", "https://h/?token=***&page=2"),
            ("https://h/?X-Amz-Signature=s&Sig=t", "https://h/?X-Amz-Signature=***&Sig=***"),
            ("https://h/?access_token=t", "https://h/?access_token=***"),
            ("ghp_notaurl", "(not a URL)"),
        ] {
            assert_eq!(redact(url), shown);
        }
    }
}
