//! Typed indices: a rule's number cannot be used where a variable's is due.

/// Defines an index type over `u32`.
macro_rules! index {
    ($(#[$doc:meta] $name:ident),* $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// From a position in its list, which has fewer than 2³² entries.
            pub fn new(position: usize) -> Self {
                Self(u32::try_from(position).expect("files are far too small for 2^32 entries"))
            }

            /// The position in its list.
            #[inline]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// A variable of the state.
    VariableId,
    /// A declared set of names: a ladder, or the values of a stance or status.
    SetId,
    /// A rule, in the order of the file.
    RuleId,
    /// An event: a rule, or one of its options.
    EventId,
    /// A place that draws random numbers.
    SiteId,
    /// An actor.
    ActorId,
    /// A claim.
    ClaimId,
    /// An outcome, most severe first.
    OutcomeId,
}
