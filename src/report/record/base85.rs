//! Bytes ↔ text of 85 characters, none of which JSON escapes (Z85: `ZeroMQ` RFC 32), in lines.

const DIGITS: &[u8; 85] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/// Lines of at most `width` characters, a multiple of 5; the last group of four bytes is filled up with zeros.
pub(super) fn lines(bytes: &[u8], width: usize) -> Vec<String> {
    bytes.chunks(width / 5 * 4).map(|line| line.chunks(4).flat_map(group).collect()).collect()
}

fn group(bytes: &[u8]) -> [char; 5] {
    let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or_default());
    let word = (0..4).fold(0, |word, at| word << 8 | byte(at));
    std::array::from_fn(|at| char::from(DIGITS[(word / 85_u32.pow(4 - at as u32) % 85) as usize]))
}

/// The bytes of lines, so many of them; nothing if they are not base 85 or not as many.
pub(super) fn bytes(lines: &[String], length: u64) -> Option<Vec<u8>> {
    let digits: Vec<u64> = lines
        .iter()
        .flat_map(|line| line.bytes())
        .map(|c| DIGITS.iter().position(|digit| *digit == c).map(|at| at as u64))
        .collect::<Option<_>>()?;
    if !digits.len().is_multiple_of(5) || length.div_ceil(4) != digits.len() as u64 / 5 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 5 * 4);
    for group in digits.chunks(5) {
        let word = group.iter().fold(0, |word, digit| 85 * word + digit);
        bytes.extend(u32::try_from(word).ok()?.to_be_bytes());
    }
    bytes.truncate(usize::try_from(length).ok()?);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_holds() {
        let hello = [0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b];
        assert_eq!(lines(&hello, 1_020), ["HelloWorld"]);
        assert_eq!(bytes(&["Hello".into(), "World".into()], 8).unwrap(), hello);
        let all: Vec<u8> = (0..=254).collect();
        assert_eq!(bytes(&lines(&all, 20), 255).unwrap(), all);
        for wrong in ["Hell", "Hell\"", "#####", "HelloWorld"] {
            assert_eq!(bytes(&[wrong.to_owned()], 4), None, "{wrong}");
        }
    }
}
