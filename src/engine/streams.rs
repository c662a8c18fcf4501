//! Random numbers by address (seed, run, site, occurrence), independent of what else was drawn.
//!
//! A site's key starts its ChaCha8 streams. The numbers of the first [`EARLY`] occurrences lie side by side for eight
//! consecutive runs in a block, as most sites draw once or twice in every run; those of later occurrences lie side by
//! side for eight consecutive ones of a run. ChaCha8 is made four blocks at a time: a refill serves 32 runs, or four.
//! A parameter is addressed by its parameter draw in place of the run.

use fearless_simd::{Level, dispatch};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

use super::STREAMS_VERSION;
use crate::id::SiteId;
use crate::model::Site;
use crate::stats::exponential::{unit_exponentials, whole};

/// Occurrences whose numbers lie side by side for consecutive runs.
const EARLY: u64 = 4;

/// Later streams of a site that are kept; of those beyond only the latest is.
const KEPT: usize = 16;

/// Numbers in a block.
const PER_BLOCK: u64 = 8;

/// Numbers in a refill of four blocks.
const PER_REFILL: u64 = 4 * PER_BLOCK;

/// Runs that share a refill of a later stream: one block each.
const LATE_RUNS: u64 = PER_REFILL / PER_BLOCK;

/// The random numbers of runs with numbers near one another.
pub(super) struct Streams {
    /// By site: with its key, and spent.
    generators: Vec<ChaCha8Rng>,
    /// By site: bits of the first occurrences whose numbers are there.
    known: Vec<u8>,
    /// By site, then occurrence: the first ones of the runs that share refills.
    early: Vec<[[f64; PER_REFILL as usize]; EARLY as usize]>,
    /// By site, then stream.
    late: Vec<Refills>,
    /// By site: of parameters.
    parameters: Refills,
    /// Of the runs that share refills, the first.
    first: u64,
    /// How many runs whose later numbers are refilled apart are made at once.
    apart: u64,
}

/// What a run has drawn.
#[derive(Clone)]
pub(super) struct Drawn {
    pub(super) run: u64,
    /// By site: draws begun.
    begun: Vec<u32>,
}

impl Drawn {
    /// Nothing, from so many sites.
    pub(super) fn new(sites: usize) -> Self {
        Self { run: 0, begun: vec![0; sites] }
    }

    /// Begins with a run.
    pub(super) fn begin(&mut self, run: u64) {
        self.run = run;
        self.begun.fill(0);
    }

    #[inline]
    fn begin_draw(&mut self, site: SiteId) -> u64 {
        let begun = &mut self.begun[site.index()];
        *begun += 1;
        u64::from(*begun - 1)
    }
}

/// Refills of four consecutive blocks of a stream each. A site draws either uniform numbers or exponentials, never both.
#[derive(Default)]
struct Refills {
    /// Of each, the stream and the first block: apart from the numbers, as they are looked at for every draw.
    places: Vec<(u64, u64)>,
    numbers: Vec<[f64; PER_REFILL as usize]>,
}

/// What a site draws.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Uniform numbers in [0, 1).
    Uniform,
    /// Unit exponentials.
    Exponential,
}

impl Streams {
    /// The streams of these sites under a seed.
    pub(super) fn new(sites: &[Site], seed: u64) -> Self {
        Self {
            generators: sites.iter().map(|site| ChaCha8Rng::from_seed(key(seed, &site.name))).collect(),
            known: vec![0; sites.len()],
            early: vec![[[0.0; PER_REFILL as usize]; EARLY as usize]; sites.len()],
            late: sites.iter().map(|_| Refills::default()).collect(),
            parameters: Refills::default(),
            first: 0,
            apart: 1,
        }
    }

    /// Keeps refills for so many runs that are made at once.
    pub(super) fn keep_for(&mut self, runs: u64) {
        self.apart = runs.div_ceil(LATE_RUNS);
    }

    /// Goes to a run; what follows is of this and of those that share refills with it.
    pub(super) fn begin(&mut self, run: u64) {
        let first = run - run % PER_REFILL;
        if first != self.first {
            self.first = first;
            self.known.fill(0);
        }
    }

    /// The next uniform number of a site, in [0, 1).
    pub(super) fn next(&mut self, site: SiteId, drawn: &mut Drawn) -> f64 {
        let occurrence = drawn.begin_draw(site);
        self.at(Kind::Uniform, site, drawn.run, occurrence)
    }

    /// The uniform number of a parameter's site in a parameter draw, in [0, 1).
    pub(super) fn parameter(&mut self, site: SiteId, draw: u64) -> f64 {
        let generator = &mut self.generators[site.index()];
        self.parameters.at(site.index(), Kind::Uniform, generator, (0, first_block(draw)))
            [(draw % PER_REFILL) as usize]
    }

