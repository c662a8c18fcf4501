//! The call that replays a run → text to copy into a shell.

use std::borrow::Cow;

/// Which scenario was run, changed how, under which seed.
#[derive(Clone, Copy, Debug)]
pub struct Replay<'a> {
    /// The scenario as it is named in a call; nothing for the built-in one.
    pub scenario: Option<&'a str>,
    /// The variant applied.
    pub variant: Option<&'a str>,
    /// Settings, in their order.
    pub set: &'a [(&'a str, &'a str)],
    /// The seed, in decimal.
    pub seed: &'a str,
}

/// `escalade trace my.yaml --variant hotline --seed 1 --run RUN`, quoted for a POSIX shell.
pub fn replay(of: Replay<'_>, run: &str) -> String {
    let mut words: Vec<Cow<'_, str>> = vec!["escalade trace".into()];
    words.extend(of.scenario.map(word));
    if let Some(variant) = of.variant {
        words.extend(["--variant".into(), word(variant)]);
    }
    for (name, value) in of.set {
        words.extend(["--set".into(), Cow::Owned(word(&format!("{name}={value}")).into_owned())]);
    }
    words.extend(["--seed".into(), of.seed.into(), "--run".into(), run.into()]);
    words.join(" ")
}

/// A word as a POSIX shell takes it.
fn word(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./=:,@%+".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        let set = [("risk", "20%"), ("hostility(a, b)", "war")];
        let of = Replay { scenario: Some("it's.yaml"), variant: Some("calm"), set: &set, seed: "7" };
        assert_eq!(
            replay(of, "N"),
            r"escalade trace 'it'\''s.yaml' --variant calm --set risk=20% --set 'hostility(a, b)=war' --seed 7 --run N"
        );
        let plain = Replay { scenario: None, variant: None, set: &[], seed: "1" };
        assert_eq!(replay(plain, "3"), "escalade trace --seed 1 --run 3");
    }
}
