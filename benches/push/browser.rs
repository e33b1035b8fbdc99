//! A page in Chromium, where that and its driver are in the path.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Trouble;
use crate::machine::Cores;
use crate::process::{find, free_address};

/// How long the browser may take to start, and a page to get somewhere.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one script may run.
const LONGEST: Duration = Duration::from_secs(600);

/// Its processes end with this value.
pub struct Browser {
    driver: Child,
    client: Client,
    _profile: TempDir,
}

impl Browser {
    /// Beside the load. `None`: there is none.
    pub async fn start(cores: &Cores) -> Result<Option<Self>, Trouble> {
        let Some((driver, chromium)) = find("chromedriver").zip(find("chromium")) else {
            return Ok(None);
        };
        cores.pin_generator();
        let profile = tempfile::Builder::new().prefix("push-bench").tempdir()?;
        let address = free_address()?;
        let driver = Command::new(driver)
            .arg(format!("--port={}", address.port()))
            .env("HOME", profile.path())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        // From here on it ends with its handle, whatever goes wrong.
        let driver = Group(Some(driver));
        let capabilities = json!({
            "goog:chromeOptions": {"binary": chromium, "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
                "--disable-background-networking", "--lang=en", "--window-size=1440,900",
                format!("--user-data-dir={}", profile.path().join("profile").display()),
            ]},
            "timeouts": {"script": LONGEST.as_millis() as u64},
        });
        let capabilities = match capabilities {
            Value::Object(capabilities) => capabilities,
            _ => serde_json::Map::new(),
        };
        let url = format!("http://{address}");
        let began = std::time::Instant::now();
        let client = loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            match builder.connect(&url).await {
                Ok(client) => break client,
                Err(error) if began.elapsed() > PATIENCE => return Err(error.into()),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        Ok(Some(Self {
            driver: driver.keep()?,
            client,
            _profile: profile,
        }))
    }

    pub async fn open(&self, url: &str) -> Result<(), Trouble> {
        Ok(self.client.goto(url).await?)
    }

    /// Waits until a script returns true.
    pub async fn until(&self, script: &str, arguments: &[Value]) -> Result<(), Trouble> {
        let began = std::time::Instant::now();
        while self.client.execute(script, arguments.to_vec()).await? != true {
            if began.elapsed() > PATIENCE {
                return Err(format!("never true in the page: {script}").into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// What a script hands to its last argument, a function.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Result<Value, Trouble> {
        Ok(self
            .client
            .execute_async(script, arguments.to_vec())
            .await?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        end(&mut self.driver);
    }
}

/// The driver until there is a browser.
struct Group(Option<Child>);

impl Group {
    fn keep(mut self) -> Result<Child, Trouble> {
        self.0.take().ok_or_else(|| "no driver".into())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(driver) = &mut self.0 {
            end(driver);
        }
    }
}

fn end(driver: &mut Child) {
    // Gone already: nothing to end.
    let _ = kill_process_group(Pid::from_child(driver), Signal::KILL);
    let _ = driver.wait();
}
