//! The report: Markdown on stdout, what goes on on stderr.

use std::fmt::Display;
use std::time::Duration;

use crate::Trouble;
use crate::machine::{self, Cores};
use crate::scale::Scale;

/// The figures as they come, and the aims.
pub struct Report {
    smoke: bool,
    aims: Vec<Aim>,
}

struct Aim {
    what: &'static str,
    aim: String,
    measured: String,
    met: bool,
}

impl Report {
    /// Prints what the figures hang on.
    pub fn begin(cores: &Cores, files: usize, scale: &Scale) -> Self {
        println!("- machine: {}", machine::describe());
        println!(
            "- servers on core {}, load on core {}; heartbeat {} s; up to {files} open files a process",
            cores.server,
            cores.generator,
            scale.heartbeat.as_secs()
        );
        println!(
            "- spool and database on {}",
            machine::file_system(&std::env::temp_dir())
        );
        if scale.smoke {
            println!("- a smoke test: nothing here is a measurement");
        }
        Self {
            smoke: scale.smoke,
            aims: Vec::new(),
        }
    }

    /// A line for whoever waits.
    pub fn progress(&self, what: impl Display) {
        eprintln!("… {what}");
    }

    pub fn section(&mut self, title: &str) {
        eprintln!("… {title}");
        println!("\n### {title}\n");
    }

    /// Prints a table; the first line is its head.
    pub fn table(&mut self, lines: &[Vec<String>]) {
        for (number, line) in lines.iter().enumerate() {
            println!("| {} |", line.join(" | "));
            if number == 0 {
                println!("|---{}|", "|--:".repeat(line.len() - 1));
            }
        }
    }

    pub fn note(&mut self, text: impl Display) {
        println!("\n{text}");
    }

    /// Holds a figure against its aim.
    pub fn aim(
        &mut self,
        what: &'static str,
        aim: impl Display,
        measured: impl Display,
        met: bool,
    ) {
        self.aims.push(Aim {
            what,
            aim: aim.to_string(),
            measured: measured.to_string(),
            met,
        });
    }

    /// Prints the aims.
    pub fn end(mut self) -> Result<(), Trouble> {
        let mut lines = vec![cells(["aim", "wanted", "measured", ""])];
        for aim in std::mem::take(&mut self.aims) {
            let met = if aim.met { "met" } else { "**missed**" };
            lines.push(cells([aim.what, &aim.aim, &aim.measured, met]));
        }
        if !self.smoke && lines.len() > 1 {
            self.section("Aims");
            self.table(&lines);
        }
        Ok(())
    }
}

pub fn cells<T: Display, const N: usize>(cells: [T; N]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

/// A number with its thousands apart.
pub fn number(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if value < 0.0 && digits != "0" {
        grouped.insert(0, '-');
    }
    grouped
}

pub fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

pub fn ratio(value: f64) -> String {
    format!("{value:.2}")
}

pub fn mebibytes(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / f64::from(1 << 20))
}
