//! What a `chance` per some days adds up to over the time that it has.

use crate::codes::estimate::estimate;
use crate::diagnostic::Finding;
use crate::expr::{Chance, Expr, ExprKind, parse_chance};
use crate::model::Model;
use crate::schema::Scenario;
use crate::source::place::Route;

/// `lifetime`: P per D is 1 − (1−P)^(T/D) over T, if armed throughout.
pub(super) fn lint(scenario: &Scenario, model: &Model) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ((id, rule), compiled) in scenario.rules.iter().zip(&model.rules) {
        let Some(text) = rule.chance.as_ref().filter(|_| !compiled.disabled) else { continue };
        let (from, until) =
            compiled.window.map_or((0.0, f64::INFINITY), |window| (window.from, window.until));
        let span = until.min(model.horizon) - from.max(0.0);
        let scale = match rule.scale.as_ref().map(|scale| scale.text().parse::<f64>()) {
            None => 1.0,
            Some(Ok(scale)) => scale,
            Some(Err(_)) => continue,
        };
        let Some((low, high, days)) = stated(text.text()) else { continue };
        if span <= 0.0 || low <= 0.0 {
            continue;
        }
        let over = |p: f64| -libm::expm1(libm::log1p(-p) * span / days * scale);
        let total = if low == high {
            percent(over(low))
        } else {
            format!("{} to {}", percent(over(low)), percent(over(high)))
        };
        let place = Route::root().key("rules").key(id.clone()).key("chance").as_value();
        let scaled = if scale == 1.0 { String::new() } else { format!(", scaled by {scale},") };
        let message = format!("{text}{scaled} is {total} over {span}d, if `{id}` is armed throughout");
        let label = if compiled.window.is_some() { "over its active span" } else { "over the horizon" };
        findings.push(Finding::note("lifetime", place, message).label(label));
    }
    findings
}

/// The range of a constant probability, and the days it is for.
fn stated(text: &str) -> Option<(f64, f64, f64)> {
    let (range, per) = match parse_chance(text, |words| estimate(words).is_some()).ok()? {
        Chance::Words { words, per, .. } => (estimate(&words).map(|step| (step.low, step.high))?, per),
        Chance::Expression(rate) => {
            let p = probability(&rate.value)?;
            ((p, p), rate.per)
        }
    };
    let ExprKind::Duration(value, unit) = per.kind else { return None };
    Some((range.0, range.1, value * unit.days()))
}

fn probability(expr: &Expr) -> Option<f64> {
    match expr.kind {
        ExprKind::Percent(value) => Some(value / 100.0),
        ExprKind::Number(value) => Some(value),
        _ => None,
    }
}

/// A share in percent: whole, but finer near 0 and 100.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent >= 99.95 {
        "over 99.9 %".to_owned()
    } else if !(0.95..99.5).contains(&percent) {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.0} %")
    }
}

#[cfg(test)]
mod tests {
    use super::{percent, stated};

    #[test]
    fn percents_are_finer_near_the_ends() {
        let shares = [0.0012, 0.0349, 0.9898, 0.9962, 0.999_97];
        assert_eq!(shares.map(percent), ["0.1 %", "3 %", "99 %", "99.6 %", "over 99.9 %"]);
    }

    #[test]
    fn constants_and_words_are_read() {
        assert_eq!(stated("30% per 2w"), Some((0.3, 0.3, 14.0)));
        assert_eq!(stated("very unlikely per 180d"), Some((0.05, 0.2, 180.0)));
        assert_eq!(stated("p per 14d"), None);
    }
}
