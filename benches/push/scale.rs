//! What is asked for on the command line, and how large each part is.

use std::time::Duration;

use crate::Trouble;

/// One measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Memory,
    Rate,
    Growth,
    Upload,
    Files,
    Mail,
    Load,
    Page,
    Storm,
}

/// In the order in which they run.
const PARTS: [(Part, &str); 9] = [
    (Part::Memory, "memory"),
    (Part::Rate, "rate"),
    (Part::Growth, "growth"),
    (Part::Upload, "upload"),
    (Part::Files, "files"),
    (Part::Mail, "mail"),
    (Part::Load, "load"),
    (Part::Page, "page"),
    (Part::Storm, "storm"),
];

const USAGE: &str = "usage: cargo bench --bench push [-- [memory|rate|growth|upload|files|mail|load|page|storm]… [--sessions N]]";

/// How much of everything.
pub struct Scale {
    parts: Vec<Part>,
    /// A run whose times mean nothing: only whether everything works.
    pub smoke: bool,
    /// Sessions of the main measurements.
    pub sessions: usize,
    /// Sessions at which growth is looked at.
    pub growth: Vec<usize>,
    pub callers: [usize; 3],
    /// How long callers run.
    pub round: Duration,
    /// How often everything about rates is measured, servers taking turns.
    pub rounds: usize,
    /// How long nothing is done to see what that costs; at least a heartbeat.
    pub idle: Duration,
    pub heartbeat: Duration,
    /// Bytes of a large compose's text.
    pub large: usize,
    /// Bytes of the upload.
    pub upload: u64,
    /// Who reads a file slowly, and for how long.
    pub slow_readers: usize,
    pub slowly: Duration,
    /// Large mails, and the bytes of the attachment of each.
    pub large_mails: usize,
    pub attachment: u64,
    /// Password logins beside composes.
    pub load_logins: usize,
    pub storm_logins: usize,
    /// Windows of a kind that one page is asked for.
    pub page_composes: usize,
}

impl Scale {
    /// What the arguments ask for. Without `--bench`, which `cargo bench` gives, everything is tiny.
    ///
    /// # Errors
    /// An argument that means nothing here.
    pub fn asked(arguments: &[String]) -> Result<Self, Trouble> {
        let smoke = !arguments.iter().any(|argument| argument == "--bench");
        let mut scale = if smoke { Self::smoke() } else { Self::full() };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let part = PARTS.iter().find(|(_, name)| name == argument);
            match (part, argument.as_str()) {
                (Some((part, _)), _) => scale.parts.push(*part),
                (_, "--bench") => {}
                (_, "--sessions") => {
                    let number = arguments.next().and_then(|number| number.parse().ok());
                    scale.sessions = number.filter(|number| *number > 0).ok_or(USAGE)?;
                }
                // Names of tests and flags for their harness come here with `cargo test`.
                _ if smoke => {}
                _ => return Err(USAGE.into()),
            }
        }
        Ok(scale)
    }

    fn full() -> Self {
        Self {
            parts: Vec::new(),
            smoke: false,
            sessions: 10_000,
            growth: vec![1_000, 5_000, 10_000, 15_000],
            callers: [1, 16, 64],
            round: Duration::from_secs(3),
            rounds: 2,
            idle: Duration::from_secs(12),
            heartbeat: Duration::from_secs(10),
            large: 1 << 20,
            upload: 1 << 30,
            slow_readers: 100,
            slowly: Duration::from_secs(10),
            large_mails: 50,
            attachment: 25 << 20,
            load_logins: 16,
            storm_logins: 64,
            page_composes: 300,
        }
    }

    fn smoke() -> Self {
        Self {
            parts: Vec::new(),
            smoke: true,
            sessions: 50,
            growth: vec![20, 60],
            callers: [1, 4, 8],
            round: Duration::from_millis(200),
            rounds: 1,
            idle: Duration::from_millis(300),
            heartbeat: Duration::from_secs(1),
            large: 64 << 10,
            upload: 8 << 20,
            slow_readers: 5,
            slowly: Duration::from_millis(300),
            large_mails: 4,
            attachment: 256 << 10,
            load_logins: 2,
            storm_logins: 2,
            page_composes: 5,
        }
    }

    /// Without a part's name all of them are meant.
    pub fn includes(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }

    /// Users that there are: as many as there are ever sessions.
    pub fn users(&self) -> usize {
        let growth = self.growth.iter().copied().max();
        let growth = growth.filter(|_| self.includes(Part::Growth));
        self.sessions.max(growth.unwrap_or(0))
    }

    /// Users with a password, each for one login.
    pub fn fresh_logins(&self) -> usize {
        let load = if self.includes(Part::Load) {
            self.load_logins
        } else {
            0
        };
        let storm = if self.includes(Part::Storm) {
            self.storm_logins
        } else {
            0
        };
        load + storm
    }
}
