//! Who commits.

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
}

impl Author {
    /// Reads `name <email>`.
    pub fn parse(text: &str) -> Option<Self> {
        text.rmatch_indices(" <").find_map(|(at, open)| {
            let name = text.get(..at)?;
            let (email, _) = text.get(at + open.len()..)?.split_once('>')?;
            (!name.contains('\n') && !email.contains('\n'))
                .then(|| Self { name: name.to_owned(), email: email.to_owned() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses() {
        let parse = |text: &str| Author::parse(text).map(|a| (a.name, a.email));
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(parse("A B <a@b>"), pair("A B", "a@b"));
        assert_eq!(parse("A <x> B <a@b> c"), pair("A <x> B", "a@b"));
        assert_eq!(parse("A <a@b> <"), pair("A", "a@b"));
        assert_eq!(parse("A<a@b>"), None);
        assert_eq!(parse("A <a@b"), None);
    }
}
