//! The demo as people start it: the real program, which prints where to open it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use reqwest::RequestBuilder;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::support::gateway::{Answer, client, files};

pub struct Demo {
    process: Child,
    pub url: String,
    directory: TempDir,
}

impl Demo {
    pub fn start() -> Self {
        let directory = TempDir::with_prefix("quillgate-test-").unwrap();
        let mut process = program()
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(directory.path().join("demo"))
            .current_dir(directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let url = lines
            .find_map(|line| line.strip_prefix("Open").map(|rest| rest.trim().to_owned()))
            .unwrap();
        Self {
            process,
            url,
            directory,
        }
    }

    /// Makes a token of ralf's as an administrator does, while the demo runs.
    pub fn token(&self, remark: &str) -> String {
        let made = program()
            .args(["token", "create", "--user", "ralf", "--remark", remark])
            .env("QUILLGATE_STORAGE_DATA_DIR", self.path(""))
            .output()
            .unwrap();
        let text = String::from_utf8(made.stdout).unwrap();
        let token = text
            .split_whitespace()
            .find(|word| word.starts_with("token"));
        token
            .unwrap_or_else(|| panic!("{text} {}", String::from_utf8_lossy(&made.stderr)))
            .to_owned()
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        client().post(format!("{}{path}", self.url.trim_end_matches('/')))
    }

    /// Stores a file of ralf's and returns its location.
    pub async fn upload(&self, token: &str, name: &str, size: usize) -> String {
        let request = self
            .post(&format!("/mail/attachments/{name}"))
            .basic_auth("ralf", Some(token));
        let answer = Answer::of(request.body(vec![b' '; size]).send().await.unwrap()).await;
        answer.body["location"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", answer.text))
            .to_owned()
    }

    fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join("demo").join(below)
    }

    /// The messages of the outbox as they went out.
    pub fn sent(&self) -> Vec<String> {
        files(&self.path("outbox"), "eml")
            .iter()
            .map(|file| std::fs::read_to_string(file).unwrap())
            .collect()
    }

    /// Every file below the data directory that holds a text.
    pub fn files_with(&self, text: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut left = vec![self.path("")];
        while let Some(directory) = left.pop() {
            for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    left.push(path);
                } else if std::fs::read(&path)
                    .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text))
                {
                    found.push(path);
                }
            }
        }
        found
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.process), Signal::TERM);
        let _ = self.process.wait();
    }
}

/// The program, whatever the environment of the tests says about quillgate.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quillgate"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("QUILLGATE_")) {
        command.env_remove(name);
    }
    command
}
