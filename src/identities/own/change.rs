//! What a user wants changed about an identity, from the attributes of a request.

use serde_json::{Map, Value};

use crate::draft::attribute::Attributes;
use crate::draft::error::DraftError;
use crate::http::error::ApiError;
use crate::identities::admin::new_identity::{IdentityChange, Part, Rank, Unusable};

/// Bytes of a signature: it goes into every mail.
const SIGNATURE_MAX: usize = 64 << 10;
const KNOWN: [&str; 6] = ["name", "org", "label", "replyTo", "signature", "default"];

/// # Errors
/// 422 naming the first attribute that cannot be used.
pub(super) fn parse(members: &Map<String, Value>) -> Result<IdentityChange, ApiError> {
    for name in ["id", "email", "account", "display"] {
        if members.contains_key(name) {
            return Err(ApiError::attribute(
                name,
                "the administrator alone changes it",
            ));
        }
    }
    let given = Attributes(members).only(&KNOWN)?;
    let text = |name: &str| -> Result<Option<String>, DraftError> {
        let text = given.text(name)?.unwrap_or_default().trim();
        Ok(given.has(name).then(|| text.to_owned()))
    };
    Ok(IdentityChange {
        email: None,
        name: text("name")?,
        org: text("org")?,
        label: text("label")?,
        reply_to: text("replyTo")?.map(|address| Some(address).filter(|text| !text.is_empty())),
        signature: signature(given)?,
        rank: rank(given)?,
    })
}

fn signature(given: Attributes<'_>) -> Result<Option<Option<String>>, ApiError> {
    let text = given.text("signature")?.unwrap_or_default();
    let wrong = |why: &str| {
        let part = Part::Signature;
        let why = why.to_owned();
        Err(refusal(&Unusable { part, why }))
    };
    if text.len() > SIGNATURE_MAX {
        return wrong("it is larger than 64 KiB");
    }
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n'))
    {
        return wrong("it must not hold control characters");
    }
    let some = !text.trim().is_empty();
    Ok(given
        .has("signature")
        .then(|| some.then(|| text.to_owned())))
}

/// There is always one default: it is left by making another one it.
fn rank(given: Attributes<'_>) -> Result<Rank, ApiError> {
    match (given.has("default"), given.flag("default", false)?) {
        (false, _) => Ok(Rank::Further),
        (true, true) => Ok(Rank::Default),
        (true, false) => Err(DraftError::invalid(
            "default",
            "false",
            "make another identity the default instead",
        )
        .into()),
    }
}

/// The answer that names the attribute.
pub(super) fn refusal(unusable: &Unusable) -> ApiError {
    let name = match unusable.part {
        Part::Email => "email",
        Part::Name => "name",
        Part::Org => "org",
        Part::Label => "label",
        Part::ReplyTo => "replyTo",
        Part::Signature => "signature",
    };
    ApiError::attribute(name, &unusable.why)
}
