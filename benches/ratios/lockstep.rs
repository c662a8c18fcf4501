//! The program written by hand, sixteen runs at a time: what vector instructions give at most.
//!
//! States lie side by side, each rule's rate is looked up in a table of the variables that it reads, and every step is
//! made for all runs at once. Draws and arithmetic are those of the straightforward program, so that all counts are equal.

use std::array::from_fn;
use std::sync::LazyLock;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::twin::{self, Counts, HORIZON, RULES, State};

/// Runs at a time.
const LANES: usize = 16;

/// Variables of a state, and how many values each has.
const SIZES: [usize; 7] = [5, 5, 5, 3, 3, 3, 2];

/// A number for each run.
type Lanes<T> = [T; LANES];

/// The rates of one rule by the variables that it reads.
struct Table {
    /// How far the place goes with each variable; 0 if the rule does not read it.
    strides: [u32; SIZES.len()],
    rates: Vec<f64>,
}

/// Of all rules; a program written by hand would have them as constants.
static TABLES: LazyLock<[Table; RULES]> = LazyLock::new(|| from_fn(Table::of));

struct Batch {
    variables: [Lanes<u32>; SIZES.len()],
    times: Lanes<f64>,
    events: Lanes<u64>,
    random: Lanes<ChaCha8Rng>,
    busy: Lanes<bool>,
}

/// Makes runs 0 to `runs` − 1.
pub(crate) fn run(seed: u64, runs: u64) -> Counts {
    let tables = &*TABLES;
    let mut counts = Counts::default();
    let mut next = 0..runs;
    let mut batch = Batch {
        variables: [[0; LANES]; SIZES.len()],
        times: [0.0; LANES],
        events: [0; LANES],
        random: from_fn(|_| ChaCha8Rng::seed_from_u64(seed)),
        busy: [false; LANES],
    };
    for lane in 0..LANES {
        batch.begin(lane, seed, next.next());
    }
    while batch.busy.contains(&true) {
        for lane in
            batch.step(tables).into_iter().enumerate().filter_map(|(lane, ended)| ended.then_some(lane))
        {
            counts.classes[twin::class(batch.state(lane))] += 1;
            counts.events += batch.events[lane];
            batch.begin(lane, seed, next.next());
        }
    }
    counts
}

impl Batch {
    /// Begins a run in a lane, or leaves it idle.
    fn begin(&mut self, lane: usize, seed: u64, run: Option<u64>) {
        self.put(lane, State::START);
        (self.times[lane], self.events[lane]) = (0.0, 0);
        self.random[lane] = ChaCha8Rng::seed_from_u64(seed);
        self.random[lane].set_stream(run.unwrap_or_default());
        self.busy[lane] = run.is_some();
    }

    /// One event in each lane; whose runs have ended.
    fn step(&mut self, tables: &[Table; RULES]) -> Lanes<bool> {
        let rates: [Lanes<f64>; RULES] = from_fn(|rule| self.rates(&tables[rule]));
        let mut totals = [-0.0; LANES];
        for rates in &rates {
            totals = from_fn(|lane| totals[lane] + rates[lane]);
        }
        let waits: Lanes<f64> = from_fn(|lane| twin::wait(&mut self.random[lane], totals[lane]));
        self.times = from_fn(|lane| self.times[lane] + waits[lane]);
        let mut ended: Lanes<bool> = from_fn(|lane| self.busy[lane] && self.times[lane] > HORIZON);
        let mut shares: Lanes<f64> =
            from_fn(
                |lane| {
                    if ended[lane] { 0.0 } else { twin::uniform(&mut self.random[lane]) * totals[lane] }
                },
            );
        let mut chosen = [u32::MAX; LANES];
        for (rates, rule) in rates.iter().zip(0..) {
            shares = from_fn(|lane| shares[lane] - rates[lane]);
            chosen = from_fn(|lane| if shares[lane] < 0.0 { chosen[lane].min(rule) } else { chosen[lane] });
        }
        for lane in 0..LANES {
            if ended[lane] || !self.busy[lane] {
                continue;
            }
            let rule = (chosen[lane] as usize).min(RULES);
            let last = || rates.iter().rposition(|rates| rates[lane] > 0.0).expect("a rule can always fire");
            let mut state = self.state(lane);
            twin::fire(&mut state, if rule < RULES { rule } else { last() });
            self.put(lane, state);
            self.events[lane] += 1;
            ended[lane] = state.is_war();
        }
        ended
    }

    fn rates(&self, table: &Table) -> Lanes<f64> {
        let mut places = [0_u32; LANES];
        for (variable, stride) in self.variables.iter().zip(table.strides) {
            places = from_fn(|lane| places[lane] + variable[lane] * stride);
        }
        from_fn(|lane| table.rates[places[lane] as usize])
    }

    fn state(&self, lane: usize) -> State {
        state(from_fn(|variable| self.variables[variable][lane] as usize))
    }

    fn put(&mut self, lane: usize, state: State) {
        for (variable, value) in self.variables.iter_mut().zip(values(state)) {
            variable[lane] = value;
        }
    }
}

impl Table {
    fn of(rule: usize) -> Self {
        let mut all: Vec<[usize; SIZES.len()]> = vec![[0; SIZES.len()]];
        for (variable, size) in SIZES.into_iter().enumerate() {
            all = all
                .into_iter()
                .flat_map(|values| (0..size).map(move |value| with(values, variable, value)))
                .collect();
        }
        let rate = |values: [usize; SIZES.len()]| twin::rates(state(values))[rule];
        let is_read =
            |variable: usize| all.iter().any(|values| rate(*values) != rate(with(*values, variable, 0)));
        let mut strides = [0; SIZES.len()];
        let mut size = 1;
        for variable in (0..SIZES.len()).filter(|variable| is_read(*variable)) {
            strides[variable] = size as u32;
            size *= SIZES[variable];
        }
        let mut rates = vec![0.0; size];
        for values in all {
            let place: usize =
                values.iter().zip(strides).map(|(value, stride)| value * stride as usize).sum();
            rates[place] = rate(values);
        }
        Self { strides, rates }
    }
}

fn with(mut values: [usize; SIZES.len()], variable: usize, value: usize) -> [usize; SIZES.len()] {
    values[variable] = value;
    values
}

fn state(values: [usize; SIZES.len()]) -> State {
    let [ns, nw, sw, north, south, west, mediating] = values.map(|value| value as u8);
    State { ns, nw, sw, north, south, west, mediating: mediating == 1 }
}

fn values(state: State) -> [u32; SIZES.len()] {
    let State { ns, nw, sw, north, south, west, mediating } = state;
    [ns, nw, sw, north, south, west, u8::from(mediating)].map(u32::from)
}
