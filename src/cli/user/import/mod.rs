//! `quillgate user import`

mod hashing;
mod record;

use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};

use crate::cli::error::CliError;
use crate::cli::workspace::Workspace;
use crate::identities::admin::import::{self, Newcomer};

/// Add many users at once, all or none
#[derive(Debug, clap::Args)]
#[command(after_help = "\
One JSON object a line, with these members:
  login, name, email     as for quillgate user add
  id                     optional, default: the one after the highest
  admin                  optional, true or false
  password               optional; hashing it takes a core some 20 ms
  accounts               optional, a list of account ids: an identity on each, the first is the default;
                         the user becomes an owner of an account that is not for everyone

Examples:
  quillgate user import users.jsonl
  echo '{\"login\": \"ralf\", \"name\": \"Ralf Becker\", \"email\": \"ralf@example.org\", \"accounts\": [1]}' | quillgate user import -")]
pub struct Import {
    /// File of JSON lines, - for standard input
    file: PathBuf,
}

impl Import {
    pub async fn run(self, on: &Workspace) -> Result<(), CliError> {
        let mut lines = read(&self.file)?;
        let newcomers: Vec<Newcomer> = lines.iter().map(|line| line.newcomer.clone()).collect();
        let count = newcomers.len();
        // Before passwords are hashed in vain, which may take minutes; the transaction looks again.
        on.read(|db| async move { import::check(&db, &newcomers).await })
            .await?;
        hashing::hash_all(&mut lines)?;
        on.write(|db| async move {
            let newcomers: Vec<Newcomer> = lines.into_iter().map(|line| line.newcomer).collect();
            Ok(((), import::add(&db, &newcomers).await?))
        })
        .await?;
        eprintln!("added {count} users");
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<record::Line>, CliError> {
    if path == Path::new("-") {
        return lines(stdin().lock());
    }
    let file = File::open(path)
        .map_err(|cause| CliError::failed(format!("cannot read {}: {cause}", path.display())))?;
    lines(BufReader::new(file))
}

fn lines(mut from: impl BufRead) -> Result<Vec<record::Line>, CliError> {
    let mut lines = Vec::new();
    let mut number = 0;
    let mut bytes = Vec::new();
    loop {
        number += 1;
        bytes.clear();
        if from.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(lines);
        }
        if bytes.iter().any(|byte| !byte.is_ascii_whitespace()) {
            lines.push(record::parse(number, &bytes)?);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_are_passed_over_and_still_counted() {
        let sound = concat!(
            "\n{\"login\":\"a\",\"name\":\"A\",",
            "\"email\":\"a@example.org\"}\n \r\n"
        );
        let found = lines(sound.as_bytes()).unwrap();
        assert_eq!(found[0].newcomer.line, 2);
        assert_eq!(found.len(), 1);
        let text = format!("{sound}{{\"login\":7}}\n");
        let refusal = lines(text.as_bytes()).map(drop).unwrap_err().to_string();
        assert!(refusal.starts_with("line 4: "), "{refusal}");
    }
}
