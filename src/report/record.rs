//! What became of each run, in few characters: from the log of a batch to text in the report, and back.

mod base85;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Report;
use crate::ensemble::{Shape, Tally, read_log};
use crate::model::Model;

/// Characters in a line of the record.
const LINE: usize = 1_020;

/// The class of each run, and which watches and red lines it saw: what pairs runs of two reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Runs recorded: numbers 0 to `runs` − 1.
    pub runs: u64,
    /// How `data` is coded.
    pub coding: Coding,
    /// The classes, by the number they have in `data`: the outcomes in their order, then `failed`.
    pub classes: Vec<String>,
    /// The place of each watch in `data`.
    pub watch: IndexMap<String, u64>,
    /// The place of each red line in `data`.
    pub red_lines: IndexMap<String, u64>,
    /// How many places there are.
    pub places: u64,
    /// Bytes of the code.
    pub bytes: u64,
    /// These bytes in base 85 (Z85: `ZeroMQ` RFC 32), in lines, filled up with zeros to a multiple of four.
    pub data: Vec<String>,
}

/// How the record of runs is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Coding {
    /// Adaptive binary range coding of the class, then of each place given the class and those places before that tell most of it;
    /// `docs/compare.md` has the details.
    Range1,
}

/// What became of each run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs {
    /// Of each run, the position of its class in `classes`.
    pub class: Vec<u16>,
    /// The outcomes in their order, then `failed`.
    pub classes: Vec<String>,
    /// Of each watch, whether each run saw it.
    pub watch: IndexMap<String, Vec<bool>>,
    /// Of each red line, whether each run crossed it.
    pub red_lines: IndexMap<String, Vec<bool>>,
}

/// The class of failed runs.
pub const FAILED: &str = "failed";

/// The record of a batch; nothing if it would be too long.
pub(super) fn record(model: &Model, tally: &Tally) -> Option<Record> {
    let bytes = tally.log()?;
    let outcomes = model.outcomes.iter().map(|outcome| outcome.name.clone());
    let place = |latch: usize| tally.logged_at(latch).expect("these latches are logged") as u64;
    let watch: IndexMap<_, _> =
        model.watches.iter().map(|watch| (watch.name.clone(), place(watch.latch))).collect();
    let red_lines: IndexMap<_, _> =
        model.red_lines.iter().map(|line| (line.name.clone(), place(line.latch))).collect();
    let places = watch.values().chain(red_lines.values()).max().map_or(0, |last| last + 1);
    Some(Record {
        runs: tally.runs(),
        coding: Coding::Range1,
        classes: outcomes.chain([FAILED.to_owned()]).collect(),
        watch,
        red_lines,
        places,
        bytes: bytes.len() as u64,
        data: base85::lines(&bytes, LINE),
    })
}

/// Most cells of what a record is unpacked into, a byte or two each: what a report may ask for must not exhaust the memory.
const MAX_CELLS: u64 = 1 << 30;

/// The most places and classes that make sense; a scenario of a megabyte has fewer.
const MAX_NAMES: u64 = 1 << 16;

impl Report {
    /// What became of each run; nothing if the report has no record, or one of too many runs to be unpacked.
    ///
    /// # Errors
    /// Why the record is not one of this report: what is wrong with it, or that its counts are not those of the report.
    pub fn runs(&self) -> Option<Result<Runs, String>> {
        let record = self.record.as_ref().filter(|record| record.fits())?;
        let checked = |runs: Runs| {
            let agrees = self.agrees(&runs);
            agrees
                .then_some(runs)
                .ok_or("its record of runs does not have the counts of the report".to_owned())
        };
        Some(record.unpack().and_then(checked))
    }

    fn agrees(&self, runs: &Runs) -> bool {
        let mut counts = vec![0_u64; runs.classes.len()];
        runs.class.iter().for_each(|class| counts[usize::from(*class)] += 1);
        let known = |id: &str| self.outcomes.iter().find(|outcome| outcome.id == id);
        let classes = runs.classes.iter().zip(counts).all(|(id, count)| match known(id) {
            Some(outcome) => outcome.count == Some(count),
            None => id == FAILED && count == 0,
        });
        let saw = |set: &Vec<bool>| set.iter().filter(|saw| **saw).count() as u64;
        let of = |list: &[super::Counted], sets: &IndexMap<String, Vec<bool>>| {
            list.len() == sets.len()
                && list.iter().all(|counted| sets.get(&counted.id).map(saw) == counted.count)
        };
        runs.class.len() as u64 == self.sampling.runs
            && classes
            && of(&self.watch, &runs.watch)
            && of(&self.red_lines, &runs.red_lines)
    }
}

