//! The expression language on generated texts: printing and parsing undo each other, and no text, nor any damaged
//! scenario, makes reading or compiling panic.

use escalade::compile::{compile, resolve};
use escalade::diagnostic::{Diagnostic, draw};
use escalade::expr::{
    BinaryOp, Chance, Effect, EffectKind, Expr, ExprKind, Ident, KEYWORDS, Rate, TimeUnit, UnaryOp,
    parse_chance, parse_effect, parse_expression, parse_name, parse_rate,
};
use escalade::schema::Scenario;
use escalade::schema::read::read;
use escalade::source::SourceText;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The scenarios that are damaged; as they are, all compile.
const SHIPPED: [&str; 4] = [
    include_str!("../scenarios/two_rivals.yaml"),
    include_str!("../scenarios/standoff.yaml"),
    include_str!("../scenarios/arms_race.yaml"),
    include_str!("../scenarios/south_caucasus.yaml"),
];

/// What a token of a damaged scenario is replaced with: pieces of the format, and what breaks formats.
const SPLINTERS: [&str; 40] = [
    "when",
    "rate",
    "chance",
    "after",
    "upon",
    "effects",
    "choose",
    "decide",
    "true",
    "null",
    "0",
    "-1",
    "1e308",
    "30d",
    "9999999y",
    "2030-13-01",
    "100%",
    "per",
    "mid",
    "war",
    "iran",
    "fired",
    "crossed",
    "since",
    "time",
    "if",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "\"",
    "*",
    "&a",
    "é",
    "^",
    "-",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_expression_is_parsed_as_it_was_printed(expr in expression()) {
        let text = expr.to_string();
        let parsed = parse_expression(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e:?}")))?;
        prop_assert_eq!(parsed.to_string(), text);
        prop_assert_eq!(spanless(parsed), expr);
    }

    #[test]
    fn an_effect_is_parsed_as_it_was_printed(effect in effect()) {
        let text = effect.to_string();
        let parsed = parse_effect(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e:?}")))?;
        prop_assert_eq!(parsed.to_string(), text);
        prop_assert_eq!(spanless_effect(parsed), effect);
    }

    #[test]
    fn rates_and_chances_are_parsed_as_they_were_printed(value in expression(), per in duration()) {
        let text = format!("{value} per {per}");
        let rate = parse_rate(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e:?}")))?;
        prop_assert_eq!(spanless_rate(rate.clone()), Rate { value, per });
        prop_assert_eq!(parse_chance(&text, |_| false), Ok(Chance::Expression(rate)));
    }

    #[test]
    fn spans_lie_in_the_text_and_hold_the_expression(expr in expression()) {
        let text = expr.to_string();
        let parsed = parse_expression(&text).unwrap();
        for part in parts(&parsed) {
            let own = &text[part.span.clone()];
            let again = parse_expression(own).map_err(|e| TestCaseError::fail(format!("{own}: {e:?}")))?;
            prop_assert_eq!(spanless(again), spanless(part.clone()));
        }
    }

    #[test]
    fn no_text_makes_parsing_panic(text in prop_oneof![any::<String>(), splintered(), "[ -~]{0,40}"]) {
        let _ = parse_name(&text);
        for error in [
            parse_expression(&text).err(),
            parse_effect(&text).err(),
            parse_rate(&text).err(),
            parse_chance(&text, |words| words == "if then").err(),
        ].into_iter().flatten() {
            prop_assert!(text.get(error.span.clone()).is_some(), "{:?} is not within {:?}", error.span, text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damaged_scenario_makes_compiling_panic(
        shipped in select(SHIPPED.to_vec()),
        damages in vec(damage(), 1..6),
    ) {
        let mut lines: Vec<String> = shipped.lines().map(str::to_owned).collect();
        for damage in &damages {
            damage.apply(&mut lines);
        }
        told(&lines.join("\n"));
    }
}

/// Reads, compiles and tells what is wrong, as `check` does.
fn told(text: &str) {
    let source = SourceText::new("damaged.yaml", text);
    let reading = read::<Scenario>(&source);
    let mut findings = reading.findings;
    if let Some(scenario) = &reading.value {
        findings.extend(compile(scenario).findings);
        for variant in scenario.variants.keys() {
            match resolve::variant(scenario, variant) {
                Ok(resolved) => drop(compile(&resolved)),
                Err(own) => findings.extend(own),
            }
        }
    }
    let diagnostics: Vec<Diagnostic> =
        findings.iter().map(|finding| Diagnostic::resolve(finding, &source, reading.tree.as_ref())).collect();
    draw(&diagnostics, &source, false, 80);
}

/// A damage to a scenario's text.
#[derive(Clone, Debug)]
enum Damage {
    DeleteLine(Index),
    RepeatLine(Index, Index),
    SwapTokens(Index, Index, Index, Index),
    ReplaceToken(Index, Index, String),
}

impl Damage {
    fn apply(&self, lines: &mut Vec<String>) {
        if lines.is_empty() {
            return;
        }
        match self {
            Self::DeleteLine(at) => drop(lines.remove(at.index(lines.len()))),
            Self::RepeatLine(from, to) => {
                let line = lines[from.index(lines.len())].clone();
                lines.insert(to.index(lines.len()), line);
            }
            Self::SwapTokens(line, token, other_line, other) => {
                let (line, other_line) = (line.index(lines.len()), other_line.index(lines.len()));
                let one = token_of(&lines[line], *token).map(str::to_owned);
                let two = token_of(&lines[other_line], *other).map(str::to_owned);
                if let (Some(one), Some(two)) = (one, two) {
                    lines[line] = lines[line].replacen(&one, &two, 1);
                    lines[other_line] = lines[other_line].replacen(&two, &one, 1);
                }
            }
            Self::ReplaceToken(line, token, with) => {
                let line = line.index(lines.len());
                if let Some(token) = token_of(&lines[line], *token).map(str::to_owned) {
                    lines[line] = lines[line].replacen(&token, with, 1);
                }
            }
        }
    }
}

/// One of a line's words.
fn token_of(line: &str, token: Index) -> Option<&str> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let tokens: Vec<&str> = line.split(|c| !is_part(c)).filter(|token| !token.is_empty()).collect();
    (!tokens.is_empty()).then(|| tokens[token.index(tokens.len())])
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    prop_oneof![
        index().prop_map(Damage::DeleteLine),
        (index(), index()).prop_map(|(from, to)| Damage::RepeatLine(from, to)),
        (index(), index(), index(), index()).prop_map(|(a, b, c, d)| Damage::SwapTokens(a, b, c, d)),
        (index(), index(), splintered())
            .prop_map(|(line, token, with)| Damage::ReplaceToken(line, token, with)),
    ]
}

/// Text put together from pieces of the format.
fn splintered() -> impl Strategy<Value = String> {
    vec(select(SPLINTERS.to_vec()), 1..8).prop_map(|pieces| pieces.join(" "))
}

/// An expression as the parser gives it, with empty spans: numbers are not negative (a minus sign is an operator).
fn expression() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(6, 40, 4, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            (ident(), vec(inner.clone(), 0..4)).prop_map(|(name, arguments)| ExprKind::Call(name, arguments)),
            (select(vec![UnaryOp::Neg, UnaryOp::Not]), boxed.clone())
                .prop_map(|(op, operand)| ExprKind::Unary(op, operand)),
            (operator(), boxed.clone(), boxed.clone())
                .prop_map(|(op, left, right)| ExprKind::Binary(op, left, right)),
            (boxed.clone(), vec(inner, 1..4)).prop_map(|(left, items)| ExprKind::In(left, items)),
            (boxed.clone(), boxed.clone(), boxed).prop_map(|(c, yes, no)| ExprKind::If(c, yes, no)),
        ]
        .prop_map(spanned)
    })
}

