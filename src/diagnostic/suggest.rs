//! A name nobody knows → the known name that was probably meant.

/// The candidate most like `name`, if one is alike enough to be a slip of the pen: at most one edit (insertion,
/// deletion, substitution, transposition of neighbours) for every three characters, and one for shorter names; case
/// and the choice of `-`, `_` or blank count for nothing. Of equals the alphabetically first.
pub fn suggest<S: AsRef<str>>(name: &str, candidates: impl IntoIterator<Item = S>) -> Option<String> {
    /// Names longer than this are no slips of the pen, and comparing takes quadratic time.
    const LONGEST: usize = 64;
    let wanted = folded(name);
    let length = wanted.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let mut best: Option<(usize, String)> = None;
    for candidate in candidates {
        let candidate = candidate.as_ref();
        let known = folded(candidate);
        let longest = length.max(known.chars().count());
        if candidate == name || longest > LONGEST {
            continue;
        }
        let edits = strsim::osa_distance(&wanted, &known);
        let close = edits <= (longest / 3).max(1) && edits < length;
        let rank = (edits, candidate.to_owned());
        if close && best.as_ref().is_none_or(|best| rank < *best) {
            best = Some(rank);
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn folded(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).map(|c| if matches!(c, '-' | ' ') { '_' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_recognised() {
        let keys = ["horizon", "hostility", "headline", "rules", "when", "upon", "id"];
        for (wrong, meant) in [
            ("horzion", "horizon"),
            ("Hostility", "hostility"),
            ("wehn", "when"),
            ("rule", "rules"),
            ("ids", "id"),
        ] {
            assert_eq!(suggest(wrong, keys).as_deref(), Some(meant), "{wrong}");
        }
    }

    #[test]
    fn nothing_is_suggested_for_what_is_not_alike() {
        assert_eq!(suggest("embassy", ["horizon", "rules"]), None);
        assert_eq!(suggest("x", ["y", "z"]), None);
        assert_eq!(suggest("", ["a"]), None);
        assert_eq!(suggest("when", ["when"]), None);
        assert_eq!(suggest(&"x".repeat(1 << 20), ["xx"]), None);
    }

    #[test]
    fn ties_are_broken_alphabetically() {
        assert_eq!(suggest("bat", ["cat", "bad", "bar"]).as_deref(), Some("bad"));
        assert_eq!(suggest("bat", ["bar", "cat", "bad"]).as_deref(), Some("bad"));
    }
}
