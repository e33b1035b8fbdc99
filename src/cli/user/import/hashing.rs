//! Passwords of many users: every core hashes its share.

use std::thread;

use super::record::Line;
use crate::auth::password;
use crate::cli::error::CliError;

/// Hashes the passwords of all lines that have one.
pub fn hash_all(lines: &mut [Line]) -> Result<(), CliError> {
    let mut with_password: Vec<&mut Line> = lines
        .iter_mut()
        .filter(|line| line.password.is_some())
        .collect();
    if with_password.is_empty() {
        return Ok(());
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = with_password.len().div_ceil(cores);
    thread::scope(|scope| {
        let threads: Vec<_> = with_password
            .chunks_mut(share)
            .map(|share| scope.spawn(|| share.iter_mut().try_for_each(|line| hash(line))))
            .collect();
        threads.into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

fn hash(line: &mut Line) -> Result<(), CliError> {
    if let Some(password) = line.password.take() {
        let hash = password::hash(&password)
            .map_err(|cause| CliError::failed(format!("line {}: {cause}", line.newcomer.line)))?;
        line.newcomer.user.password_hash = Some(hash);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::record::parse;
    use super::*;

    #[test]
    fn only_those_with_a_password_get_a_hash_and_each_their_own() {
        let mut lines: Vec<Line> = ["", r#","password":"one""#, r#","password":"one""#]
            .iter()
            .map(|more| {
                let text = format!(r#"{{"login":"a","name":"A","email":"a@example.org"{more}}}"#);
                parse(1, text.as_bytes()).unwrap()
            })
            .collect();
        hash_all(&mut lines).unwrap();
        let hashes: Vec<_> = lines
            .iter()
            .map(|line| line.newcomer.user.password_hash.as_deref())
            .collect();
        assert_eq!(hashes[0], None);
        assert!(hashes[1].is_some() && hashes[2].is_some() && hashes[1] != hashes[2]);
        assert!(lines.iter().all(|line| line.password.is_none()));
    }
}
