//! Whether the server at an address speaks the protocol that is looked for, encrypted and with the host's certificate.

use std::io;
use std::net::IpAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use crate::net::server::{Protocol, Security};
use crate::net::stream::Stream;
use crate::net::tls::Tls;

/// Bytes of a greeting or an answer.
const ANSWER_MAX: u64 = 16 << 10;

/// Looks at what answers there, and hangs up. The caller limits the time.
///
/// # Errors
/// Nothing that could be used.
pub async fn greets(
    tls: &Tls,
    protocol: Protocol,
    security: Security,
    host: &str,
    (address, port): (IpAddr, u16),
) -> io::Result<()> {
    let mut stream = Stream::connect(&address.to_string(), port).await?;
    if security == Security::Tls {
        stream = stream.encrypt(tls, host).await?;
    }
    let mut stream = BufReader::new(stream);
    let greeting = answer(&mut stream, None).await?;
    require(match protocol {
        Protocol::Smtp => greeting.starts_with("220"),
        Protocol::Imap => ["* OK", "* PREAUTH"]
            .iter()
            .any(|start| greeting.starts_with(start)),
    })?;
    if security != Security::StartTls {
        return Ok(());
    }
    match protocol {
        Protocol::Smtp => {
            stream.write_all(b"EHLO [127.0.0.1]\r\n").await?;
            let offers = answer(&mut stream, None).await?;
            let offered = |line: &str| line.get(4..).is_some_and(|word| word.trim() == "STARTTLS");
            require(offers.to_ascii_uppercase().lines().any(offered))?;
            stream.write_all(b"STARTTLS\r\n").await?;
            require(answer(&mut stream, None).await?.starts_with("220"))?;
        }
        Protocol::Imap => {
            stream.write_all(b"a STARTTLS\r\n").await?;
            let said = answer(&mut stream, Some("a")).await?;
            require(said.lines().any(|line| line.starts_with("a OK")))?;
        }
    }
    stream.into_inner().encrypt(tls, host).await.map(drop)
}

fn require(right: bool) -> io::Result<()> {
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "it speaks something else");
    right.then_some(()).ok_or_else(wrong)
}

/// Lines up to the one that ends the answer: in IMAP the one with this tag, else, as SMTP has it, the one without a
/// hyphen behind the number.
async fn answer(stream: &mut BufReader<Stream>, tag: Option<&str>) -> io::Result<String> {
    let mut lines = String::new();
    let mut limited = stream.take(ANSWER_MAX);
    loop {
        let start = lines.len();
        if limited.read_line(&mut lines).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = &lines[start..];
        let last = match tag {
            None => line.as_bytes().get(3) != Some(&b'-'),
            Some(_) => line.split(' ').next() == tag,
        };
        if last {
            return Ok(lines);
        }
    }
}
