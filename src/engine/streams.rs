//! Random numbers by address (seed, run, site, occurrence), independent of what else was drawn.
//!
//! A number is words 2j and 2j+1 of a ChaCha8 block, j = occurrence mod 8, of the site's key, stream ⌊occurrence/8⌋
//! and block counter = run, or for a parameter the parameter draw. ChaCha8 is made four blocks at a time, so four consecutive runs share a refill.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

use super::STREAMS_VERSION;
use crate::id::SiteId;
use crate::model::Site;

/// Streams of a site that are kept; of the higher ones only the latest is.
const KEPT: usize = 16;

/// Draws in a block.
const PER_BLOCK: u64 = 8;

/// Runs that share a refill.
const PER_GROUP: u64 = 4;

/// The random numbers of one run after another.
pub(super) struct Streams {
    sites: Vec<Source>,
    /// How many draws were begun at each site in this run.
    begun: Vec<u64>,
    run: u64,
}

/// A site's key and the blocks last made with it.
struct Source {
    key: [u8; 32],
    kept: Vec<Blocks>,
}

/// Four consecutive blocks of a stream.
struct Blocks {
    stream: u64,
    /// The first of their runs; none before the first use.
    group: Option<u64>,
    draws: [u64; (PER_BLOCK * PER_GROUP) as usize],
}

impl Streams {
    /// The streams of these sites under a seed.
    pub(super) fn new(sites: &[Site], seed: u64) -> Self {
        let source = |site: &Site| Source { key: key(seed, &site.name), kept: Vec::new() };
        Self { sites: sites.iter().map(source).collect(), begun: vec![0; sites.len()], run: 0 }
    }

    /// Goes to the first draws of a run.
    pub(super) fn begin(&mut self, run: u64) {
        self.run = run;
        self.begun.fill(0);
    }

    /// The next uniform number of a site, in [0, 1).
    pub(super) fn next(&mut self, site: SiteId) -> f64 {
        let begun = &mut self.begun[site.index()];
        let occurrence = *begun;
        *begun += 1;
        self.at(site, occurrence)
    }

    /// The uniform number of a parameter's site in a parameter draw, in [0, 1).
    pub(super) fn parameter(&mut self, site: SiteId, draw: u64) -> f64 {
        self.sites[site.index()].uniform(draw, 0)
    }

    /// The next unit exponential of a site.
    pub(super) fn next_exponential(&mut self, site: SiteId) -> f64 {
        exponential(self.next(site))
    }

    /// The unit exponential of a site at an occurrence.
    pub(super) fn exponential_at(&mut self, site: SiteId, occurrence: u64) -> f64 {
        exponential(self.at(site, occurrence))
    }

    /// The uniform number of a site at an occurrence, in [0, 1).
    pub(super) fn at(&mut self, site: SiteId, occurrence: u64) -> f64 {
        self.sites[site.index()].uniform(self.run, occurrence)
    }
}

impl Source {
    #[inline]
    fn uniform(&mut self, run: u64, occurrence: u64) -> f64 {
        let stream = occurrence / PER_BLOCK;
        let group = run - run % PER_GROUP;
        let place = stream.min(KEPT as u64 - 1) as usize;
        while self.kept.len() <= place {
            self.kept.push(Blocks { stream: 0, group: None, draws: [0; _] });
        }
        let blocks = &mut self.kept[place];
        if blocks.group != Some(group) || blocks.stream != stream {
            blocks.fill(self.key, stream, group);
        }
        let draw = blocks.draws[(run % PER_GROUP * PER_BLOCK + occurrence % PER_BLOCK) as usize];
        (draw >> 11) as f64 * (f64::EPSILON / 2.0)
    }
}

impl Blocks {
    fn fill(&mut self, key: [u8; 32], stream: u64, group: u64) {
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream);
        generator.set_word_pos(u128::from(group) * 16);
        for draw in &mut self.draws {
            *draw = generator.next_u64();
        }
        self.stream = stream;
        self.group = Some(group);
    }
}

/// −ln(1−u); 1−u is exact, u being a multiple of 2⁻⁵³.
#[inline]
fn exponential(uniform: f64) -> f64 {
    -libm::log(1.0 - uniform)
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
        key.extend_from_slice(&1u32.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key.try_into().unwrap());
        generator.set_stream(occurrence / 8);
        generator.set_word_pos(u128::from(run) * 16 + u128::from(occurrence % 8) * 2);
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
            let drawn = streams.at(SiteId::new(site), occurrence);
            assert_eq!(drawn, direct(77, &sites[site].name, run, occurrence), "run {run}, {occurrence}");
        }
    }

    #[test]
    fn draws_of_a_site_follow_one_another_and_begin_anew_with_a_run() {
        let mut streams = Streams::new(&sites(), 3);
        let site = SiteId::new(1);
        streams.begin(9);
        let first: Vec<f64> = (0..300).map(|_| streams.next(site)).collect();
        for (occurrence, drawn) in first.iter().enumerate() {
            assert_eq!(*drawn, direct(3, "rule b: hazard", 9, occurrence as u64));
        }
        streams.begin(9);
        assert_eq!(streams.next(site), first[0]);
        assert_eq!(streams.next_exponential(site), -libm::log1p(-first[1]));
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
