//! The layers: data flows one way, so a module imports only from lower layers; only `cli` speaks to the world.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Modules by layer, bottom first. A module may import from lower layers and from itself.
const LAYERS: [&[&str]; 11] = [
    &["id"],
    &["source", "stats", "codes"],
    &["diagnostic"],
    &["schema", "expr"],
    &["model"],
    &["compile", "engine"],
    &["ensemble", "lint"],
    &["report", "check"],
    &["analysis"],
    &["render"],
    &["cli"],
];

/// Modules that may import from less than all layers below.
const ONLY: [(&str, &[&str]); 4] = [
    ("schema", &["diagnostic", "source"]),
    ("expr", &[]),
    ("model", &["codes", "stats", "id"]),
    ("engine", &["model", "codes", "stats", "id"]),
];

/// What only `cli` and `main` may do: print, and read files, the environment and clocks.
const WORLDLY: [&str; 10] = [
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
    "dbg!",
    "std::fs",
    "std::env",
    "std::time",
    "std::process",
    "std::net",
];

/// A file has fewer lines than this.
const MAX_LINES: usize = 600;

/// A source file: its path below `src`, and its text.
struct File {
    path: PathBuf,
    text: String,
}

impl File {
    /// The names of the modules that lead to it: `["compile", "rules"]` for `compile/rules.rs`.
    fn modules(&self) -> Vec<String> {
        let path = self.path.with_extension("");
        path.iter().map(|part| part.to_str().unwrap().to_owned()).collect()
    }

    /// The module below the root of the crate.
    fn top(&self) -> String {
        self.modules().swap_remove(0)
    }

    /// Whether it holds the unit tests of the module above it.
    fn is_tests(&self) -> bool {
        self.path.file_stem().is_some_and(|stem| stem == "tests")
    }

    /// Whether it is a root of its own: the library's or the program's.
    fn is_root(&self) -> bool {
        matches!(self.top().as_str(), "lib" | "main")
    }
}

