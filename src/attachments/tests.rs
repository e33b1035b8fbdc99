use std::fs;

use tokio::runtime::Handle;

use super::name::Name;
use super::upload::Upload;
use super::*;
use crate::store::incoming::Announced;

const RALF: UserId = UserId(5);
const ANNA: UserId = UserId(7);

struct Place {
    attachments: Arc<Attachments>,
    directory: tempfile::TempDir,
}

impl Place {
    fn files(&self) -> usize {
        let blobs = self.directory.path().join("blobs");
        fs::read_dir(blobs).expect("listed").count()
    }

    async fn until_files(&self, expected: usize) {
        for _ in 0..500 {
            if self.files() == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} files instead of {expected}", self.files());
    }

    async fn begin(&self, size: Option<u64>) -> Result<Upload, AttachmentError> {
        let name = Name::in_path("/mail/attachments/a.txt").expect("a name");
        let announced = Announced {
            size,
            ..Announced::default()
        };
        self.attachments.receive(RALF, name, announced).await
    }

    async fn put(&self, content: &[u8]) -> Result<Stored, AttachmentError> {
        let mut upload = self.begin(None).await?;
        upload.write(content.to_vec().into()).await?;
        upload.store().await
    }
}

async fn place(max_size: u64, user_quota: u64, expire_after: Duration) -> Place {
    let directory = tempfile::tempdir().expect("directory");
    let store = Store::open(&directory.path().join("db"), Handle::current()).await;
    let blobs = Blobs::open(directory.path(), "blobs", Handle::current());
    let settings = AttachmentSettings {
        max_size,
        user_quota,
        expire_after,
        upload_status: 302,
    };
    Place {
        attachments: Attachments::new(settings, store.expect("opens"), blobs.expect("opens")),
        directory,
    }
}

const DAY: Duration = Duration::from_secs(86_400);

fn reference(text: &str) -> UploadRef {
    UploadRef::parse(text).expect("a reference")
}

#[tokio::test]
async fn an_upload_is_its_user_s_own_until_it_is_deleted() {
    let place = place(100, 1000, DAY).await;
    let stored = place.put(b"hello").await.expect("stored");
    assert_eq!(stored.name, "a.txt");
    assert_eq!(stored.content_type, "text/plain");
    assert_eq!(stored.size, 5);
    assert_eq!(fs::read(&stored.path).expect("readable"), b"hello");
    assert_eq!(stored.token.len(), 24);

    let attachments = &place.attachments;
    let found = attachments.find(RALF, &stored.token).await.expect("asked");
    assert_eq!(found.as_ref(), Some(&stored));
    assert_eq!(
        attachments.find(ANNA, &stored.token).await.expect("asked"),
        None
    );
    assert!(
        !attachments
            .delete(ANNA, &stored.token)
            .await
            .expect("asked")
    );
    assert!(!attachments.delete(RALF, "../x").await.expect("asked"));
    assert!(
        attachments
            .delete(RALF, &stored.token)
            .await
            .expect("asked")
    );
    assert!(
        !attachments
            .delete(RALF, &stored.token)
            .await
            .expect("asked")
    );
    assert_eq!(
        attachments.find(RALF, &stored.token).await.expect("asked"),
        None
    );
    assert_eq!(place.files(), 0);
}

#[tokio::test]
async fn a_mail_gets_its_uploads_in_order_and_the_first_missing_one_is_named_as_given() {
    let place = place(100, 1000, DAY).await;
    let first = place.put(b"1").await.expect("stored");
    let second = place.put(b"").await.expect("stored");
    let references = [
        reference(&second.location()),
        reference(&format!("https://host/base{}", first.encoded_location())),
        reference(&format!("/mail/attachment/{}", second.token)),
    ];
    let attachments = &place.attachments;
    let resolved = attachments
        .resolve(RALF, &references.each_ref())
        .await
        .expect("found");
    assert_eq!(resolved, [second.clone(), first.clone(), second]);
    assert_eq!(attachments.resolve(RALF, &[]).await.expect("nothing"), []);

    let foreign = attachments
        .resolve(ANNA, &references.each_ref())
        .await
        .expect_err("foreign");
    let expected = format!("Attachment {} NOT found", resolved[0].location());
    assert_eq!(foreign.to_string(), expected);
    let unknown = [
        references[0].clone(),
        reference("/mail/attachments/x--nope"),
    ];
    let unknown = attachments
        .resolve(RALF, &unknown.each_ref())
        .await
        .expect_err("unknown");
    assert_eq!(
        unknown.to_string(),
        "Attachment /mail/attachments/x--nope NOT found"
    );

    fs::remove_file(&first.path).expect("removed");
    let lost = attachments
        .resolve(RALF, &references.each_ref())
        .await
        .expect_err("lost");
    assert!(
        lost.to_string()
            .starts_with("Attachment https://host/base/")
    );
}

