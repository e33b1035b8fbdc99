//! What clap has to say: help and version on stdout, everything else in one line.

use clap::error::ErrorKind;

use super::error::CliError;
use super::output;

/// Prints what was asked for, or says what is wrong with the arguments and where to look.
pub fn answer(error: &clap::Error) -> Result<(), CliError> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::print(&error.render().to_string())
        }
        // Whoever typed no command wants to know which there are.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{}", error.render());
            Err(CliError::usage("give a command, one of those listed above"))
        }
        _ => Err(CliError::usage(in_one_line(&error.render().to_string()))),
    }
}

/// Joins clap's paragraphs and leaves out its usage, which `--help` has as well.
fn in_one_line(rendered: &str) -> String {
    let (what, rest) = rendered.split_once("\nUsage: ").unwrap_or((rendered, ""));
    let what: Vec<&str> = what
        .lines()
        .filter(|line| !line.starts_with("For more information"))
        .flat_map(str::split_whitespace)
        .collect();
    let what = what.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    let command: Vec<&str> = rest
        .split_whitespace()
        .take_while(|word| word.chars().all(|c| c.is_ascii_lowercase()))
        .collect();
    match command.is_empty() {
        true => format!("{what} (see: quillgate --help)"),
        false => format!("{what} (see: {} --help)", command.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn refusal(arguments: &[&str]) -> String {
        let all = ["quillgate"].iter().chain(arguments);
        let error = Cli::try_parse_from(all).expect_err("must be refused");
        match answer(&error) {
            Err(CliError::Usage(line)) => line,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_missing_is_named_in_one_line() {
        assert_eq!(
            refusal(&["user", "add", "ralf"]),
            "the following required arguments were not provided: --name <NAME> --email <ADDR> \
             (see: quillgate user add --help)"
        );
    }

    #[test]
    fn a_misspelt_word_is_answered_with_the_nearest() {
        let line = refusal(&["token", "create", "--user", "ralf", "--scop", "mail"]);
        assert!(line.contains("'--scope'"), "{line}");
        assert!(!line.contains('\n'), "{line}");
        assert!(refusal(&["usr"]).contains("'user'"));
    }
}