#[test]
fn no_module_imports_upwards() {
    let mut complaints = Vec::new();
    for file in files().iter().filter(|file| !file.is_root()) {
        complaints.extend(upward(file));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let modules: BTreeSet<String> = files()
        .iter()
        .filter(|file| !file.is_root())
        .map(File::top)
        .filter(|top| layer(top).is_none())
        .collect();
    assert!(modules.is_empty(), "in no layer: {modules:?}");
}

#[test]
fn only_the_command_line_speaks_to_the_world() {
    for file in files().iter().filter(|file| !matches!(file.top().as_str(), "cli" | "main")) {
        let (code, _) = without_tests(file);
        for word in WORLDLY {
            assert!(!mentions(&code, word), "{} uses {word}", file.path.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    let mute: Vec<PathBuf> = files()
        .into_iter()
        .filter(|file| !file.is_tests() && !file.text.starts_with("//! "))
        .map(|file| file.path)
        .collect();
    assert!(mute.is_empty(), "{mute:?} do not open with `//! `");
    for file in files() {
        let lines = file.text.lines().count();
        assert!(lines < MAX_LINES, "{} has {lines} lines", file.path.display());
    }
}

#[test]
fn the_scanner_finds_made_up_imports() {
    let upward_in = |path: &str, text: &str| upward(&File { path: path.into(), text: text.to_owned() });
    let caught = [
        ("stats/beta.rs", "use crate::engine::State;"),
        ("schema.rs", "use crate::{\n    source::{place::Route, tree::Tree},\n    model::Model,\n};"),
        ("engine/run.rs", "fn f(x: &crate::schema::Rule) {}"),
        ("engine.rs", "use super::compile;"),
        ("engine/run.rs", "use super::super::compile::compile;"),
        ("compile.rs", "use crate::engine::State; // of one layer"),
        ("model.rs", "const QUOTE: char = '\"'; use crate::expr::Expr; const OTHER: char = '\"';"),
        ("report.rs", "#[cfg(test)]\nmod tests {\n    use super::super::cli::main;\n}"),
    ];
    for (path, text) in caught {
        assert_eq!(upward_in(path, text).len(), 1, "{path}: {text}");
    }
    let allowed = [
        ("engine.rs", "use crate::model::Model; use crate::engine::state::State; use crate::id::RuleId;"),
        (
            "stats.rs",
            "// crate::cli\n/// [`crate::cli`] /* */\n/* crate::cli */ const A: &str = \"crate::cli\";",
        ),
        ("stats.rs", "const A: &str = r#\"\"crate::cli\"#; const B: &str = \"\\\"crate::cli\";"),
        ("compile/rules.rs", "use super::context::Context; fn f<'a>(x: &'a str) -> &'a str { x }"),
        ("report.rs", "#[cfg(test)]\nmod tests {\n    use super::document;\n}"),
    ];
    for (path, text) in allowed {
        assert_eq!(upward_in(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}

/// The imports of a file that go up, sideways, or where its module may not go.
fn upward(file: &File) -> Vec<String> {
    let (code, tests) = without_tests(file);
    let depth = file.modules().len();
    let mut imported = imports(&code, depth);
    imported.extend(imports(&tests, depth + 1));
    let top = file.top();
    let wrong = imported.into_iter().filter(|module| !may_import(&top, module));
    wrong.map(|module| format!("{}: `{top}` must not import `{module}`", file.path.display())).collect()
}

fn may_import(importer: &str, imported: &str) -> bool {
    if importer == imported {
        return true;
    }
    // A name of the root that is no module (a macro) has no layer.
    let (Some(from), Some(to)) = (layer(importer), layer(imported)) else { return layer(imported).is_none() };
    let listed = ONLY.iter().find(|(module, _)| *module == importer);
    to < from && listed.is_none_or(|(_, allowed)| allowed.contains(&imported))
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The modules below the root that code names, for a file whose module is `depth` below the root.
fn imports(code: &str, depth: usize) -> BTreeSet<String> {
    let roots = ["crate::".to_owned(), "super::".repeat(depth)];
    let mut found = BTreeSet::new();
    for root in &roots {
        for (at, _) in code.match_indices(root.as_str()) {
            let before = &code[..at];
            // `super::` of a longer chain, or the end of another word
            if before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == ':') {
                continue;
            }
            found.extend(heads(&code[at + root.len()..]));
        }
    }
    found
}

/// The first names of a path, or of each path of a group `{a::b, c}`.
fn heads(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = path.strip_prefix('{') else { return vec![name(path)] };
    let (mut heads, mut depth) = (vec![name(group)], 0_usize);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(name(&group[at + 1..])),
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

/// Whether code uses a word, not as the end of a longer one.
fn mentions(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// A file's code and the code of its tests, which come last or fill a file of their own.
fn without_tests(file: &File) -> (String, String) {
    let code = code(&file.text);
    if file.is_tests() {
        return (String::new(), code);
    }
    match code.find("#[cfg(test)]\nmod tests") {
        Some(at) => (code[..at].to_owned(), code[at..].to_owned()),
        None => (code, String::new()),
    }
}

/// Rust text without comments and without the insides of strings.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if let Some(hashes) = raw_string(rest).filter(|_| !code.ends_with(char::is_alphanumeric)) {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len())
        } else if c == '"' {
            string_length(rest)
        } else if c == '\'' {
            character_length(rest)
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        code.push(' ');
        rest = &rest[skipped..];
    }
    code
}

/// The number of `#` if a raw string begins here.
fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.bytes().take_while(|b| *b == b'#').count();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn string_length(rest: &str) -> usize {
    let mut escaped = true; // the opening quote
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal, or 1 for the quote of a lifetime.
fn character_length(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => rest[3..].find('\'').map_or(1, |at| at + 4),
        Some(_) => match characters.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

/// All files below `src`.
fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push(File { path: path.strip_prefix(&root).unwrap().to_owned(), text });
            }
        }
    }
    assert!(files.len() > 50, "only {} files found", files.len());
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
