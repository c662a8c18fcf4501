//! What the README shows is what the program does.

use crate::support::{call, call_with_input};

const README: &str = include_str!("../../README.md");

/// The block in the README that begins with these words.
fn block(fence: &str, begins: &str) -> &'static str {
    let start = README.find(&format!("```{fence}\n{begins}")).unwrap() + fence.len() + 4;
    &README[start..start + README[start..].find("```").unwrap()]
}

#[test]
fn the_example_is_real_output() {
    let shown = block("text", "Do two rivals");
    let real = call(&["run", "scenarios/two_rivals.yaml", "--runs", "20000"]);
    assert_eq!(real.out, shown);
}

#[test]
fn the_format_in_brief_is_a_scenario_that_runs() {
    let text = block("yaml", "format: 1").as_bytes();
    for arguments in [&["check", "-", "--deny-warnings"][..], &["run", "-", "--runs", "100"]] {
        let call = call_with_input(arguments, text);
        assert_eq!(call.status, 0, "{}", call.err);
    }
}
