//! The call that replays a run → text to copy into a shell.

use std::borrow::Cow;

use crate::engine::USUAL_DRAWS;

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
    /// Its parameter draws.
    pub draws: ReplayDraws,
}

/// How the parameters of a run were drawn.
#[derive(Clone, Copy, Debug)]
pub struct ReplayDraws {
    /// Whether any are drawn.
    pub drawn: bool,
    /// How many times; nothing if each run has its own.
    pub draws: Option<u64>,
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
    words.extend(["--seed".into(), of.seed.into()]);
    // What is taken if nothing is said needs no flag.
    match of.draws.draws {
        None if of.draws.drawn => words.push("--draws each".into()),
        Some(draws) if draws != USUAL_DRAWS.get() => words.push(format!("--draws {draws}").into()),
        _ => {}
    }
    words.extend(["--run".into(), run.into()]);
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
        let usual = ReplayDraws { drawn: true, draws: Some(1_000) };
        let set = [("risk", "20%"), ("hostility(a, b)", "war")];
        let of =
            Replay { scenario: Some("it's.yaml"), variant: Some("calm"), set: &set, seed: "7", draws: usual };
        assert_eq!(
            replay(of, "N"),
            r"escalade trace 'it'\''s.yaml' --variant calm --set risk=20% --set 'hostility(a, b)=war' --seed 7 --run N"
        );
        let plain = Replay { scenario: None, variant: None, set: &[], seed: "1", draws: usual };
        assert_eq!(replay(plain, "3"), "escalade trace --seed 1 --run 3");
        let of = |drawn, draws| replay(Replay { draws: ReplayDraws { drawn, draws }, ..plain }, "3");
        assert_eq!(of(true, None), "escalade trace --seed 1 --draws each --run 3");
        assert_eq!(of(true, Some(50)), "escalade trace --seed 1 --draws 50 --run 3");
        assert_eq!(of(false, None), "escalade trace --seed 1 --run 3");
    }
}
