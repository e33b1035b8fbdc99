//! A gateway in this process, on a random port and in a temporary directory; it ends with the test.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use quillgate::auth::admin::AdminError;
use quillgate::config::{Config, Listen};
use quillgate::server::{Application, Load, Options, StartError};
use quillgate::store::Store;
use quillgate::store::changes::{self, Change};
use quillgate::store::data_dir::DataDirError;
use reqwest::{Client, Method, RequestBuilder, Response};
use sea_orm::DatabaseTransaction;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;

use super::people;
use super::ports::Port;

/// How long a gateway may take to start or stop.
const PATIENCE: Duration = Duration::from_secs(40);

/// For [`Gateway::launch`].
pub const ANY_PORT: &str = "127.0.0.1:0";

pub struct Gateway {
    pub address: String,
    pub http: Client,
    pub load: Load,
    /// Where its database and everything that blocks live.
    pub runtime: Handle,
    /// The gateway's own data directory.
    pub data: PathBuf,
    pub store: Store,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    directory: Option<TempDir>,
    port: Option<Arc<Port>>,
}

impl Gateway {
    /// A gateway with the default configuration and the people of [`people`], whose mail becomes files in
    /// [`Gateway::outbox`].
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with another configuration.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::furnished(change, Options::default()).await
    }

    /// A gateway as `quillgate demo` runs it, with the outbox in the browser.
    pub async fn demo(change: impl FnOnce(&mut Config)) -> Self {
        let options = Options {
            demo_outbox: Some(PathBuf::from("outbox")),
        };
        Self::furnished(change, options).await
    }

    async fn furnished(change: impl FnOnce(&mut Config), mut options: Options) -> Self {
        let directory = TempDir::new().unwrap();
        let mut config = Config::for_data_dir(&directory.path().join("data"));
        options.demo_outbox = options
            .demo_outbox
            .map(|name| config.storage.data_dir.join(name));
        config.server.listen = vec![Listen::Tcp(ANY_PORT.to_owned())];
        config.server.workers = 2;
        // Nearly every test would hit a limit that is meant for loops.
        config.presence.composes_per_minute = 0;
        change(&mut config);
        let mut gateway = Self::launch_as(config, options).await;
        people::move_in(&gateway.store, &gateway.outbox()).await;
        changes::settle(&gateway.data).await;
        gateway.directory = Some(directory);
        gateway
    }

    /// A gateway on a directory that may have been used before; nobody is added and nothing is removed afterwards.
    pub async fn launch(config: Config) -> Self {
        Self::launch_as(config, Options::default()).await
    }

    async fn launch_as(mut config: Config, options: Options) -> Self {
        let anywhere = config.server.listen == [Listen::Tcp(ANY_PORT.to_owned())];
        let port = anywhere.then(|| Arc::new(Port::take()));
        if let Some(port) = &port {
            config.server.listen = vec![Listen::Tcp(format!("127.0.0.1:{}", port.number))];
        }
        let data = config.storage.data_dir.clone();
        let database = config.storage.database.clone();
        let (started, start) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let lent = port.clone();
        let thread = std::thread::spawn(move || {
            run(config, options, started, stopped);
            drop(lent);
        });
        let (address, load, runtime) = tokio::time::timeout(PATIENCE, start)
            .await
            .unwrap()
            .unwrap();
        let store = Store::open(&database, tokio::runtime::Handle::current())
            .await
            .unwrap();
        Self {
            address,
            http: client(),
            load,
            runtime,
            data,
            store,
            stop: Some(stop),
            thread: Some(thread),
            directory: None,
            port,
        }
    }

    /// Changes the database as a command does, from another process: it holds for the very next request.
    pub async fn change<F>(&self, work: impl FnOnce(Arc<DatabaseTransaction>) -> F + Send + 'static)
    where
        F: Future<Output = Result<Vec<Change>, AdminError>> + Send + 'static,
    {
        self.store
            .write::<_, AdminError, _>(move |db| async move { Ok(((), work(db).await?)) })
            .await
            .unwrap();
        changes::settle(&self.data).await;
    }

    /// Stops it as SIGTERM would, and returns when it has ended.
    pub async fn stop(mut self) {
        if let Some(port) = &self.port {
            port.keep();
        }
        self.end();
        let thread = self.thread.take().unwrap();
        tokio::task::spawn_blocking(move || thread.join().unwrap())
            .await
            .unwrap();
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Where mail becomes files.
    pub fn outbox(&self) -> PathBuf {
        self.data.join("outbox")
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A request without credentials.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// `GET` as a user with the usual password.
    pub fn get(&self, login: &str, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
            .basic_auth(login, Some(people::PASSWORD))
    }

    /// `POST` as a user with the usual password.
    pub fn post(&self, login: &str, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
            .basic_auth(login, Some(people::PASSWORD))
    }

    /// `POST` of JSON as a user with the usual password.
    pub async fn post_json(&self, login: &str, path: &str, body: &Value) -> Answer {
        Answer::of(self.post(login, path).json(body).send().await.unwrap()).await
    }

    pub async fn get_json(&self, login: &str, path: &str) -> Answer {
        Answer::of(self.get(login, path).send().await.unwrap()).await
    }

    /// How many uploads are on the disk, whole or not.
    pub fn uploads(&self) -> usize {
        fn count(directory: &Path) -> usize {
            let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
            entries
                .map(|entry| {
                    if entry.path().is_dir() {
                        count(&entry.path())
                    } else {
                        1
                    }
                })
                .sum()
        }
        count(&self.data.join("blobs"))
    }

    /// The messages in the outbox, oldest first.
    pub fn sent(&self) -> Vec<String> {
        files(&self.outbox(), "eml")
            .into_iter()
            .map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())
            .collect()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.end();
        if let Some(thread) = self.thread.take() {
            // A panic of the server fails the test, unless it fails already.
            if thread.join().is_err() && !std::thread::panicking() {
                panic!("the gateway panicked");
            }
        }
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self {
            status,
            headers,
            body,
            text,
        }
    }

    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or("")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Redirects are answers too: `302` is one of them.
pub fn client() -> Client {
    // The gateway itself names its provider; this client asks which one is installed.
    let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

/// Files below `directory` with the extension, sorted by name.
pub fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|own| own == extension))
        .collect();
    found.sort();
    found
}

/// A gateway that has just ended on the same directory may seem to hold it still: a program that another test starts
/// at that moment has all of this process's files, until it is itself.
async fn build(config: Config, options: Options, runtime: &Handle) -> Application {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match Application::build(config.clone(), options.clone(), runtime.clone()).await {
            Err(StartError::DataDir(DataDirError::InUse { .. })) if Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            built => return built.unwrap(),
        }
    }
}

fn run(
    config: Config,
    options: Options,
    started: oneshot::Sender<(String, Load, Handle)>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = Runtime::new().unwrap();
    let handle = runtime.handle().clone();
    actix_web::rt::System::new().block_on(async {
        let application = build(config, options, &handle).await;
        let address = application.addresses()[0].clone();
        let _ = started.send((address, application.load(), handle));
        let stop = async {
            let _ = stopped.await;
        };
        application.run_until(stop).await.unwrap();
    });
    runtime.shutdown_timeout(Duration::from_secs(5));
}
