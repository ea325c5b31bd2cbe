//! Who the token is, and how much it may still ask.

use serde_json::json;

use crate::answer::{Answer, Outcome};
use crate::api::view;
use crate::call::Input;
use crate::clock::rfc3339;
use crate::world::World;

/// The time to which accounts date back.
const JOINED: i64 = 1_577_836_800;

/// `GET /user`: only users have one, an installation gets 403.
pub(crate) fn user(_: &mut World, input: &Input) -> Outcome {
    let token =
        input.actor.as_ref().ok_or_else(|| Answer::error(401, "Requires authentication"))?;
    if token.is_installation() {
        return Err(Answer::error(403, "Resource not accessible by integration"));
    }
    let mut user = view::user(&input.urls, &token.login);
    for name in ["name", "company", "location", "email", "hireable", "bio"] {
        user[name] = json!(null);
    }
    for name in ["followers", "following", "public_gists", "public_repos"] {
        user[name] = json!(0);
    }
    user["blog"] = json!("");
    user["created_at"] = json!(rfc3339(JOINED));
    user["updated_at"] = json!(rfc3339(JOINED));
    Ok(Answer::ok(user))
}

/// `GET /users/{username}`: what lets a client find the number in a bot's address.
pub(crate) fn account(_: &mut World, input: &Input) -> Outcome {
    let mut user = view::user(&input.urls, input.param("username"));
    for name in ["name", "company", "location", "email", "hireable", "bio"] {
        user[name] = json!(null);
    }
    for name in ["followers", "following", "public_gists", "public_repos"] {
        user[name] = json!(0);
    }
    user["blog"] = json!("");
    user["created_at"] = json!(rfc3339(JOINED));
    user["updated_at"] = json!(rfc3339(JOINED));
    Ok(Answer::ok(user))
}

/// `GET /app`: needs the app's own signed token, which the stand-in never has.
pub(crate) fn app(_: &mut World, _: &Input) -> Outcome {
    Err(Answer::error(401, "A JSON web token could not be decoded"))
}

/// `GET /rate_limit`
pub(crate) fn rate_limit(world: &mut World, _: &Input) -> Outcome {
    let reset = world.shared.now() + 3_600;
    let rate = json!({ "limit": 5000, "used": 0, "remaining": 5000, "reset": reset });
    let resources = json!({ "core": rate, "graphql": rate, "search": rate });
    Ok(Answer::ok(json!({ "resources": resources, "rate": rate })))
}
