//! The file behind `--signature-file`.

use std::path::Path;

use crate::cli::error::CliError;

/// Reads a signature, without the line ends that editors put behind the last line.
pub fn read(path: &Path) -> Result<String, CliError> {
    let told =
        |what: String| CliError::failed(format!("--signature-file {}: {what}", path.display()));
    let bytes = std::fs::read(path).map_err(|cause| told(cause.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| told("it is not UTF-8".to_owned()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