#[tokio::test]
async fn limits_hold_as_soon_as_they_are_known_and_leave_nothing_behind() {
    let place = place(10, 15, DAY).await;
    let refused =
        |result: Result<_, AttachmentError>| result.map(|_: Upload| ()).expect_err("refused");
    let announced = refused(place.begin(Some(11)).await);
    assert!(matches!(announced, AttachmentError::TooLarge { limit: 10 }));
    let arrived = place.put(b"01234567890").await.expect_err("refused");
    assert!(matches!(arrived, AttachmentError::TooLarge { limit: 10 }));

    place.put(b"0123456789").await.expect("fits");
    let announced = refused(place.begin(Some(6)).await);
    assert!(matches!(
        announced,
        AttachmentError::OverQuota { quota: 15 }
    ));
    let arrived = place.put(b"012345").await.expect_err("refused");
    assert!(matches!(arrived, AttachmentError::OverQuota { quota: 15 }));
    place.put(b"01234").await.expect("fits exactly");
    place.put(b"").await.expect("nothing always fits");
    place.until_files(3).await;
}

#[tokio::test]
async fn uploads_at_the_same_time_share_the_quota() {
    let place = place(10, 15, DAY).await;
    let mut first = place.begin(None).await.expect("begins");
    let mut second = place.begin(None).await.expect("begins");
    first.write("0123456789".into()).await.expect("fits");
    let both = second
        .write("0123456789".into())
        .await
        .expect_err("not both");
    assert!(matches!(both, AttachmentError::OverQuota { .. }));
    drop(second);
    let mut late = place.begin(None).await.expect("begins");
    first.store().await.expect("stored");
    late.write("0123456789".into())
        .await
        .expect("knows nothing of the first yet");
    let late = late.store().await.expect_err("does now");
    assert!(matches!(late, AttachmentError::OverQuota { .. }));
    place.until_files(1).await;
}

#[tokio::test]
async fn nothing_is_left_of_an_upload_whose_sender_goes_away() {
    let place = place(1 << 30, 1 << 30, DAY).await;
    let mut upload = place.begin(None).await.expect("begins");
    upload
        .write(vec![0; 1 << 20].into())
        .await
        .expect("written");
    drop(upload);
    place.until_files(0).await;

    let mut upload = place.begin(None).await.expect("begins");
    upload
        .write(vec![0; 1 << 20].into())
        .await
        .expect("written");
    let gone = tokio::time::timeout(Duration::ZERO, upload.store()).await;
    assert!(gone.is_err(), "dropped while it was stored");
    tokio::time::sleep(Duration::from_millis(50)).await;
    place.until_files(0).await;
    let tokens = place
        .attachments
        .store
        .read(|db| async move { rows::tokens(&db).await });
    assert_eq!(tokens.await.expect("read"), [""; 0]);
}

#[tokio::test]
async fn what_nobody_uses_expires() {
    let place = place(100, 100, Duration::from_millis(400)).await;
    let used = place.put(b"used").await.expect("stored");
    let unused = place.put(b"unused").await.expect("stored");
    for _ in 0..6 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let found = place.attachments.find(RALF, &used.token).await;
        assert!(found.expect("asked").is_some());
    }
    let gone = place.attachments.find(RALF, &unused.token).await;
    assert_eq!(
        gone.expect("asked"),
        None,
        "although its file is still there"
    );
    let task = tokio::spawn(Arc::clone(&place.attachments).expire());
    place.until_files(1).await;
    assert!(used.path.exists());
    place.until_files(0).await;
    task.abort();
}

#[tokio::test]
async fn what_a_crash_left_is_removed_at_start() {
    let place = place(100, 100, DAY).await;
    let kept = place.put(b"kept").await.expect("stored");
    let fileless = place.put(b"lost").await.expect("stored");
    fs::remove_file(&fileless.path).expect("removed");
    let rowless = place.directory.path().join("blobs/rowless");
    fs::write(&rowless, b"left").expect("written");
    let task = tokio::spawn(Arc::clone(&place.attachments).expire());
    place.until_files(1).await;
    assert!(kept.path.exists());
    for _ in 0..500 {
        let tokens = place
            .attachments
            .store
            .read(|db| async move { rows::tokens(&db).await });
        if tokens.await.expect("read") == [kept.token.as_str()] {
            task.abort();
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the row without a file is still there");
}
