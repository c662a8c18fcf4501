//! The times since which outcomes have held unbroken, of runs of their class, where only the end tells whether they will.
//!
//! P(class c, held since t or earlier) is the sum over the states s of P(in s at t) · h(s), where h(s) is the probability
//! that c holds unbroken from t on and is the class, given s: a distribution let run forwards meets probabilities let run
//! backwards. Quantiles are found by halving the time; each half needs the work of half the time only.

use std::rc::Rc;

use super::Watcher;
use super::passage::start;
use super::space::Space;

/// A quantile to find: of outcomes together, by position.
#[derive(Clone)]
pub(super) struct Wanted {
    pub(super) outcomes: Vec<usize>,
    /// Probability to be reached.
    pub(super) target: f64,
    /// Where the answer goes.
    pub(super) place: usize,
}

/// Finds the earliest times at which the probabilities wanted are reached, to a resolution, by place; `cut` is the
/// probability that may be left out in each stretch. Nothing if the watcher stops the work.
pub(super) fn earliest(
    space: &Space,
    wanted: Vec<Wanted>,
    (cut, resolution): (f64, f64),
    watcher: &impl Watcher,
) -> Option<Vec<f64>> {
    let found = vec![0.0; wanted.len()];
    let mut search = Search { space, watcher, cut, resolution, found };
    let last = space.segments.len();
    let chances: Chances = (0..space.layout.outcomes)
        .map(|outcome| {
            wanted.iter().any(|wanted| wanted.outcomes.contains(&outcome)).then(|| search.end(outcome))
        })
        .collect();
    let begun = Rc::new(start(space));
    let mut first = search.back(&chances, 0, last);
    let (now, later) = split(&begun, &first, wanted);
    search.note(&now, 0.0);
    first.clear();
    search.between_segments(begun, 0, chances, last, later);
    (!watcher.stop()).then_some(search.found)
}

/// Of each outcome that is wanted, h(s).
type Chances = Vec<Option<Rc<Vec<f64>>>>;

struct Search<'a, W> {
    space: &'a Space,
    /// Once it stops the work, what is computed no longer counts.
    watcher: &'a W,
    cut: f64,
    resolution: f64,
    found: Vec<f64>,
}