    /// The next unit exponential of a site.
    #[inline]
    pub(super) fn next_exponential(&mut self, site: SiteId, drawn: &mut Drawn) -> f64 {
        let occurrence = drawn.begin_draw(site);
        self.at(Kind::Exponential, site, drawn.run, occurrence)
    }

    /// The unit exponential of a site in a run at an occurrence.
    #[inline]
    pub(super) fn exponential_at(&mut self, site: SiteId, run: u64, occurrence: u64) -> f64 {
        self.at(Kind::Exponential, site, run, occurrence)
    }

    #[inline]
    fn at(&mut self, kind: Kind, site: SiteId, run: u64, occurrence: u64) -> f64 {
        let site = site.index();
        if occurrence >= EARLY {
            return self.late(kind, site, run, occurrence - EARLY);
        }
        if self.known[site] >> occurrence & 1 == 0 {
            self.learn(kind, site, occurrence);
        }
        self.early[site][(occurrence % EARLY) as usize][(run % PER_REFILL) as usize]
    }

    /// Makes the numbers of one of the first occurrences.
    #[cold]
    #[inline(never)]
    fn learn(&mut self, kind: Kind, site: usize, occurrence: u64) {
        self.known[site] |= 1 << occurrence;
        let numbers = &mut self.early[site][occurrence as usize];
        fill(numbers, kind, &mut self.generators[site], (occurrence, first_block(self.first)));
    }

    #[inline(never)]
    fn late(&mut self, kind: Kind, site: usize, run: u64, later: u64) -> f64 {
        let stream = later / PER_BLOCK;
        let at = (stream.min(KEPT as u64 - 1) * self.apart + run / LATE_RUNS % self.apart) as usize;
        let place = (EARLY + stream, run - run % LATE_RUNS);
        let numbers = self.late[site].at(at, kind, &mut self.generators[site], place);
        numbers[(run % LATE_RUNS * PER_BLOCK + later % PER_BLOCK) as usize]
    }
}

/// The first block of the refill with the number of a run among those that lie side by side.
fn first_block(run: u64) -> u64 {
    run / PER_REFILL * (PER_REFILL / PER_BLOCK)
}

impl Refills {
    /// The numbers at a position, which become those of this place if they are others.
    #[inline]
    fn at(
        &mut self,
        at: usize,
        kind: Kind,
        generator: &mut ChaCha8Rng,
        place: (u64, u64),
    ) -> &[f64; PER_REFILL as usize] {
        if self.places.get(at) != Some(&place) {
            self.refill(at, kind, generator, place);
        }
        &self.numbers[at]
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self, at: usize, kind: Kind, generator: &mut ChaCha8Rng, place: (u64, u64)) {
        if self.places.len() <= at {
            // Blocks begin at multiples of four: this one never does.
            self.places.resize(at + 1, (0, u64::MAX));
            self.numbers.resize(at + 1, [0.0; PER_REFILL as usize]);
        }
        self.places[at] = place;
        fill(&mut self.numbers[at], kind, generator, place);
    }
}

#[cold]
#[inline(never)]
fn fill(
    numbers: &mut [f64; PER_REFILL as usize],
    kind: Kind,
    generator: &mut ChaCha8Rng,
    (stream, block): (u64, u64),
) {
    generator.set_stream(stream);
    generator.set_word_pos(u128::from(block) * 16);
    let mut bytes = [0; 8 * PER_REFILL as usize];
    generator.fill_bytes(&mut bytes);
    dispatch!(Level::new(), _ => convert(&bytes, numbers, kind));
}

/// Random bytes → numbers. Vectors of any length give the same bits.
#[inline(always)]
fn convert(bytes: &[u8; 8 * PER_REFILL as usize], numbers: &mut [f64; PER_REFILL as usize], kind: Kind) {
    let (words, _) = bytes.as_chunks();
    for (number, word) in numbers.iter_mut().zip(words) {
        *number = fraction(u64::from_le_bytes(*word));
    }
    if kind == Kind::Exponential {
        unit_exponentials(numbers);
    }
}

/// The upper 53 bits as a fraction, by 32 of them and 21; every step is exact.
#[inline(always)]
fn fraction(word: u64) -> f64 {
    let (high, low) = (whole(word >> 32), whole(word >> 11 & ((1 << 21) - 1)));
    high * (1.0 / (1_u64 << 32) as f64) + low * (f64::EPSILON / 2.0)
}

