//! Arguments as people type them.

use clap::CommandFactory;

use super::*;

fn parses(line: &str) -> bool {
    Cli::try_parse_from(std::iter::once("quillgate").chain(line.split_whitespace())).is_ok()
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn the_configuration_file_is_named_before_or_after_the_command() {
    for line in [
        "--config q.toml user list",
        "user --config q.toml list",
        "user list --config q.toml",
    ] {
        let words = std::iter::once("quillgate").chain(line.split_whitespace());
        let cli = Cli::try_parse_from(words).unwrap();
        assert_eq!(cli.config, Some(PathBuf::from("q.toml")), "{line}");
    }
}

#[test]
fn every_form_of_the_contract_is_understood() {
    for line in [
        "demo",
        "demo --listen 127.0.0.1:0 --data DIR",
        "serve --config quillgate.toml",
        "init --config quillgate.toml",
        "check --config quillgate.toml --offline",
        "check --user ralf --password-stdin --json",
        "config --default",
        "config --effective",
        "config --env",
        "user add ralf --name Ralf --email r@example.org --id 5 --admin --timezone UTC --password-stdin",
        "user add ralf --name Ralf --email r@example.org --password-file F",
        "user import -",
        "user list --json",
        "user passwd ralf --password-stdin",
        "user disable ralf",
        "user enable ralf",
        "user remove ralf",
        "account add --name A --owner ralf anna --smtp smtp://h:25",
        "account add --name A --owner ralf --owner anna --smtp smtp://h:25",
        "account add --name A --everyone --smtp file:D --imap none --sieve sieve://h --sent S --drafts D --user-editable",
        "account discover ralf@example.org --dns 127.0.0.1:53 --json",
        "account list --json",
        "account set 1 --user-editable=false",
        "account set 1 --user-editable",
        "account remove 1",
        "identity add --account 1 --user ralf --email r@example.org --name N --org O --label L --reply-to a@example.org --signature-file F --id 3 --default",
        "identity list --json",
        "identity set 1 --default",
        "identity remove 1",
        "token create --user ralf --scope groupdav --scope mail --until +90days --remark TEXT",
        "token create --all-users --scope groupdav,mail",
        "token list --json",
        "token revoke 1",
    ] {
        assert!(parses(line), "{line}");
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    for line in [
        "config --default --env",
        "user add ralf --name Ralf --email r@example.org --password-stdin --password-file F",
        "user add ralf --name Ralf --email r@example.org --id 0",
        "account add --name A --smtp smtp://h:25",
        "account add --name A --owner ralf --everyone --smtp smtp://h:25",
        "account set 1",
        "identity set 1",
        "token create --scope mail",
        "token create --user ralf --all-users",
        "token create --user ralf --scope mail:all",
        "token revoke one",
    ] {
        assert!(!parses(line), "{line}");
    }
}

#[test]
fn every_command_and_every_flag_is_explained() {
    fn walk(command: &clap::Command) {
        let name = command.get_name();
        assert!(command.get_about().is_some(), "{name}");
        for argument in command.get_arguments() {
            let id = argument.get_id();
            assert!(argument.get_help().is_some(), "{name} {id}");
        }
        command.get_subcommands().for_each(walk);
    }
    walk(&Cli::command());
}
