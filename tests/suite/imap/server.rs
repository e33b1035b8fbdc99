//! An IMAP server that does what a script says. It has threads of its own, so that it goes on while a test waits for
//! something else.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::support::sink::Gate;

/// What the server says instead of the usual.
#[derive(Clone)]
pub enum Act {
    Usual,
    /// Lines with their ends; `$` stands for the tag.
    Say(String),
    /// The same, again and again until nobody listens.
    Repeat(String),
    /// The usual, and then the end.
    UsualAndClose,
    /// Nothing at all.
    Silence,
    /// The usual, when the gate is opened.
    Late(Gate),
}

/// What the server has seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub connects: usize,
    /// Without their tags.
    pub commands: Vec<String>,
    pub messages: Vec<String>,
}

pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
}

type Script = Arc<dyn Fn(usize, &str) -> Act + Send + Sync>;

impl Server {
    /// One that can what `capabilities` name. Asks `script` with the number of the connection, from 1 on, and the
    /// command without its tag; `CONNECT` is the beginning of a connection.
    pub fn with(
        capabilities: &'static str,
        script: impl Fn(usize, &str) -> Act + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (script, noted): (Script, _) = (Arc::new(script), seen.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let number = {
                    let mut seen = noted.lock().unwrap();
                    seen.connects += 1;
                    seen.connects
                };
                let (script, seen) = (script.clone(), noted.clone());
                std::thread::spawn(move || {
                    let conversation = Conversation {
                        input: BufReader::new(stream),
                        capabilities,
                        script: &move |command: &str| script(number, command),
                        seen: &seen,
                    };
                    conversation.hold()
                });
            }
        });
        Self { port, seen }
    }

    pub fn url(&self) -> String {
        format!("imap://127.0.0.1:{}?user=ralf", self.port)
    }

    pub fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    /// The commands that begin with a word.
    pub fn commands(&self, word: &str) -> Vec<String> {
        let mut commands = self.seen().commands;
        commands.retain(|command| command.starts_with(word));
        commands
    }
}

struct Conversation<'a> {
    input: BufReader<TcpStream>,
    capabilities: &'static str,
    script: &'a dyn Fn(&str) -> Act,
    seen: &'a Mutex<Seen>,
}

impl Conversation<'_> {
    fn hold(mut self) -> std::io::Result<()> {
        let act = (self.script)("CONNECT");
        let greeting = format!("* OK [CAPABILITY {}] ready\r\n", self.capabilities);
        let mut goes_on = self.answer(act, "*", &greeting)?;
        while goes_on {
            let mut line = String::new();
            if self.input.read_line(&mut line)? == 0 {
                break;
            }
            goes_on = self.obey(line.trim_end())?;
        }
        Ok(())
    }

    /// `false`: the connection is over.
    fn obey(&mut self, line: &str) -> std::io::Result<bool> {
        let (tag, command) = line.split_once(' ').unwrap_or((line, ""));
        let act = (self.script)(command);
        let mut command = command.to_owned();
        let usual = match command.split(' ').next().unwrap() {
            "CAPABILITY" => format!("* CAPABILITY {}\r\n$ OK\r\n", self.capabilities),
            "NAMESPACE" => "* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n$ OK\r\n".to_owned(),
            _ => "$ OK done\r\n".to_owned(),
        };
        // What a script does not answer itself is read to its end, literal by literal.
        if matches!(act, Act::Usual | Act::UsualAndClose) {
            if command == "AUTHENTICATE PLAIN" {
                command += &self.more(" ")?;
            }
            while let Some(length) = literal(&command) {
                if !command.ends_with("+}") {
                    self.write("+ go on\r\n")?;
                }
                let mut bytes = vec![0; length];
                self.input.read_exact(&mut bytes)?;
                let text = String::from_utf8(bytes).unwrap();
                if command.starts_with("APPEND") {
                    self.seen.lock().unwrap().messages.push(text);
                } else {
                    command += &text;
                }
                let mut rest = String::new();
                self.input.read_line(&mut rest)?;
                let rest = rest.trim_end();
                if rest.is_empty() {
                    break;
                }
                command += rest;
            }
        }
        self.seen.lock().unwrap().commands.push(command);
        self.answer(act, tag, &usual)
    }

    /// The next line of a command.
    fn more(&mut self, before: &str) -> std::io::Result<String> {
        self.write("+ \r\n")?;
        let mut line = before.to_owned();
        self.input.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    fn answer(&mut self, act: Act, tag: &str, usual: &str) -> std::io::Result<bool> {
        let said = |text: &str| text.replace('$', tag);
        match act {
            Act::Usual => self.write(&said(usual))?,
            Act::Say(text) => self.write(&said(&text))?,
            Act::UsualAndClose => {
                self.write(&said(usual))?;
                return Ok(false);
            }
            Act::Silence => {
                let mut nothing = Vec::new();
                self.input.read_to_end(&mut nothing)?;
            }
            Act::Late(gate) => {
                gate.pass();
                self.write(&said(usual))?;
            }
            Act::Repeat(text) => loop {
                self.write(&text)?;
            },
        }
        Ok(true)
    }

    fn write(&mut self, text: &str) -> std::io::Result<()> {
        self.input.get_mut().write_all(text.as_bytes())
    }
}

fn literal(command: &str) -> Option<usize> {
    let digits = command.strip_suffix('}')?.rsplit_once('{')?.1;
    digits.trim_end_matches('+').parse().ok()
}
