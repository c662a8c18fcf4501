//! How a command ends: its exit status, and what there is to say about it.

/// Exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Status {
    /// Done.
    Done = 0,
    /// A gate that was asked for did not hold.
    GateFailed = 1,
    /// The input or the call is wrong.
    BadInput = 2,
    /// A run failed, or results could not be written.
    Failed = 3,
    /// Interrupted.
    Interrupted = 130,
}

/// Why a command ends early.
#[derive(Debug)]
pub(super) struct Stop {
    /// With which exit status.
    pub(super) status: Status,
    /// What is still to be said; nothing if it has been.
    pub(super) message: Option<String>,
}

impl Stop {
    /// The input or the call is wrong.
    pub(super) fn bad_input(message: impl Into<String>) -> Self {
        Self { status: Status::BadInput, message: Some(message.into()) }
    }

    /// It could not be done.
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self { status: Status::Failed, message: Some(message.into()) }
    }

    /// All has been said.
    pub(super) fn told(status: Status) -> Self {
        Self { status, message: None }
    }
}

/// What a verb comes to.
pub(super) type Done = Result<Status, Stop>;
