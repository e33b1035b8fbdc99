//! File, environment and flags, and what `quillgate config` tells of them.

use crate::support::command::House;

#[test]
fn flags_come_before_variables_before_the_file() {
    let house = House::new("log.level = \"warn\"\nmail.smtp_connections = 3");
    let effective = house.ok(&["config", "--effective"]);
    for (line, origin) in [
        ("listen = \"127.0.0.1:0\"", "file"),
        ("level = \"warn\"", "file"),
        ("smtp_connections = 3", "file"),
        ("workers = ", "default"),
        ("upload_status = 302", "default"),
    ] {
        let found = effective.lines().find(|own| own.starts_with(line));
        let found = found.unwrap_or_else(|| panic!("{line}: {effective}"));
        let (_, told) = found.split_once(" # ").unwrap();
        assert!(told.starts_with(origin), "{found}");
    }
    let mut command = house.command(&["config"]);
    command.env("QUILLGATE_MAIL_SMTP_CONNECTIONS", "4");
    let output = command.output().unwrap();
    let effective = String::from_utf8(output.stdout).unwrap();
    let line = effective
        .lines()
        .find(|line| line.starts_with("smtp_connections = 4"));
    let line = line.unwrap_or_else(|| panic!("{effective}"));
    assert!(line.contains("QUILLGATE_MAIL_SMTP_CONNECTIONS"), "{line}");
}

#[tokio::test]
async fn serve_listens_where_the_strongest_source_says() {
    let file = "server.base_path = \"/from-file\"";
    let house = House::inhabited(file);
    // 192.0.2.1 belongs to nobody: only the flag leads to a server.
    let mut command = house.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("QUILLGATE_SERVER_LISTEN", "192.0.2.1:1");
    command.env("QUILLGATE_SERVER_BASE_PATH", "/from-variable");
    let server = crate::support::command::Process::start(command);
    // What is no base path is taken for a login.
    for (path, status) in [("/from-variable/mail", 200), ("/from-file/mail", 403)] {
        let answer = server.request(reqwest::Method::GET, "ralf", path);
        assert_eq!(answer.send().await.unwrap().status(), status, "{path}");
    }
}

#[test]
fn the_file_is_found_by_flag_variable_or_in_the_current_directory() {
    let house = House::new("");
    house.write("flag.toml", "log.level = \"error\"");
    house.write("variable.toml", "log.level = \"debug\"");
    let level = |arguments: &[&str], variable: Option<&str>| {
        let mut command = house.command(arguments);
        if let Some(path) = variable {
            command.env("QUILLGATE_CONFIG", path);
        }
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let line = text.lines().find(|line| line.starts_with("level = "));
        line.unwrap().split(' ').nth(2).unwrap().to_owned()
    };
    assert_eq!(level(&["config"], None), "\"info\"");
    assert_eq!(level(&["config"], Some("variable.toml")), "\"debug\"");
    let variable = Some("variable.toml");
    assert_eq!(
        level(&["config", "--config", "flag.toml"], variable),
        "\"error\""
    );
    assert_eq!(
        level(&["--config", "flag.toml", "config"], variable),
        "\"error\""
    );
    let missing = house.run(&["config", "--config", "missing.toml"]);
    assert!(missing.refusal(1).contains("missing.toml"), "{missing:?}");
}

#[test]
fn unknown_keys_and_variables_are_refused_with_the_nearest_known_one() {
    let house = House::new("");
    house.write("typo.toml", "[presence]\nhartbeat = \"1s\"\n");
    for arguments in [
        &["serve", "--config", "typo.toml"][..],
        &["demo", "--config", "typo.toml"],
        &["user", "list", "--config", "typo.toml"],
        &["config", "--config", "typo.toml"],
    ] {
        let ran = house.run(arguments);
        let line = ran.refusal(1);
        assert!(line.contains("typo.toml, line 2"), "{line}");
        assert!(
            line.ends_with(
                "unknown key presence.hartbeat, the nearest known key is presence.heartbeat"
            ),
            "{line}"
        );
    }
    let mut command = house.command(&["config"]);
    command.env("QUILLGATE_MAIL_SMTP_TIMOUT", "3s");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let line = String::from_utf8(output.stderr).unwrap();
    assert!(
        line.contains("QUILLGATE_MAIL_SMTP_TIMOUT") && line.contains("QUILLGATE_MAIL_SMTP_TIMEOUT"),
        "{line}"
    );
    assert!(!house.path("data").exists(), "nothing was begun");
}

#[test]
fn the_default_file_and_the_variables_say_what_is_in_force_anyway() {
    let house = House::new("");
    let bare = house.path("bare");
    std::fs::create_dir(&bare).unwrap();
    let effective = |more: &[(String, String)], file: Option<&str>| {
        let mut command = house.command(&["config", "--effective"]);
        command.current_dir(&bare);
        command.envs(more.iter().cloned());
        if let Some(file) = file {
            command.args(["--config", file]);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let values: Vec<String> = text
            .lines()
            .map(|line| line.split(" # ").next().unwrap().trim().to_owned())
            .collect();
        values
    };
    let defaults = effective(&[], None);
    assert!(defaults.len() > 40, "{defaults:?}");
    std::fs::write(
        bare.join("default.toml"),
        house.ok(&["config", "--default"]),
    )
    .unwrap();
    assert_eq!(effective(&[], Some("default.toml")), defaults);
    let variables: Vec<(String, String)> = house
        .ok(&["config", "--env"])
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (name, value) = line.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect();
    assert_eq!(effective(&variables, None), defaults);
}
