//! Questions and answers: with a person at a terminal, or with lines that are piped in.

use std::io::{BufRead, BufReader, IsTerminal, Read, Stdin, stdin};

use zeroize::Zeroizing;

use crate::cli::error::CliError;
use crate::cli::output;
use crate::net::login::Password;

/// Longer lines are no answers.
const LINE_MAX: u64 = 4096;

/// Somebody who answers. Without a terminal every answer, a password too, is the next line of standard input.
pub struct Dialogue {
    lines: BufReader<Stdin>,
    terminal: bool,
}

impl Dialogue {
    pub fn new() -> Self {
        Self {
            terminal: stdin().is_terminal(),
            lines: BufReader::new(stdin()),
        }
    }

    /// Tells something. What servers have said moves no cursor.
    pub fn say(&self, text: &str) -> Result<(), CliError> {
        let moves = |c: char| c.is_control() && c != '\n';
        output::print(&(text.replace(moves, "\u{fffd}") + "\n"))
    }

    /// Asks until the answer is one that `read` takes. An empty line takes the default, if there is one.
    pub fn ask<T>(
        &mut self,
        question: &str,
        default: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, CliError> {
        loop {
            let shown = match default {
                "" => String::new(),
                default => format!(" [{default}]"),
            };
            output::print(&format!("{question}{shown}: "))?;
            let line = self.line()?;
            let given = match line.trim() {
                "" => default,
                given => given,
            };
            match read(given) {
                Ok(answer) => return Ok(answer),
                Err(reason) => self.wrong(&reason)?,
            }
        }
    }

    /// Asks which of these words it is to be; the first is the default.
    pub fn choose<T: Copy>(
        &mut self,
        question: &str,
        choices: &[(&str, T)],
    ) -> Result<T, CliError> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let default = names.first().copied().unwrap_or_default();
        let question = format!("{question} ({})", names.join(", "));
        self.ask(&question, default, |given| {
            let chosen = choices
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(given));
            let unknown = || format!("answer with one of: {}", names.join(", "));
            chosen.map(|(_, meaning)| *meaning).ok_or_else(unknown)
        })
    }

    /// Asks for a password until it is one that `check` takes; at a terminal it is not shown.
    pub fn secret(
        &mut self,
        question: &str,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Password, CliError> {
        loop {
            let text = if self.terminal {
                Zeroizing::new(rpassword::prompt_password(format!("{question}: "))?)
            } else {
                output::print(&format!("{question}: "))?;
                self.line()?
            };
            match check(&text) {
                Ok(()) => return Ok(Password::new(text.as_str())),
                Err(reason) => self.wrong(&reason)?,
            }
        }
    }

    /// The same for a password that does not exist yet: somebody who does not see what is typed types it twice.
    pub fn new_secret(
        &mut self,
        question: &str,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Password, CliError> {
        loop {
            let password = self.secret(question, &check)?;
            if !self.terminal || self.secret("The same again", |_| Ok(()))? == password {
                return Ok(password);
            }
            self.wrong("the two passwords differ")?;
        }
    }

    fn wrong(&self, reason: &str) -> Result<(), CliError> {
        self.say(&format!("  {reason}"))
    }

    /// The next line without its end.
    fn line(&mut self) -> Result<Zeroizing<String>, CliError> {
        let mut line = Zeroizing::new(String::new());
        let length = (&mut self.lines)
            .take(LINE_MAX)
            .read_line(&mut line)
            .map_err(|cause| CliError::failed(format!("cannot read the answer: {cause}")))?;
        if length == 0 {
            // What stands there is a question without an answer.
            output::print("\n")?;
            return Err(CliError::failed(
                "the answers ended before the last question, nothing was written",
            ));
        }
        if !self.terminal {
            output::print("\n")?;
        }
        let end = line.trim_end_matches(['\r', '\n']).len();
        line.truncate(end);
        Ok(line)
    }
}