fn duration() -> impl Strategy<Value = Expr> {
    let unit = select(vec![TimeUnit::Hour, TimeUnit::Day, TimeUnit::Week, TimeUnit::Year]);
    (magnitude(), unit).prop_map(|(value, unit)| spanned(ExprKind::Duration(value, unit)))
}

fn leaf() -> impl Strategy<Value = Expr> {
    let date = (0_i16..=9999, 1_i8..=12, 1_i8..=28);
    prop_oneof![
        magnitude().prop_map(ExprKind::Number),
        magnitude().prop_map(ExprKind::Percent),
        duration().prop_map(|expr| expr.kind),
        date.prop_map(|(year, month, day)| ExprKind::Date(jiff::civil::date(year, month, day))),
        any::<bool>().prop_map(ExprKind::Bool),
        vec(ident(), 1..4).prop_map(ExprKind::Name),
    ]
    .prop_map(spanned)
}

/// Finite numbers from 0 on, small and whole ones often.
fn magnitude() -> impl Strategy<Value = f64> {
    prop_oneof![
        (0_u32..100).prop_map(f64::from),
        0.0..1.0,
        (0_u64..0x7ff0_0000_0000_0000).prop_map(f64::from_bits)
    ]
}

fn ident() -> impl Strategy<Value = Ident> {
    "[a-z][a-z0-9_]{0,5}"
        .prop_filter("keywords are no names", |name| !KEYWORDS.contains(&name.as_str()))
        .prop_map(|name| Ident { name, span: 0..0 })
}

