//! A policy that asks for approval against the same policy that does not.

use proptest::prelude::*;

use super::{
    super::{
        Registration, Requester, admit,
        profile::{Mode, PolicyError, RegistrationPolicy, bounds_at, needs_approval},
    },
    bounds::{some_bounds, some_metadata, through},
};
use crate::{
    client::{Door, approval::Approval},
    grant::fixtures::{NOW, id},
    registration::bounds::Bounds,
    settings::OidcProvider,
};

fn policy(door: Door, mode: Mode, bounds: Bounds) -> RegistrationPolicy {
    RegistrationPolicy {
        id: id(1),
        description: "house rules".to_owned(),
        member_tenant_id: None,
        door,
        mode,
        bounds,
        created_at: NOW,
        version: 1,
    }
}

fn requesters() -> [Requester; 5] {
    [
        Requester::Document,
        Requester::Anonymous,
        Requester::InitialAccessToken { minted_by: None, may_register: true },
        Requester::ApiKey { account: id(2), may_register: true },
        Requester::AccessToken { account: id(2), may_register: false },
    ]
}

fn some_policies() -> impl Strategy<Value = Vec<RegistrationPolicy>> {
    let one =
        (prop::sample::select(Door::ALL.to_vec()), prop::sample::select(Mode::ALL.to_vec()), some_bounds());
    prop::collection::vec(one.prop_map(|(door, mode, bounds)| policy(door, mode, bounds)), 0..6)
}

#[test]
fn approval_is_for_every_door_where_something_could_wait() {
    for door in Door::ALL {
        let refused = policy(door, Mode::Approval, Bounds::default()).check();
        let expected = match door {
            Door::Administrator => Err(PolicyError::ApprovalOfAdministrators),
            Door::Document => Err(PolicyError::ApprovalOfDocuments),
            Door::Anonymous | Door::InitialAccessToken | Door::ApiKey | Door::AccessToken => Ok(()),
        };
        assert_eq!(refused, expected, "{door:?}");
    }
}

proptest! {
    /// Whoever is refused without it is refused with it, in the same words; whoever is let in is let in as the same, and waits.
    #[test]
    fn asking_for_approval_loosens_no_other_rule(
        policies in some_policies(),
        body in some_metadata(),
        anonymous_client_registration in any::<bool>(),
    ) {
        let settings = OidcProvider { anonymous_client_registration, ..OidcProvider::default() };
        let opened: Vec<_> = policies
            .iter()
            .map(|policy| match policy.mode {
                Mode::Approval => RegistrationPolicy { mode: Mode::Open, ..policy.clone() },
                Mode::Off | Mode::Token | Mode::Open => policy.clone(),
            })
            .collect();
        for requester in requesters() {
            let verdict = |policies: &[RegistrationPolicy]| {
                let admitted = admit(&requester, &settings, policies)?;
                let bounds: Vec<_> =
                    bounds_at(admitted.door(), policies).into_iter().map(|one| one.bounds).collect();
                let registered = through(admitted.door(), &body, &bounds).map(Registration::into_metadata);
                Ok::<_, super::super::AdmissionRefusal>((admitted.door(), admitted.approval(), registered))
            };
            match (verdict(&policies), verdict(&opened)) {
                (Ok((door, approval, registered)), Ok((as_open, None, freely))) => {
                    prop_assert_eq!((door, registered), (as_open, freely));
                    let waits = needs_approval(door, &policies).then_some(Approval::Pending);
                    prop_assert_eq!(approval, waits);
                }
                (Err(refused), Err(without)) => prop_assert_eq!(refused, without),
                (with, without) => prop_assert!(false, "{:?} {:?}", with, without),
            }
        }
    }
}
