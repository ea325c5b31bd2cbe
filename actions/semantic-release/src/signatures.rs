//! The key that signs, and whose name the commits carry.

use std::sync::Arc;

use action_kit::Context;
use diagnostics::{Diagnostic, Failure};
use publish::Signing;
use signing::Signer;

use crate::inputs::{PublishMode, Wishes};
use crate::settings::{Author, Settings};

/// The name python-semantic-release gives whoever has none.
const NAME: &str = "semantic-release";

/// The key the inputs hold, ready to sign.
///
/// # Errors
/// A key that cannot be used; two of them.
pub fn signing(context: &Context) -> Result<Option<Signing>, Failure> {
    let inputs = &context.inputs;
    let ssh = inputs.secret("ssh_private_signing_key");
    let openpgp = inputs.secret("gpg_private_key");
    let now = context.clock.now().as_second();
    let passphrase = |name: &str| inputs.secret(name);
    let signer = match (ssh, openpgp) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            let message = "there are two signing keys, an SSH key and an OpenPGP key";
            return Err(Diagnostic::bad_input("release/signing-keys", message)
                .with_help("give `ssh_private_signing_key` or `gpg_private_key`, not both")
                .into());
        }
        (Some(key), None) => {
            let public = inputs.text("ssh_public_signing_key");
            Signer::ssh(&key, public, passphrase("ssh_key_passphrase").as_ref())
        }
        (None, Some(key)) => Signer::openpgp(&key, passphrase("gpg_passphrase").as_ref(), now),
    };
    let signer = Arc::new(signer.map_err(Diagnostic::from)?);
    Ok(Some(Signing { signer, now }))
}

/// Who commits and tags with this key: whoever is configured, else the committer's address alone,
/// else the owner an OpenPGP key names.
///
/// # Errors
/// Nobody: a signature is only worth something with the address it belongs to.
fn signer(
    context: &Context,
    signing: &Signing,
    configured: Option<Author>,
) -> Result<Author, Failure> {
    let email = context.inputs.text("git_committer_email");
    let by_email = || email.map(|email| Author { name: NAME.to_owned(), email: email.to_owned() });
    let by_key = || signing.signer.owner().map(|(name, email)| Author { name, email });
    configured.or_else(by_email).or_else(by_key).ok_or_else(|| {
        let message = "the SSH key signs, but nobody is named whose signature it is";
        Diagnostic::bad_input("release/signing-author", message)
            .with_help("set `git_committer_name` and `git_committer_email` to the account the key is registered with")
            .into()
    })
}

/// Whoever commits: input, then configuration. Through the API nobody means the token's own
/// account, whose commits GitHub signs; with git it is python-semantic-release's default.
///
/// # Errors
/// Nobody, where a signature or a sign-off needs somebody.
pub fn author(
    context: &Context,
    wishes: &Wishes,
    settings: &Settings,
    signing: Option<&Signing>,
) -> Result<Option<Author>, Failure> {
    let configured = wishes.author.clone().or_else(|| settings.author.clone());
    if let Some(signing) = signing {
        return signer(context, signing, configured).map(Some);
    }
    let author = configured.or_else(|| {
        (wishes.publish_mode == PublishMode::Git)
            .then(|| Author { name: NAME.to_owned(), email: NAME.to_owned() })
    });
    if author.is_none() && settings.writing.sign_off && wishes.commit {
        let message = "`signoff_commit` needs somebody who signs off";
        return Err(Diagnostic::bad_input("release/signoff-author", message)
            .with_help("set `git_committer_name` and `git_committer_email`, or `commit_author`")
            .into());
    }
    Ok(author)
}
