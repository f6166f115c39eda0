//! Whether an administrator still has to say yes to a client that registered, or has said no. Nothing is issued to it before.

/// What stands between a registered client and its first token. A client without one was approved, or never had to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Approval {
    /// Nobody has decided yet.
    Pending,
    /// An administrator said no. They can still change their mind; nobody else can.
    Denied,
}

/// What an administrator decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Deny,
}

/// Nothing waits for this decision: the client was approved, by whomever, or denied before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is decided already; to stop a client that was approved, disable it")]
pub struct Decided;

impl Approval {
    pub const ALL: [Self; 2] = [Self::Pending, Self::Denied];

    /// As stored and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Denied => "denied",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|approval| approval.as_str() == text)
    }
}

/// What follows from a decision over a client in this state. No is said to those who wait only: whoever was approved has tokens, which
/// disabling ends.
pub const fn decide(current: Option<Approval>, decision: Decision) -> Result<Option<Approval>, Decided> {
    match (current, decision) {
        (Some(Approval::Pending | Approval::Denied), Decision::Approve) => Ok(None),
        (Some(Approval::Pending), Decision::Deny) => Ok(Some(Approval::Denied)),
        (None, Decision::Approve | Decision::Deny) | (Some(Approval::Denied), Decision::Deny) => Err(Decided),
    }
}

/// What becomes of it when the client is registered anew in its own place. `is_another`: people would see or trust something else;
/// `is_needed`: a policy asks for approval. Who waits goes on waiting, and a no stays a no.
pub const fn after_replacement(
    current: Option<Approval>,
    is_another: bool,
    is_needed: bool,
) -> Option<Approval> {
    match current {
        Some(approval) => Some(approval),
        None if is_another && is_needed => Some(Approval::Pending),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_approved_is_never_sent_back_by_a_decision() {
        for decision in [Decision::Approve, Decision::Deny] {
            assert_eq!(decide(None, decision), Err(Decided));
        }
    }

    #[test]
    fn a_no_can_be_taken_back_and_is_not_said_twice() {
        assert_eq!(decide(Some(Approval::Pending), Decision::Deny), Ok(Some(Approval::Denied)));
        assert_eq!(decide(Some(Approval::Denied), Decision::Approve), Ok(None));
        assert_eq!(decide(Some(Approval::Denied), Decision::Deny), Err(Decided));
    }

    #[test]
    fn a_replacement_waits_again_only_where_people_would_see_something_else_and_a_policy_asks() {
        assert_eq!(after_replacement(None, true, true), Some(Approval::Pending));
        assert_eq!(after_replacement(None, false, true), None);
        assert_eq!(after_replacement(None, true, false), None);
        for approval in Approval::ALL {
            assert_eq!(after_replacement(Some(approval), false, false), Some(approval));
            assert_eq!(Approval::parse(approval.as_str()), Some(approval));
        }
    }
}
