//! CAMEO event codes with their Goldstein values, from a table built into the program.

use std::sync::OnceLock;

/// The table; `README.md` beside it names its sources.
const TABLE: &str = include_str!("cameo.csv");

/// A kind of event.
#[derive(Debug, PartialEq, Eq)]
pub struct Action {
    /// The code: two to four digits, leading zeros count.
    pub code: &'static str,
    /// Its name.
    pub label: &'static str,
    /// 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.
    pub quad: u8,
    /// Goldstein value in tenths, −100 (most conflictual) to 100 (most cooperative).
    pub goldstein_tenths: i16,
}

impl Action {
    /// The Goldstein value, −10 to 10.
    pub fn goldstein(&self) -> f64 {
        f64::from(self.goldstein_tenths) / 10.0
    }
}

/// All codes, in the order of the codebook.
pub fn actions() -> &'static [Action] {
    static ACTIONS: OnceLock<Vec<Action>> = OnceLock::new();
    ACTIONS.get_or_init(|| TABLE.lines().skip(1).map(row).collect())
}

/// The action of a code.
pub fn action(code: &str) -> Option<&'static Action> {
    actions().iter().find(|action| action.code == code)
}

fn row(line: &'static str) -> Action {
    let (code, rest) = line[1..].split_once("\",\"").expect("a row starts with a quoted code");
    let (label, rest) = rest.split_once("\",").expect("then a quoted label");
    let (quad, goldstein) = rest.split_once(',').expect("then two numbers");
    let goldstein: f64 = goldstein.parse().expect("a Goldstein value");
    Action {
        code,
        label,
        quad: quad.parse().expect("a quad class"),
        goldstein_tenths: (goldstein * 10.0).round() as i16,
    }
}

#[cfg(test)]
mod tests {
    use super::{action, actions};

    #[test]
    fn the_table_is_whole() {
        assert_eq!(actions().len(), 312);
        assert_eq!(actions().iter().filter(|action| action.code.len() == 2).count(), 20);
        for pair in actions().windows(2) {
            assert!(pair[0].code != pair[1].code && !pair[0].label.is_empty());
            assert!((-100..=100).contains(&pair[0].goldstein_tenths) && (1..=4).contains(&pair[0].quad));
        }
    }

    #[test]
    fn leading_zeros_count() {
        assert_eq!(action("010").unwrap().label, "Make statement");
        assert_eq!(action("10").unwrap().label, "Demand");
        assert_eq!(action("186").unwrap().goldstein(), -10.0);
        assert_eq!(action("164").unwrap().goldstein_tenths, -70);
        assert!(action("9").is_none());
    }
}
