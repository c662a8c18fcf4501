//! A continuous-time Markov chain written down by hand becomes its distribution at a time: the independent answer where
//! there is no closed form.
//!
//! Uniformisation (Jensen 1953): p(t) = Σ Poisson(k; qt) p₀Pᵏ, dense and without tricks. It shares nothing with the
//! program under test.

/// Rates between states that are numbered from 0.
pub(crate) struct Chain {
    size: usize,
    arrows: Vec<(usize, usize, f64)>,
}

impl Chain {
    /// States and no arrows.
    pub(crate) fn new(size: usize) -> Self {
        Self { size, arrows: Vec::new() }
    }

    /// Adds a way from one state to another, per day.
    pub(crate) fn arrow(&mut self, from: usize, to: usize, rate: f64) {
        if rate > 0.0 {
            self.arrows.push((from, to, rate));
        }
    }

    /// The distribution after `days`, from the state `start`.
    pub(crate) fn after(&self, start: usize, days: f64) -> Vec<f64> {
        let mut now = vec![0.0; self.size];
        now[start] = 1.0;
        self.spread(&now, days)
    }

    /// The distribution after `days`, from a distribution.
    pub(crate) fn spread(&self, start: &[f64], days: f64) -> Vec<f64> {
        self.integrate(start, days).0
    }

    /// The days spent in each state up to `days` in the mean, from the state `start`.
    pub(crate) fn stay(&self, start: usize, days: f64) -> Vec<f64> {
        let mut now = vec![0.0; self.size];
        now[start] = 1.0;
        self.integrate(&now, days).1
    }

    /// Distribution at the end, and days spent in each state; in steps of at most 50 jumps, so that no weight underflows.
    fn integrate(&self, start: &[f64], days: f64) -> (Vec<f64>, Vec<f64>) {
        let mut exits = vec![0.0; self.size];
        for (from, _, rate) in &self.arrows {
            exits[*from] += rate;
        }
        let fastest = exits.iter().copied().fold(1e-9, f64::max);
        let steps = (fastest * days / 50.0).ceil().max(1.0);
        let mut now = start.to_vec();
        let mut stays = vec![0.0; self.size];
        for _ in 0..steps as usize {
            let (next, stay) = self.step(&now, days / steps, fastest, &exits);
            stays.iter_mut().zip(stay).for_each(|(sum, more)| *sum += more);
            now = next;
        }
        (now, stays)
    }

    fn step(&self, start: &[f64], days: f64, fastest: f64, exits: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let jumps = fastest * days;
        let mut weight = libm::exp(-jumps);
        let mut beyond = -libm::expm1(-jumps);
        let mut power = start.to_vec();
        let mut end = vec![0.0; self.size];
        let mut stay = vec![0.0; self.size];
        for k in 1..400 {
            for state in 0..self.size {
                end[state] += weight * power[state];
                stay[state] += beyond.max(0.0) / fastest * power[state];
            }
            let mut next: Vec<f64> =
                power.iter().zip(exits).map(|(p, exit)| p * (1.0 - exit / fastest)).collect();
            for (from, to, rate) in &self.arrows {
                next[*to] += power[*from] * rate / fastest;
            }
            power = next;
            weight *= jumps / f64::from(k);
            beyond -= weight;
        }
        (end, stay)
    }
}

/// Two states: from the first to the second at rate `up`, back at `down`. P(second at t | first at 0), in closed form.
pub(crate) fn switched(up: f64, down: f64, days: f64) -> f64 {
    up / (up + down) * -libm::expm1(-(up + down) * days)
}

#[test]
fn the_chain_agrees_with_two_states_in_closed_form() {
    let mut chain = Chain::new(2);
    chain.arrow(0, 1, 0.7);
    chain.arrow(1, 0, 0.2);
    for days in [0.1, 3.0, 400.0] {
        assert!((chain.after(0, days)[1] - switched(0.7, 0.2, days)).abs() < 1e-12);
        let stay = chain.stay(0, days);
        let exact = 0.7 / 0.9 * (days + libm::expm1(-0.9 * days) / 0.9);
        assert!((stay[1] - exact).abs() < 1e-9 && (stay[0] + stay[1] - days).abs() < 1e-9);
    }
}
