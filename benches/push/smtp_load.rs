//! What a load generator puts into the same sink: a process of its own on the servers' core, as the gateway is.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::Trouble;
use crate::machine::Cores;

/// Told to the copy of this program that is to send.
const FLAG: &str = "--smtp-load";

/// Starts a copy of this program that sends mails of `bytes` over some connections; its answer is mails a second.
pub async fn measure(
    cores: &Cores,
    port: u16,
    connections: usize,
    time: Duration,
    bytes: usize,
) -> Result<f64, Trouble> {
    let numbers = [
        usize::from(port),
        connections,
        usize::try_from(time.as_millis())?,
        bytes,
    ];
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg(FLAG)
        .args(numbers.map(|number| number.to_string()))
        .stdout(std::process::Stdio::piped());
    let child = cores.on_server(|| command.spawn())?;
    // The sink is a task of this thread.
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await??;
    let said = String::from_utf8(output.stdout)?;
    Ok(said.trim().parse()?)
}

pub fn is_asked(arguments: &[String]) -> bool {
    arguments.first().is_some_and(|first| first == FLAG)
}

/// Sends, and prints how many mails a second were taken.
pub fn run(arguments: &[String]) -> Result<(), Trouble> {
    let numbers: Vec<u64> = arguments[1..]
        .iter()
        .map(|text| text.parse())
        .collect::<Result<_, _>>()?;
    let [port, connections, millis, bytes] = numbers[..] else {
        return Err("four numbers".into());
    };
    let port = u16::try_from(port)?;
    let message = message(usize::try_from(bytes)?);
    let (began, time) = (Instant::now(), Duration::from_millis(millis));
    let sent: Result<usize, Trouble> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..connections)
            .map(|_| scope.spawn(|| send(port, &message, began, time)))
            .collect();
        senders.into_iter().try_fold(0, |sum, sender| {
            let sent = sender.join().map_err(|_| "a sender panicked")?;
            Ok(sum + sent?)
        })
    });
    println!("{}", sent? as f64 / began.elapsed().as_secs_f64());
    Ok(())
}

fn message(bytes: usize) -> Vec<u8> {
    let mut message = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: load\r\n\r\n".to_vec();
    let line = b"All work and no play makes Jack a dull boy.\r\n";
    while message.len() < bytes {
        message.extend_from_slice(line);
    }
    message.extend_from_slice(b".\r\n");
    message
}

fn send(port: u16, message: &[u8], began: Instant, time: Duration) -> Result<usize, Trouble> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_nodelay(true)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    expect(&mut answers, "220")?;
    let mut say = |what: &[u8], codes: &[&str]| {
        stream.write_all(what)?;
        codes.iter().try_for_each(|code| expect(&mut answers, code))
    };
    say(b"EHLO localhost\r\n", &["250"])?;
    let mut sent = 0;
    while began.elapsed() < time {
        say(
            b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n",
            &["250", "250", "354"],
        )?;
        say(message, &["250"])?;
        sent += 1;
    }
    say(b"QUIT\r\n", &["221"])?;
    Ok(sent)
}

fn expect(answers: &mut impl BufRead, code: &str) -> Result<(), Trouble> {
    let mut line = String::new();
    loop {
        line.clear();
        answers.read_line(&mut line)?;
        if !line.starts_with(code) {
            return Err(format!("the sink said {line:?}, not {code}").into());
        }
        if line.as_bytes().get(3) == Some(&b' ') {
            return Ok(());
        }
    }
}
