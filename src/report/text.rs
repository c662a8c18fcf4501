//! A report becomes JSON text, and such text a report.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::{FORMAT, Report};
use crate::source::neutral::json;

/// Why a text is not a report that can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It is not JSON.
    #[error("not JSON: {0}")]
    NotJson(serde_json::Error),
    /// It ends before it is complete.
    #[error("it ends too early, at line {0}: the file is cut off")]
    Truncated(usize),
    /// It is JSON, but not a report of this program.
    #[error("not an escalade report: {0}")]
    NotReport(String),
    /// It is a report in another format.
    #[error(
        "the report has format {0}, this program reads formats 1 to {FORMAT}: a later version may have written it"
    )]
    OtherFormat(u64),
}

impl Report {
    /// The report as indented JSON, with a newline at the end. Equal reports give equal bytes.
    pub fn to_json(&self) -> String {
        json(self)
    }

    /// Reads what [`Report::to_json`] writes.
    pub fn from_json(text: &str) -> Result<Self, ReportError> {
        let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
            if error.is_eof() { ReportError::Truncated(error.line()) } else { ReportError::NotJson(error) }
        })?;
        let parts = ["scenario", "sampling", "outcomes"];
        if let Some(missing) = parts.iter().find(|part| value.get(part).is_none()) {
            return Err(ReportError::NotReport(format!("it has no `{missing}`")));
        }
        match value.get("format").and_then(serde_json::Value::as_u64) {
            Some(format) if (1..=u64::from(FORMAT)).contains(&format) => {
                serde_json::from_str(text).map_err(|error| ReportError::NotReport(error.to_string()))
            }
            Some(format) => Err(ReportError::OtherFormat(format)),
            None => Err(ReportError::NotReport("it has no `format` number".into())),
        }
    }
}

/// SHA-256 of a text, in hexadecimal.
pub fn digest(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        write!(hex, "{byte:02x}").expect("a String takes all text");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::{Report, ReportError, digest};

    #[test]
    fn the_digest_is_sha_256() {
        // FIPS 180-4, example of one block.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest("abc"), abc);
    }

    #[test]
    fn what_is_not_a_report_is_told_apart() {
        assert!(matches!(Report::from_json("{"), Err(ReportError::Truncated(1))));
        assert!(matches!(Report::from_json("{]"), Err(ReportError::NotJson(_))));
        for other in ["3", "{\"format\": 1}", "{\"scenario\": 1, \"sampling\": 1, \"outcomes\": 1}"] {
            assert!(matches!(Report::from_json(other), Err(ReportError::NotReport(_))), "{other}");
        }
        let later = "{\"format\": 3, \"scenario\": 1, \"sampling\": 1, \"outcomes\": 1}";
        assert!(matches!(Report::from_json(later), Err(ReportError::OtherFormat(3))));
        let broken = later.replace('3', "1");
        assert!(matches!(Report::from_json(&broken), Err(ReportError::NotReport(_))));
    }
}
