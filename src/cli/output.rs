//! The one way out to stdout: what scripts read.

use std::io::{ErrorKind, Write, stdout};

use serde_json::Value;

use super::error::CliError;

/// Writes text. Somebody who reads no further, such as `head`, has what they wanted.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            Err(CliError::failed(format!("cannot write to stdout: {cause}")))
        }
        _ => Ok(()),
    }
}

/// Writes objects: all of them as one JSON array, or these columns of them as a table.
pub fn list(rows: Vec<Value>, columns: &[&str], json: bool) -> Result<(), CliError> {
    if json {
        let text = serde_json::to_string_pretty(&Value::Array(rows));
        return print(&(text.map_err(|cause| CliError::failed(cause.to_string()))? + "\n"));
    }
    print(&table(&rows, columns))
}

fn table(rows: &[Value], columns: &[&str]) -> String {
    let head = columns.iter().map(|name| name.to_uppercase()).collect();
    let body = rows
        .iter()
        .map(|row| columns.iter().map(|name| cell(&row[*name])).collect());
    let lines: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|column| {
            let width = |line: &Vec<String>| line[column].chars().count();
            lines.iter().map(width).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        text += cells.join("  ").trim_end();
        text.push('\n');
    }
    text
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    text.replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_lines_up_and_shows_nothing_that_moves_the_cursor() {
        let rows = [
            json!({"id": 5, "login": "ralf", "admin": true, "scope": ["groupdav", "mail"]}),
            json!({"id": 12, "login": "anna\u{1b}", "admin": false, "scope": null}),
        ];
        assert_eq!(
            table(&rows, &["id", "login", "admin", "scope"]),
            "ID  LOGIN  ADMIN  SCOPE\n5   ralf   yes    groupdav mail\n12  anna\u{fffd}  no     -\n"
        );
    }
}
