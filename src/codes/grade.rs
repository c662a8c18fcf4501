//! Admiralty grades of claims: reliability of the source A–F, credibility of the statement 1–6 (NATO AJP-2.1).

/// Whether the text is a grade.
pub fn is_grade(text: &str) -> bool {
    matches!(text.as_bytes(), [b'A'..=b'F', b'1'..=b'6'])
}

/// Whether a grade is low: a source not usually reliable or worse (D–F), or a statement doubtful or worse (4–6).
pub fn is_low(grade: &str) -> bool {
    matches!(grade.as_bytes(), [reliability, credibility] if *reliability >= b'D' || *credibility >= b'4')
}

#[cfg(test)]
mod tests {
    use super::{is_grade, is_low};

    #[test]
    fn grades() {
        assert!(is_grade("A1") && is_grade("F6") && !is_grade("G1") && !is_grade("B7") && !is_grade("b2"));
        assert!(is_low("D1") && is_low("B4") && !is_low("C3"));
    }
}
