//! What a mail attaches: uploads and the user's own files and folders, wherever they are.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::attachment::Attachment;
use crate::attachments::{Attachments, Stored};
use crate::auth::Caller;
use crate::auth::caller::lacks;
use crate::auth::scope::Scope;
use crate::draft::attachment_ref::{AttachmentRef, FileRef, UploadRef};
use crate::draft::attachment_type::AttachmentType;
use crate::draft::error::DraftError;
use crate::files::path::FilePath;
use crate::files::{Content, EntryKind, Files};
use crate::http::error::ApiError;
use crate::shares::make::{Item, Source};
use crate::store::blobs::Key;

/// Files and folders of one mail: each is looked up by itself.
const FILES_MAX: usize = 1000;
/// The type of folders, as WebDAV servers name it.
const FOLDER: &str = "httpd/unix-directory";

/// One item of `attachments` that is there.
#[derive(Clone, Debug)]
pub struct Attached {
    pub name: String,
    /// How JSON names it: decoded text.
    pub location: String,
    pub source: Source,
    /// Where its bytes are, which never change; none of a folder.
    path: Option<PathBuf>,
    /// How it is shared. None: it is a part of the mail.
    pub shared_as: Option<AttachmentType>,
}

impl Attached {
    /// What HTML may name it by beside its name: an upload's token, a file's path.
    pub fn reference(&self) -> &str {
        match &self.source {
            Source::Upload(content) => content.key.as_str(),
            Source::File(..) | Source::Folder(_) => &self.location,
        }
    }

    /// Bytes; none of a folder.
    pub fn size(&self) -> Option<u64> {
        self.source.content().map(|content| content.size)
    }

    /// As a window gets it.
    pub fn json(&self) -> Value {
        let content = self.source.content();
        json!({
            "location": self.location,
            "name": self.name,
            "size": self.size().unwrap_or(0),
            "type": content.map_or(FOLDER, |content| &content.content_type),
        })
    }

    /// As a part of the mail, unless it is shared.
    pub fn part(&self) -> Option<Attachment> {
        let (None, Some(content), Some(path)) = (self.shared_as, self.source.content(), &self.path)
        else {
            return None;
        };
        Some(Attachment {
            name: self.name.clone(),
            reference: self.reference().to_owned(),
            content_type: content.content_type.clone(),
            size: content.size,
            path: path.clone(),
        })
    }

    /// As a share, if it is one.
    pub fn item(&self) -> Option<Item> {
        Some(Item {
            name: self.name.clone(),
            kind: self.shared_as?,
            source: self.source.clone(),
        })
    }
}

/// Where attachments are.
pub struct Places {
    pub uploads: Arc<Attachments>,
    pub files: Arc<Files>,
}

impl Places {
    /// What a draft of `caller` attaches, in its order; a use of each upload.
    ///
    /// # Errors
    /// 400 for what is not there or somebody else's, 403 for files where the caller may not use them, 422 for the home
    /// itself and for too many of them.
    pub async fn find(
        &self,
        caller: &Caller,
        references: &[AttachmentRef],
    ) -> Result<Vec<Attached>, ApiError> {
        // Most mails have none: nobody is asked about nothing.
        if references.is_empty() {
            return Ok(Vec::new());
        }
        let is_file = |reference: &&AttachmentRef| matches!(reference, AttachmentRef::File(_));
        let files = references.iter().filter(is_file).count();
        if files > 0 && !caller.has(Scope::Files) {
            return Err(lacks(Scope::Files));
        }
        if files > FILES_MAX {
            return Err(ApiError::unprocessable(format!(
                "Attribute 'attachments' names {files} files, a mail takes no more than {FILES_MAX}"
            )));
        }
        let uploads: Vec<&UploadRef> = references
            .iter()
            .filter_map(|reference| match reference {
                AttachmentRef::Upload(upload) => Some(upload),
                AttachmentRef::File(_) => None,
            })
            .collect();
        let mut uploads = self
            .uploads
            .resolve(caller.user.id, &uploads)
            .await?
            .into_iter();
        let mut attached = Vec::with_capacity(references.len());
        for reference in references {
            attached.push(match reference {
                AttachmentRef::Upload(upload) => uploads
                    .next()
                    .and_then(of_upload)
                    .ok_or_else(|| not_found(&upload.given))?,
                AttachmentRef::File(file) => self.file(caller, file).await?,
            });
        }
        Ok(attached)
    }

    /// Both spellings of the path are tried, the decoded one first.
    async fn file(&self, caller: &Caller, reference: &FileRef) -> Result<Attached, ApiError> {
        let spellings = [FilePath::parse, FilePath::in_url];
        let paths = spellings.map(|parse| parse(&reference.path).ok());
        for path in paths.into_iter().flatten() {
            if path.login != caller.user.login {
                continue;
            }
            if path.names.is_empty() {
                return Err(ApiError::unprocessable(format!(
                    "Attachment {} is all of your files, name a file or folder in it",
                    reference.given
                )));
            }
            if let Some(found) = self.entry(caller, path).await? {
                return Ok(found);
            }
        }
        Err(not_found(&reference.given).into())
    }

    async fn entry(&self, caller: &Caller, path: FilePath) -> Result<Option<Attached>, ApiError> {
        let location = format!("/home/{}/{}", path.login, path.names.join("/"));
        let found = self.files.below(caller.user.id, None, path.names).await?;
        let Some(entry) = found else {
            return Ok(None);
        };
        let (source, path) = match entry.kind {
            EntryKind::Folder => (Source::Folder(entry.id), None),
            EntryKind::File(content) => {
                let key = vec![content.key.clone()];
                let readable = self.files.blobs().readable(key).await;
                if readable.map_err(ApiError::internal)? != [true] {
                    return Ok(None);
                }
                let path = self.files.blobs().path(&content.key);
                (Source::File(entry.id, content), Some(path))
            }
        };
        Ok(Some(Attached {
            name: entry.name,
            location,
            source,
            path,
            shared_as: None,
        }))
    }
}

fn of_upload(stored: Stored) -> Option<Attached> {
    let location = stored.location();
    let content = Content {
        key: Key::parse(&stored.token)?,
        size: stored.size,
        sha256: stored.sha256,
        content_type: stored.content_type,
    };
    Some(Attached {
        name: stored.name,
        location,
        source: Source::Upload(content),
        path: Some(stored.path),
        shared_as: None,
    })
}

fn not_found(given: &str) -> DraftError {
    DraftError::AttachmentNotFound(given.to_owned())
}