impl Record {
    fn fits(&self) -> bool {
        let columns = self.watch.len() as u64 + self.red_lines.len() as u64 + self.places + 2;
        self.runs.checked_mul(columns).is_some_and(|cells| cells <= MAX_CELLS)
    }

    fn unpack(&self) -> Result<Runs, String> {
        let wrong = |what: &str| Err(format!("its record of runs {what}"));
        let places = self.watch.values().chain(self.red_lines.values()).max().map_or(0, |last| last + 1);
        if places != self.places || self.places > MAX_NAMES || self.classes.len() as u64 > MAX_NAMES - 1 {
            return wrong("names places that it does not have");
        }
        let Some(bytes) = base85::bytes(&self.data, self.bytes) else { return wrong("is not in base 85") };
        let runs = self.runs as usize;
        let mut class = Vec::new();
        let mut sets = vec![Vec::new(); self.places as usize];
        let shape = Shape { classes: self.classes.len(), latches: self.places as usize };
        if shape.classes == 0 {
            return wrong("has no classes");
        }
        let whole = read_log(&bytes, self.runs, shape, |run, of, place| match place {
            None => class.push(of as u16),
            Some(place) => {
                let set: &mut Vec<bool> = &mut sets[place];
                set.resize(run as usize, false);
                set.push(true);
            }
        });
        if !whole || class.len() != runs {
            return wrong("is damaged");
        }
        for set in &mut sets {
            set.resize(runs, false);
        }
        let named = |places: &IndexMap<String, u64>| {
            places.iter().map(|(id, place)| (id.clone(), sets[*place as usize].clone())).collect()
        };
        let (watch, red_lines) = (named(&self.watch), named(&self.red_lines));
        Ok(Runs { class, classes: self.classes.clone(), watch, red_lines })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::Unwatched;
    use crate::ensemble::scripted::{ending, failure, model, plan, tell};

    fn recorded(runs: u64) -> Record {
        let batch = tell(
            crate::ensemble::Plan { keep_failed: true, ..plan(runs, 2) },
            &Unwatched,
            |run, observer| {
                observer.began(&[0.0; 3]);
                if run % 7 == 3 {
                    observer.latched(1.0, 0);
                }
                if run % 11 == 5 { Err(failure()) } else { Ok(ending((run % 2) as usize, Some(1.0))) }
            },
        );
        record(&model(), &batch.unwrap().tally).unwrap()
    }

    #[test]
    fn a_record_says_what_became_of_each_run() {
        let record = recorded(5_000);
        let runs = record.unpack().unwrap();
        let last = record.classes.len() as u16 - 1;
        assert_eq!(record.classes[usize::from(last)], "failed");
        for (run, class) in runs.class.iter().enumerate() {
            assert_eq!(*class, if run % 11 == 5 { last } else { (run % 2) as u16 }, "run {run}");
        }
        let sets: Vec<_> = runs.watch.values().chain(runs.red_lines.values()).collect();
        assert!(sets.iter().all(|set| set.len() == 5_000));
        let saw = |run: usize| run % 7 == 3 && run % 11 != 5;
        assert!(sets.iter().any(|set| set.iter().enumerate().all(|(run, of)| *of == saw(run))));
    }

    #[test]
    fn what_is_no_record_is_refused() {
        let good = recorded(3_000);
        let with = |change: &dyn Fn(&mut Record)| {
            let mut bad = good.clone();
            change(&mut bad);
            bad.unpack().unwrap_err()
        };
        assert!(with(&|bad| bad.data[0].truncate(40)).contains("base 85"));
        let other = |c: char| if c == '1' { "2" } else { "1" };
        let change = |bad: &mut Record| {
            let digit = other(char::from(bad.data[0].as_bytes()[104]));
            bad.data[0].replace_range(104..105, digit);
        };
        let mut damaged = good.clone();
        change(&mut damaged);
        assert_ne!(damaged.unpack().ok(), good.unpack().ok());
        assert!(with(&|bad| bad.data[0].insert(3, '"')).contains("base 85"));
        assert!(with(&|bad| bad.runs += 100_000).contains("damaged"));
        assert!(!Record { runs: u64::MAX, ..good.clone() }.fits() && good.fits());
        assert!(with(&|bad| bad.places = 70_000).contains("places"));
        assert!(with(&|bad| bad.classes.clear()).contains("classes"));
    }
}
