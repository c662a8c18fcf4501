//! The clock of a hazard: an exponential that runs down as fast as the hazard's rate.

/// The clock of a hazard in a run.
#[derive(Clone, Copy)]
pub(super) struct Hazard {
    /// What was left of its exponential when last settled; NaN if it is to be drawn.
    pub(super) exponential: f64,
    /// When last settled.
    pub(super) settled: f64,
    /// Rate since then; 0 if disarmed.
    pub(super) rate: f64,
    /// If the rate is a product: what of it is fixed in the run, and the factor that the state makes of it.
    pub(super) fixed: f64,
    pub(super) factor: f64,
}

impl Hazard {
    /// Before the first instant, with this factor.
    #[inline]
    pub(super) fn new(factor: f64) -> Self {
        Self { exponential: f64::NAN, settled: 0.0, rate: 0.0, fixed: 1.0, factor }
    }

    /// What is fixed in a run × the factor; −0 becomes 0.
    #[inline]
    pub(super) fn product(&self) -> f64 {
        self.fixed * self.factor + 0.0
    }

    /// Gives the clock its present rate; when it is due then, if that is another. Its exponential is drawn when it is needed.
    #[inline(always)]
    pub(super) fn settle(&mut self, now: f64, rate: f64, draw: impl FnOnce() -> f64) -> Option<f64> {
        if self.begins(rate) { Some(self.begin(now, rate, draw())) } else { self.run_down(now, rate) }
    }

    /// Whether its clock begins with this rate: its exponential is to be drawn, and given to [`Self::begin`].
    #[inline]
    pub(super) fn begins(&self, rate: f64) -> bool {
        self.exponential.is_nan() && rate > 0.0
    }

    /// Begins its clock; when it is due.
    #[inline]
    pub(super) fn begin(&mut self, now: f64, rate: f64, exponential: f64) -> f64 {
        self.rate = rate;
        self.start_anew(now, exponential)
    }

    /// Runs a clock that does not begin down to now and gives it its present rate; when it is due then, if that is another.
    #[inline]
    pub(super) fn run_down(&mut self, now: f64, rate: f64) -> Option<f64> {
        if rate == self.rate {
            return None;
        }
        let left = self.exponential - self.rate * (now - self.settled);
        self.exponential = if left < 0.0 { 0.0 } else { left };
        self.settled = now;
        self.rate = rate;
        let due = self.due();
        // Where nothing is left to wait for, and no rate.
        Some(if due.is_nan() { f64::INFINITY } else { due })
    }

    /// When it is due at its rate: +∞ if that is 0, NaN if nothing is left of its exponential either.
    #[inline]
    fn due(&self) -> f64 {
        self.settled + self.exponential / self.rate
    }

    /// The hazard has fired, and its clock was settled: starts it anew at its rate; when it is due then.
    #[inline]
    pub(super) fn start_anew(&mut self, now: f64, exponential: f64) -> f64 {
        self.exponential = exponential;
        self.settled = now;
        self.due()
    }

    /// The clock has run out: should the hazard not fire, nothing is left of it.
    pub(super) fn run_out(&mut self, now: f64) {
        self.exponential = 0.0;
        self.settled = now;
        self.rate = 0.0;
    }
}

/// Whether a number that is not −0 can be a rate: neither below 0 nor infinite nor NaN, in one comparison of its bits.
#[inline]
pub(super) fn is_rate(rate: f64) -> bool {
    rate.to_bits() < f64::INFINITY.to_bits()
}