fn key(seed: u64, site: &str) -> [u8; 32] {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..28].copy_from_slice(&Sha256::digest(site.as_bytes())[..20]);
    key[28..].copy_from_slice(&STREAMS_VERSION.to_le_bytes());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites() -> Vec<Site> {
        ["rule a: delay", "rule b: hazard", "parameter p"].map(|name| Site { name: name.to_owned() }).to_vec()
    }

    /// The number at an address, straight from the definition.
    fn direct(seed: u64, site: &str, run: u64, occurrence: u64) -> f64 {
        let mut key = Vec::from(seed.to_le_bytes());
        key.extend_from_slice(&Sha256::digest(site.as_bytes())[..20]);
        key.extend_from_slice(&2u32.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key.try_into().unwrap());
        let (stream, block, pair) = match occurrence {
            0..4 => (occurrence, run / 8, run % 8),
            _ => (4 + (occurrence - 4) / 8, run, (occurrence - 4) % 8),
        };
        generator.set_stream(stream);
        generator.set_word_pos(u128::from(block) * 16 + u128::from(pair) * 2);
        let low = u64::from(generator.next_u32());
        let high = u64::from(generator.next_u32());
        ((high << 32 | low) >> 11) as f64 / 9_007_199_254_740_992.0
    }

    #[test]
    fn cached_draws_are_those_at_their_address() {
        let sites = sites();
        let mut streams = Streams::new(&sites, 77);
        let mut chooser = ChaCha8Rng::seed_from_u64(5);
        for step in 0..5_000 {
            let word = chooser.next_u64();
            let run = match word % 4 {
                0 => u64::MAX - (word >> 8) % 6,
                1 => (1 << 32) - 3 + (word >> 8) % 6,
                _ => (word >> 8) % 12,
            };
            let occurrence = if step % 3 == 0 { (word >> 32) % 400 } else { (word >> 32) % 20 };
            let site = (word >> 60) as usize % sites.len();
            streams.begin(run);
            let drawn = streams.at(Kind::Uniform, SiteId::new(site), run, occurrence);
            assert_eq!(drawn, direct(77, &sites[site].name, run, occurrence), "run {run}, {occurrence}");
        }
    }

    #[test]
    fn draws_of_a_site_follow_one_another_and_begin_anew_with_a_run() {
        let mut streams = Streams::new(&sites(), 3);
        let site = SiteId::new(1);
        let mut drawn = Drawn::new(3);
        streams.begin(9);
        drawn.begin(9);
        let first: Vec<f64> = (0..300).map(|_| streams.next(site, &mut drawn)).collect();
        for (occurrence, drawn) in first.iter().enumerate() {
            assert_eq!(*drawn, direct(3, "rule b: hazard", 9, occurrence as u64));
        }
        drawn.begin(9);
        assert_eq!(streams.next(site, &mut drawn), first[0]);
        let mut streams = Streams::new(&sites(), 3);
        streams.begin(9);
        drawn.begin(9);
        for uniform in first {
            let mut numbers = [uniform];
            unit_exponentials(&mut numbers);
            assert_eq!(streams.next_exponential(site, &mut drawn), numbers[0]);
        }
    }

    /// Recorded words of `rand_chacha`'s ChaCha8: a seed expanded by `seed_from_u64`, the first two numbers of stream
    /// 0 and the bits of the first of stream 7 as a fraction. They pin the generator, not the standard: ChaCha8 is not
    /// among the generators whose streams that crate promises to keep.
    #[test]
    fn the_generator_gives_its_golden_words() {
        let golden: [(u64, [u64; 2], u64); 4] = [
            (0, [0xb585_f767_a79a_3b6c, 0x7746_a55f_bad8_c037], 0x3fe1_b66e_78d2_faad),
            (1, [0x6709_4cea_8ca4_0db1, 0x1494_06d8_fc0e_8e6b], 0x3fdd_c2a0_370c_c292),
            (42, [0xae90_bfb5_395d_5ba1, 0xf345_3fc6_2579_9188], 0x3fc0_72e6_441a_df10),
            (u64::MAX, [0xaf20_2386_e3a7_3cae, 0x6da0_df03_97be_2dd8], 0x3fd9_2606_083f_080c),
        ];
        for (seed, words, seventh) in golden {
            let mut generator = ChaCha8Rng::seed_from_u64(seed);
            assert_eq!([generator.next_u64(), generator.next_u64()], words);
            let mut generator = ChaCha8Rng::seed_from_u64(seed);
            generator.set_stream(7);
            let fraction = (generator.next_u64() >> 11) as f64 * (f64::EPSILON / 2.0);
            assert_eq!(fraction.to_bits(), seventh);
        }
    }
}
