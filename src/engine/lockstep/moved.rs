//! What the firings of a round move: lists of all runs together, gone through without a jump that depends on one of them.

use fearless_simd::{Simd, SimdBase, u32x8};

use super::{RULES, SIDE_BY_SIDE};

/// Places of all runs: as many for outcomes as for rules.
pub(super) const PLACES: usize = SIDE_BY_SIDE * RULES;

/// Most places of either that a firing moves: so many are copied, without a jump.
pub(super) const COPIED: usize = 16;

/// What the firings of a round move.
pub(super) struct Moved {
    shifts: [Shift; PLACES + COPIED],
    shift_count: usize,
    /// The places at which another value stands then.
    places: [u16; PLACES],
    place_count: usize,
}

/// Some of all shifts.
#[derive(Clone, Copy)]
pub(super) struct Shifts {
    pub(super) from: u16,
    pub(super) count: u16,
}

/// How a place moves: which in the lower half, by how much in the upper.
pub(super) type Shift = u32;

/// Moves a place by so much; none if that is too far.
pub(super) fn shift_of(place: u32, by: u32) -> Option<Shift> {
    let by = i16::try_from(by.cast_signed()).ok()?;
    Some(u32::from(by.cast_unsigned()) << 16 | place)
}

impl Moved {
    pub(super) fn new() -> Self {
        Self { shifts: [0; PLACES + COPIED], shift_count: 0, places: [0; PLACES], place_count: 0 }
    }

    /// Adds some of all shifts, of a run. What is copied of those behind them is written over.
    #[inline(always)]
    pub(super) fn add<S: Simd>(
        &mut self,
        simd: S,
        run: usize,
        Shifts { from, count }: Shifts,
        all: &[Shift],
    ) {
        let from = all[usize::from(from)..].first_chunk::<COPIED>();
        let to = self.shifts[self.shift_count..].first_chunk_mut::<COPIED>();
        let (from, _) = from.expect("behind the last are some that are of none").as_chunks::<8>();
        let (to, _) = to.expect("a round moves no place twice").as_chunks_mut::<8>();
        let of_run = u32x8::splat(simd, (run * RULES) as u32);
        // Not by a loop over single ones: of that the compiler makes no vectors, or stores them twice.
        (u32x8::from_slice(simd, &from[0]) + of_run).store_slice(&mut to[0]);
        (u32x8::from_slice(simd, &from[1]) + of_run).store_slice(&mut to[1]);
        self.shift_count += usize::from(count);
    }

    /// Shifts all places, by a function that tells whether another value stands there then.
    #[inline(always)]
    pub(super) fn shift(&mut self, mut shift: impl FnMut(usize, u32) -> bool) {
        let mut count = 0;
        for one in &self.shifts[..self.shift_count] {
            let (place, by) = (*one as usize % PLACES, (one.cast_signed() >> 16).cast_unsigned());
            self.places[count % PLACES] = place as u16;
            count += usize::from(shift(place, by));
        }
        self.place_count = count;
        self.shift_count = 0;
    }

    /// The places at which another value stands.
    #[inline(always)]
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.places[..self.place_count].iter().map(|place| usize::from(*place) % PLACES)
    }
}
