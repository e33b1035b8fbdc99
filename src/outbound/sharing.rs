//! What becomes of each attachment: a part of the mail, or a share.

use std::collections::HashSet;

use super::attached::Attached;
use super::message;
use crate::config::units;
use crate::draft::Draft;
use crate::draft::attachment_type::AttachmentType;
use crate::draft::error::shown;
use crate::http::error::ApiError;
use crate::shares::make::Source;

/// Decides for all attachments of a draft. `link_above`: bytes above which attachments become links, 0: never. What the
/// HTML shows as an image is a part of the mail, whatever becomes of the others. Returns a warning for the sender.
///
/// # Errors
/// 422 for what cannot go along in this way.
pub(super) fn decide(
    draft: &Draft,
    attached: &mut [Attached],
    link_above: u64,
) -> Result<Option<String>, ApiError> {
    if attached.is_empty() {
        return Ok(None);
    }
    let wanted = draft.attachment_type.unwrap_or(AttachmentType::Attach);
    let total: u64 = attached.iter().filter_map(Attached::size).sum();
    let is_large = wanted == AttachmentType::Attach && link_above > 0 && total > link_above;
    let images = if wanted == AttachmentType::Attach && !is_large {
        HashSet::new()
    } else {
        images(draft, attached)
    };
    let others = attached
        .iter()
        .enumerate()
        .filter(|(at, _)| !images.contains(at));
    let others: u64 = others.filter_map(|(_, one)| one.size()).sum();
    let is_large = is_large && others > link_above;
    let kind = if is_large {
        AttachmentType::Link
    } else {
        wanted
    };
    for (at, one) in attached.iter_mut().enumerate() {
        if !images.contains(&at) {
            one.shared_as = shared_as(wanted, kind, one)?;
        }
    }
    Ok(is_large.then(|| {
        let (size, limit) = (units::about(others), units::about(link_above));
        format!(
            "Attachments of {size} are sent as download links, as they are larger than {limit} (shares.link_above)"
        )
    }))
}

/// Those that the HTML shows.
fn images(draft: &Draft, attached: &[Attached]) -> HashSet<usize> {
    let Some(html) = &draft.body_html else {
        return HashSet::new();
    };
    let named = attached.iter().map(|one| (&*one.name, one.reference()));
    let mut images = message::shown(html, named);
    images.retain(|at| attached[*at].size().is_some());
    images
}

fn shared_as(
    wanted: AttachmentType,
    kind: AttachmentType,
    one: &Attached,
) -> Result<Option<AttachmentType>, ApiError> {
    use AttachmentType::{Attach, Link, ShareRo, ShareRw};
    let refuse = |what: &str, instead: &str| {
        let (name, wanted) = (shown(&one.location), wanted.name());
        Err(ApiError::unprocessable(format!(
            "Attachment {name} is {what}, which attachmentType '{wanted}' is not for, use one of: {instead}"
        )))
    };
    match (kind, &one.source) {
        (Attach | Link, Source::Folder(_)) => refuse("a folder", "'share_ro', 'share_rw'"),
        (ShareRw, Source::Upload(_)) => refuse("an upload", "'attach', 'link', 'share_ro'"),
        (ShareRo, Source::Upload(_)) => Ok(Some(Link)),
        (Attach, _) => Ok(None),
        (kind, _) => Ok(Some(kind)),
    }
}
