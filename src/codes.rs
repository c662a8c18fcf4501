//! Codes of the field, as built-in facts: event codes, words of estimative probability, grades, hostility levels.

pub mod cameo;
pub mod estimate;
pub mod grade;

/// The built-in ladder `mid`: hostility levels 1 to 5 of the Militarized Interstate Dispute data (Correlates of War),
/// level 1 being no militarised action.
pub const MID: [&str; 5] = ["none", "threat", "display", "use_of_force", "war"];
