//! An SMTP server that takes everything, or does what a script says. It has threads of its own, so that it goes on
//! while a test waits for something else.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the server does instead of the usual.
#[derive(Clone, Copy, PartialEq)]
pub enum Act {
    Usual,
    Say(&'static str),
    SayAndClose(&'static str),
    Close,
}

/// What the server has seen.
#[derive(Default)]
pub struct Seen {
    pub connects: usize,
    pub open: usize,
    pub most_open: usize,
    pub commands: Vec<String>,
    pub mails: Vec<Mail>,
}

/// A message with its envelope.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// As it came, dots at the begin of a line undone.
    pub data: Vec<u8>,
}

impl Mail {
    pub fn text(&self) -> String {
        String::from_utf8(self.data.clone()).unwrap()
    }
}

pub struct Sink {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
}

type Script = Arc<dyn Fn(usize, &str) -> Act + Send + Sync>;

impl Sink {
    /// One that takes everything.
    pub fn start() -> Self {
        Self::with(|_, _| Act::Usual)
    }

    /// Asks `script` with the number of the connection, from 1 on, and the command; `CONNECT` and `.` are the beginning
    /// of a connection and the end of a message. A script that blocks holds only its own connection.
    pub fn with(script: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (script, noted): (Script, _) = (Arc::new(script), seen.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let number = note(&noted, |seen| {
                    seen.connects += 1;
                    seen.open += 1;
                    seen.most_open = seen.most_open.max(seen.open);
                    seen.connects
                });
                let (script, noted) = (script.clone(), noted.clone());
                std::thread::spawn(move || {
                    let _ = Conversation::new(stream, number, script, &noted).hold();
                    note(&noted, |seen| seen.open -= 1);
                });
            }
        });
        Self { port, seen }
    }

    /// Looks at what was seen.
    pub fn seen<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.seen.lock().unwrap())
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.seen(|seen| seen.mails.clone())
    }

    /// Waits until something was seen.
    pub async fn seen_soon(&self, wanted: impl Fn(&Seen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !self.seen(&wanted) {
            assert!(Instant::now() < deadline, "never seen");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn note<T>(seen: &Mutex<Seen>, change: impl FnOnce(&mut Seen) -> T) -> T {
    change(&mut seen.lock().unwrap())
}

/// Something that scripts wait for.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    pub fn pass(&self) {
        let mut open = self.0.0.lock().unwrap();
        while !*open {
            let (again, wait) = self.0.1.wait_timeout(open, PATIENCE).unwrap();
            assert!(!wait.timed_out(), "nobody opened the gate");
            open = again;
        }
    }
}

struct Conversation<'a> {
    input: BufReader<TcpStream>,
    number: usize,
    script: Script,
    seen: &'a Mutex<Seen>,
    mail: Mail,
}

impl<'a> Conversation<'a> {
    fn new(stream: TcpStream, number: usize, script: Script, seen: &'a Mutex<Seen>) -> Self {
        let input = BufReader::new(stream);
        let mail = Mail::default();
        Self {
            input,
            number,
            script,
            seen,
            mail,
        }
    }

    fn hold(&mut self) -> std::io::Result<()> {
        let act = (self.script)(self.number, "CONNECT");
        if !self.answer(act, "220 sink ESMTP")? {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            if self.input.read_line(&mut line)? == 0 || !self.obey(line.trim_end())? {
                return Ok(());
            }
        }
    }

    /// `false`: the connection is over.
    fn obey(&mut self, command: &str) -> std::io::Result<bool> {
        note(self.seen, |seen| seen.commands.push(command.to_owned()));
        let act = (self.script)(self.number, command);
        let verb = command.get(..4).unwrap_or_default().to_ascii_uppercase();
        let usual = match verb.as_str() {
            "EHLO" => "250-sink\r\n250-SIZE 100000000\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 2.0.0 OK",
        };
        match verb.as_str() {
            "MAIL" => {
                let from = address(command);
                self.mail = Mail {
                    from,
                    ..Mail::default()
                };
            }
            "RCPT" if act == Act::Usual => self.mail.to.push(address(command)),
            "RSET" => self.mail = Mail::default(),
            _ => {}
        }
        let goes_on = self.answer(act, usual)? && verb != "QUIT";
        if goes_on && verb == "DATA" && act == Act::Usual {
            return self.take();
        }
        Ok(goes_on)
    }

    /// Takes a message.
    fn take(&mut self) -> std::io::Result<bool> {
        let mut data = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.input.read_until(b'\n', &mut line)? == 0 {
                return Ok(false);
            }
            if line == b".\r\n" {
                break;
            }
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let mut mail = std::mem::take(&mut self.mail);
        mail.data = data;
        let act = (self.script)(self.number, ".");
        if matches!(act, Act::Usual | Act::Close) {
            note(self.seen, |seen| seen.mails.push(mail));
        }
        self.answer(act, "250 2.0.0 queued")
    }

    fn answer(&mut self, act: Act, usual: &str) -> std::io::Result<bool> {
        let text = match act {
            Act::Close => return Ok(false),
            Act::Usual => usual,
            Act::Say(text) | Act::SayAndClose(text) => text,
        };
        let out = self.input.get_mut();
        out.write_all(format!("{text}\r\n").as_bytes())?;
        Ok(!matches!(act, Act::SayAndClose(_)))
    }
}

/// What stands in angle brackets.
fn address(command: &str) -> String {
    let inside = command.split_once('<').map_or("", |(_, rest)| rest);
    inside.split('>').next().unwrap_or_default().to_owned()
}
