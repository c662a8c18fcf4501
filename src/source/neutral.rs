//! Text that may hold terminal escapes, control characters or invisible direction changes → text that is safe to
//! show: each such character becomes a visible escape like `\u{202e}`.

use serde::Serialize;
use std::borrow::Cow;

/// `text` for a place of one line: every control character (line breaks and tabs too), bidirectional override or
/// isolate, zero-width or other invisible format character becomes its escape, `\u{…}` in lower-case hexadecimal.
///
/// Borrows when there is nothing to replace.
pub fn neutralise(text: &str) -> Cow<'_, str> {
    replace(text, is_hazard)
}

/// Like [`neutralise`], but keeps line feeds and tabs: for text of several lines.
pub fn neutralise_lines(text: &str) -> Cow<'_, str> {
    replace(text, |c| is_hazard(c) && c != '\n' && c != '\t')
}

fn replace(text: &str, hazard: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&hazard) else { return Cow::Borrowed(text) };
    let mut safe = String::with_capacity(text.len() + 16);
    safe.push_str(&text[..first]);
    for c in text[first..].chars() {
        if hazard(c) { safe.extend(c.escape_unicode()) } else { safe.push(c) }
    }
    Cow::Owned(safe)
}

/// A value as indented JSON, with a newline at the end. It means what any JSON of the value means, and is safe to show:
/// hazards can stand in its strings only, and are written there as `\uXXXX`.
///
/// # Panics
/// If a map in the value has keys that are no strings.
pub fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("all keys are strings");
    let mut safe = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if c == '\n' || !is_hazard(c) {
            safe.push(c);
        } else {
            safe.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    safe.push('\n');
    safe
}

/// Whether a character can steer a terminal, reorder the text around it, or hide: Unicode categories Cc, Zl and Zp,
/// and those of Cf that are invisible (bidirectional controls: UAX #9; "Trojan Source", CVE-2021-42574).
pub fn is_hazard(c: char) -> bool {
    matches!(
        c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn terminal_escapes_nul_and_bidi_overrides_become_visible() {
        assert_eq!(neutralise("a\x1b[31mb"), r"a\u{1b}[31mb");
        assert_eq!(neutralise("\0"), r"\u{0}");
        assert_eq!(neutralise("x\u{202e}y\u{2066}\u{200d}\u{9b}"), r"x\u{202e}y\u{2066}\u{200d}\u{9b}");
        assert_eq!(neutralise("a\nb\tc"), r"a\u{a}b\u{9}c");
        assert_eq!(neutralise_lines("a\nb\tc\r"), "a\nb\tc\\u{d}");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        assert!(matches!(neutralise("Bakı–Tehran: 30 % ≥ x"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_is_safe_and_means_the_same() {
        let text = "a\n\"\u{9b}31m\u{202e}\u{e0001}\u{7f}é";
        let written = json(&[text]);
        assert!(!written.chars().any(|c| c != '\n' && is_hazard(c)), "{written:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&written).unwrap(), [text]);
    }

    proptest! {
        #[test]
        fn nothing_hazardous_is_left(text in any::<String>()) {
            prop_assert!(!neutralise(&text).chars().any(is_hazard));
        }
    }
}