fn operator() -> impl Strategy<Value = BinaryOp> {
    use BinaryOp::{Add, And, Div, Eq, Ge, Gt, Le, Lt, Mul, Ne, Or, Pow, Sub};
    select(vec![Or, And, Eq, Ne, Lt, Le, Gt, Ge, Add, Sub, Mul, Div, Pow])
}

fn effect() -> impl Strategy<Value = Effect> {
    let name = vec(ident(), 1..3).prop_map(ExprKind::Name);
    let call =
        (ident(), vec(expression(), 0..3)).prop_map(|(name, arguments)| ExprKind::Call(name, arguments));
    let target = prop_oneof![name, call].prop_map(spanned);
    let step = || (option::of(expression()), option::of(expression()));
    let kind = prop_oneof![
        expression().prop_map(EffectKind::Assign),
        expression().prop_map(EffectKind::Add),
        expression().prop_map(EffectKind::Subtract),
        step().prop_map(|(by, up_to)| EffectKind::Raise { by, up_to }),
        expression().prop_map(EffectKind::RaiseTo),
        step().prop_map(|(by, down_to)| EffectKind::Lower { by, down_to }),
        expression().prop_map(EffectKind::LowerTo),
    ];
    (target, kind).prop_map(|(target, kind)| Effect { target, kind })
}

fn spanned(kind: ExprKind) -> Expr {
    Expr { kind, span: 0..0 }
}

/// The same expression with empty spans.
fn spanless(expr: Expr) -> Expr {
    let boxed = |inner: Box<Expr>| Box::new(spanless(*inner));
    let all = |items: Vec<Expr>| items.into_iter().map(spanless).collect();
    let bare = |ident: Ident| Ident { span: 0..0, ..ident };
    spanned(match expr.kind {
        ExprKind::Name(names) => ExprKind::Name(names.into_iter().map(bare).collect()),
        ExprKind::Call(name, arguments) => ExprKind::Call(bare(name), all(arguments)),
        ExprKind::Unary(op, inner) => ExprKind::Unary(op, boxed(inner)),
        ExprKind::Binary(op, left, right) => ExprKind::Binary(op, boxed(left), boxed(right)),
        ExprKind::In(left, items) => ExprKind::In(boxed(left), all(items)),
        ExprKind::If(condition, yes, no) => ExprKind::If(boxed(condition), boxed(yes), boxed(no)),
        leaf => leaf,
    })
}

fn spanless_rate(rate: Rate) -> Rate {
    Rate { value: spanless(rate.value), per: spanless(rate.per) }
}

fn spanless_effect(effect: Effect) -> Effect {
    let kind = match effect.kind {
        EffectKind::Assign(value) => EffectKind::Assign(spanless(value)),
        EffectKind::Add(value) => EffectKind::Add(spanless(value)),
        EffectKind::Subtract(value) => EffectKind::Subtract(spanless(value)),
        EffectKind::Raise { by, up_to } => {
            EffectKind::Raise { by: by.map(spanless), up_to: up_to.map(spanless) }
        }
        EffectKind::RaiseTo(value) => EffectKind::RaiseTo(spanless(value)),
        EffectKind::Lower { by, down_to } => {
            EffectKind::Lower { by: by.map(spanless), down_to: down_to.map(spanless) }
        }
        EffectKind::LowerTo(value) => EffectKind::LowerTo(spanless(value)),
    };
    Effect { target: spanless(effect.target), kind }
}

/// An expression and all within it.
fn parts(expr: &Expr) -> Vec<&Expr> {
    let inner: Vec<&Expr> = match &expr.kind {
        ExprKind::Call(_, arguments) => arguments.iter().collect(),
        ExprKind::Unary(_, inner) => vec![inner],
        ExprKind::Binary(_, left, right) => vec![left, right],
        ExprKind::In(left, items) => std::iter::once(&**left).chain(items).collect(),
        ExprKind::If(condition, yes, no) => vec![condition, yes, no],
        _ => Vec::new(),
    };
    std::iter::once(expr).chain(inner.into_iter().flat_map(parts)).collect()
}
