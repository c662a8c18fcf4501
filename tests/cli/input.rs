//! Files that cannot be read: each has its own message, at once.

use crate::support::{TWO_RIVALS, call, call_in, call_with_input};

fn refused(arguments: &[&str], message: &str) {
    let call = call(arguments);
    assert_eq!((call.status, call.out.as_str()), (2, ""), "{arguments:?}");
    assert!(call.err.contains(message), "{arguments:?}: {}", call.err);
}

#[test]
fn missing_files_folders_and_devices() {
    refused(&["run", "scenarios/two_rivls.yaml"], "did you mean `scenarios/two_rivals.yaml`?");
    refused(&["run", "nowhere/x.yaml"], "there is no such file");
    refused(&["run", "scenarios"], "this is a folder");
    refused(&["trace", "scenarios"], "two_rivals.yaml");
    #[cfg(unix)]
    refused(&["run", "/dev/zero"], "not a regular file");
}

#[cfg(unix)]
#[test]
fn a_pipe_without_a_writer_does_not_block() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("p.yaml")).status();
    assert!(made.unwrap().success());
    let call = call_in(folder.path(), &["run", "p.yaml"]);
    assert_eq!(call.status, 2);
    assert!(call.err.contains("not a regular file"), "{}", call.err);
}

#[test]
fn bytes_that_are_no_scenario() {
    for (bytes, message) in [
        (&b""[..], "the file is empty"),
        (b"a: \xff\n", "not valid UTF-8: byte 3, in line 1"),
        (b"\xff\xfea\0", "UTF-16"),
        (b"abcdef: \0 ghijkl\n", "NUL byte"),
        (b"a: [\n", "error"),
    ] {
        let call = call_with_input(&["run", "-"], bytes);
        assert_eq!(call.status, 2, "{message}");
        assert!(call.err.contains(message), "{message}: {}", call.err);
    }
}

#[test]
fn large_files_need_a_raised_limit() {
    let mut text = std::fs::read(TWO_RIVALS).unwrap();
    text.extend(b"# padding padding padding\n".repeat(50_000));
    let refused = call_with_input(&["run", "-", "--runs", "10"], &text);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("--max-size"), "{}", refused.err);
    let raised = call_with_input(&["run", "-", "--runs", "10", "--max-size", "4MiB"], &text);
    assert_eq!(raised.status, 0, "{}", raised.err);
}

#[test]
fn escapes_in_a_file_do_not_reach_the_terminal() {
    let text = std::fs::read_to_string(TWO_RIVALS).unwrap();
    let title = "title: Do two rivals slide into war over an island?";
    let evil = text.replace(title, "title: \"\\e[31mred\\u202e\"");
    assert_ne!(evil, text);
    let call = call_with_input(&["run", "-", "--runs", "10"], evil.as_bytes());
    assert_eq!(call.status, 0, "{}", call.err);
    assert!(call.out.starts_with("\\u{1b}[31mred\\u{202e}"), "{}", call.out);
}