impl<W: Watcher> Search<'_, W> {
    /// Between the beginnings of two segments (the last is the horizon): `now` is the distribution at the first,
    /// `chances` are those at the second.
    fn between_segments(
        &mut self,
        now: Rc<Vec<f64>>,
        first: usize,
        chances: Chances,
        last: usize,
        wanted: Vec<Wanted>,
    ) {
        if wanted.is_empty() || self.watcher.stop() {
            return;
        }
        if last - first == 1 {
            self.up_to_instant(now, first, &chances, wanted);
            return;
        }
        let middle = usize::midpoint(first, last);
        let halfway = Rc::new(self.on(&now, first, middle));
        let before = self.back(&chances, middle, last);
        let (earlier, later) = split(&halfway, &before, wanted);
        if later.is_empty() {
            drop((halfway, chances));
            self.between_segments(now, first, before, middle, earlier);
        } else {
            self.between_segments(now, first, before, middle, earlier);
            self.between_segments(halfway, middle, chances, last, later);
        }
    }

    /// Within a segment, or at the instant that ends it.
    fn up_to_instant(&mut self, now: Rc<Vec<f64>>, at: usize, chances: &Chances, wanted: Vec<Wanted>) {
        let segment = self.space.segments[at];
        let before = self.over(chances, at);
        let mut end = now.to_vec();
        self.forward(&mut end, at, segment.to - segment.from);
        let (within, at_end) = split(&end, &before, wanted);
        self.note(&at_end, segment.to);
        self.within(at, (segment.from, now), (segment.to, before), within);
    }

    /// Within a segment, between two times.
    fn within(
        &mut self,
        at: usize,
        (from, now): (f64, Rc<Vec<f64>>),
        (to, chances): (f64, Chances),
        wanted: Vec<Wanted>,
    ) {
        if wanted.is_empty() || self.watcher.stop() {
            return;
        }
        let middle = f64::midpoint(from, to);
        if to - from <= self.resolution || middle <= from || middle >= to {
            self.note(&wanted, middle);
            return;
        }
        let mut halfway = now.to_vec();
        self.forward(&mut halfway, at, middle - from);
        let before = self.backward(&chances, at, to - middle, &wanted);
        let (earlier, later) = split(&halfway, &before, wanted);
        if later.is_empty() {
            drop((halfway, chances));
            self.within(at, (from, now), (middle, before), earlier);
        } else {
            self.within(at, (from, now), (middle, before), earlier);
            self.within(at, (middle, Rc::new(halfway)), (to, chances), later);
        }
    }

    fn note(&mut self, wanted: &[Wanted], time: f64) {
        for wanted in wanted {
            self.found[wanted.place] = time;
        }
    }

    /// At the horizon, h tells whether an outcome is the class.
    fn end(&self, outcome: usize) -> Rc<Vec<f64>> {
        let facts = self.space.facts(self.space.segments.len() - 1);
        let is = |class: &u32| f64::from(u8::from(*class as usize == outcome));
        Rc::new(facts.class.iter().map(is).collect())
    }

    /// The distribution at the beginning of a later segment.
    fn on(&self, now: &[f64], first: usize, last: usize) -> Vec<f64> {
        let mut now = now.to_vec();
        for at in first..last {
            let segment = self.space.segments[at];
            self.forward(&mut now, at, segment.to - segment.from);
            if let Some(jump) = segment.jump {
                now = self.space.jumps[jump].forward(&now, self.space.facts(at + 1).len());
            }
        }
        now
    }

    /// The chances at the beginning of an earlier segment.
    fn back(&self, chances: &Chances, first: usize, last: usize) -> Chances {
        let mut chances = chances.clone();
        for at in (first..last).rev() {
            let segment = self.space.segments[at];
            chances = self.backward(&self.over(&chances, at), at, segment.to - segment.from, &[]);
        }
        chances
    }

    /// The chances before the instant that ends a segment.
    fn over(&self, chances: &Chances, at: usize) -> Chances {
        let Some(jump) = self.space.segments[at].jump else { return chances.clone() };
        let over = |(outcome, chances): (usize, &Option<Rc<Vec<f64>>>)| {
            let chances = chances.as_ref()?;
            Some(Rc::new(self.space.jumps[jump].backward(&self.holding(at, outcome), chances)))
        };
        chances.iter().enumerate().map(over).collect()
    }

    fn forward(&self, now: &mut Vec<f64>, at: usize, days: f64) {
        let chain = &self.space.epochs[self.space.segments[at].epoch].chain;
        chain.forward(now, days, self.cut, &mut |_, _| !self.watcher.stop());
    }

    /// The chances some days before, within a segment: of all outcomes, or of those that some of `wanted` ask for.
    fn backward(&self, chances: &Chances, at: usize, days: f64, wanted: &[Wanted]) -> Chances {
        let chain = &self.space.epochs[self.space.segments[at].epoch].chain;
        let back = |(outcome, chances): (usize, &Option<Rc<Vec<f64>>>)| {
            let asked = wanted.is_empty() || wanted.iter().any(|wanted| wanted.outcomes.contains(&outcome));
            let mut chances = chances.as_ref().filter(|_| asked)?.to_vec();
            let go_on = || !self.watcher.stop();
            chain.backward(&self.holding(at, outcome), &mut chances, (days, self.cut), go_on);
            Some(Rc::new(chances))
        };
        chances.iter().enumerate().map(back).collect()
    }

    /// The states of a segment in which an outcome holds.
    fn holding(&self, at: usize, outcome: usize) -> Vec<bool> {
        let facts = self.space.facts(at);
        (0..facts.len()).map(|state| facts.get(state, outcome)).collect()
    }
}

/// Those that are reached at a time, and those that are not.
fn split(now: &[f64], chances: &Chances, wanted: Vec<Wanted>) -> (Vec<Wanted>, Vec<Wanted>) {
    let reached: Vec<f64> = chances
        .iter()
        .map(|chances| chances.as_ref().map_or(0.0, |h| h.iter().zip(now).map(|(h, p)| h * p).sum()))
        .collect();
    let is_reached = |wanted: &Wanted| {
        wanted.outcomes.iter().map(|outcome| reached[*outcome]).sum::<f64>() >= wanted.target
    };
    wanted.into_iter().partition(is_reached)
}
