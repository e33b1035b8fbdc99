//! The demo as people start it: the real program, which prints where to open it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::support::gateway::files;

pub struct Demo {
    process: Child,
    pub url: String,
    directory: TempDir,
}

impl Demo {
    pub fn start() -> Self {
        let directory = TempDir::with_prefix("quillgate-test-").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_quillgate"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("QUILLGATE_")) {
            command.env_remove(name);
        }
        let mut process = command
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
