//! escalade simulates geopolitical scenarios: a YAML file of claims, actors and rules becomes many sampled
//! histories, and those become a report of how often each outcome occurs.
//!
//! This page is the map of the code. `docs/format.md` and `docs/language.md` say what a file may hold,
//! `docs/semantics.md` what a run of it means.
//!
//! # The way of the data
//!
//! ```text
//! bytes ─ source ─▶ text, tree with spans
//!           │ schema (the file as written)   expr (the expressions in it)
//!           ▼
//!        compile ─▶ model ─ engine ─▶ one run, told event by event
//!           │         │        ▼
//!           │         │     ensemble ─▶ tallies ─ report ─▶ document ─ render ─▶ bytes
//!           ▼         ▼
//!        findings   lint ─▶ findings ─ diagnostic ─▶ text with carets
//! ```
//!
//! Data flows one way: each stage returns data, and knows nothing of the stages after it. `cli` joins them.
//!
//! # Modules, in flow order
//!
//! Lower layers never import higher ones.
//!
//! | module | turns what into what |
//! |---|---|
//! | `id` | positions in the model as types of their own |
//! | `codes` | codes of the field (CAMEO, words of estimative probability, grades, hostility levels) as built-in facts |
//! | `source` | the bytes of a file → a text with positions, and a YAML tree whose every node knows its bytes |
//! | `stats` | pure mathematics: distributions, intervals, histograms; no domain word |
//! | `diagnostic` | findings → messages with line, caret and help; the only place that draws them |
//! | `schema` | the tree → the file as it is written, without logic |
//! | `expr` | the text of an expression → a syntax tree, and back |
//! | `model` | what the engine runs: immutable, with indices only |
//! | `compile` | schema and expressions → a model, or all complaints at once; variants → ordinary scenarios |
//! | `engine` | (model, seed, parameter draws, run number) → one history, told to an observer |
//! | `ensemble` | many runs → tallies, in batches over all cores |
//! | `lint` | a scenario and its model → what is legal but doubtful |
//! | `report` | tallies → a versioned document |
//! | `analysis` | reports and models → comparisons, explanations, exact figures |
//! | `render` | a document → text, JSON, Markdown, CSV |
//! | `cli` | the command line: files, progress, exit status; one file per verb |
//!
//! # What must stay true
//!
//! - Below `cli` nothing prints, and nothing reads a clock, the environment, a file or randomness without a seed.
//! - After `compile` nothing is looked up by name and no mistake of the file can surface, but for values that only a
//!   run can show: those fail the run, by name.
//! - `engine` never sees `schema`, `expr` or `compile`.
//! - A run depends on model, seed, number of parameter draws and its own number alone. Editing a rule leaves the draws of
//!   all others as they were.
//! - Batches merge in the order of their index, so that sums are equal bit for bit on any number of threads.
//! - No transcendental function of std is called (clippy refuses them): platforms agree bit for bit.
//! - `stats` knows no domain word, `engine` no statistics.
//! - Everything shown is rendered from the same document; every figure in it has a unit, a sample size and an
//!   interval, or a reason for having none.
//! - A user's mistake becomes a diagnostic with place, cause and help, all of them in one go, and never a panic.
//! - A change of the random streams is a breaking change: it has a version, which every report states.
//!
//! # What deliberately does not exist
//!
//! - No time step: clocks are integrated exactly between the changes of their own rates.
//! - No types for spans inside the schema: a finding carries a route of keys, made a span by the tree when it is shown.
//! - No generator that runs share: every draw has an address, so there is no order in which draws must happen.
//! - No scripting, includes, aliases or inheritance in scenario files: what is in the file is what runs.
//! - No variants after compilation: a variant resolves to an ordinary scenario, which compiles by itself.
//! - No network, no plug-ins, no configuration file, no state between calls.
//! - No dropped runs: one that fails is counted as failed.

pub mod analysis;
pub mod check;
pub mod cli;
pub mod codes;
pub mod compile;
pub mod diagnostic;
pub mod engine;
pub mod ensemble;
pub mod expr;
pub mod id;
pub mod lint;
pub mod model;
pub mod render;
pub mod report;
pub mod schema;
pub mod source;
pub mod stats;
