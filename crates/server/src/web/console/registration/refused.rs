//! What the acts over registration policies say no to, for the person in front of the form.

use domain::registration::profile::PolicyError;

use crate::{
    admin::{
        presets::PresetError, registration_policies::RegistrationPolicyError, simulation::SimulationError,
    },
    web::{
        console::bounds,
        page::Problem,
        respond::PageError,
        wrong::{Wrong, wrong},
    },
    words::said,
};

impl Wrong {
    /// What went wrong with a policy: something that its form can mend, or else a page of its own.
    pub fn with_policy(error: RegistrationPolicyError) -> Result<Self, PageError> {
        Ok(match error {
            RegistrationPolicyError::Forbidden(_) => return Err(Problem::NotPermitted.into()),
            RegistrationPolicyError::Unknown => return Err(Problem::NotFound.into()),
            RegistrationPolicyError::Store(error) => return Err(error.into()),
            RegistrationPolicyError::BadDescription => {
                wrong("description", said("The name must have 1 to 256 characters on one line."))
            }
            RegistrationPolicyError::BadMode(PolicyError::AdministratorsOff) => {
                wrong("mode", said("Administrators write policies: their door is never shut."))
            }
            RegistrationPolicyError::BadMode(PolicyError::ApprovalOfAdministrators) => {
                wrong("mode", said("Administrators approve: what they make waits for nobody."))
            }
            RegistrationPolicyError::BadMode(PolicyError::ApprovalOfDocuments) => wrong(
                "mode",
                said(
                    "What a document describes is stored only once somebody allows it something, so nothing is there that could wait. Limit the hosts, or shut this door and make these clients yourself.",
                ),
            ),
            RegistrationPolicyError::BadMode(PolicyError::TokenElsewhere | PolicyError::Bounds(_)) => {
                wrong("mode", said("Only the door of strangers can want an initial access token instead."))
            }
            RegistrationPolicyError::BadBounds(error) => bounds::refused(error),
            RegistrationPolicyError::DoorTaken => {
                wrong("door", said("There is a policy for this door already. Change that one."))
            }
            RegistrationPolicyError::UnknownTenant => wrong("tenant", said("There is no such tenant.")),
            RegistrationPolicyError::TenantFixed => wrong("tenant", said("You cannot choose the tenant.")),
            RegistrationPolicyError::Stale => {
                wrong("", said("Somebody changed it meanwhile. Look at it again, then change it."))
            }
        })
    }

    /// What went wrong with trying a registration out.
    pub fn with_simulation(error: SimulationError) -> Result<Self, PageError> {
        Ok(match error {
            SimulationError::Forbidden(_) => return Err(Problem::NotPermitted.into()),
            SimulationError::Store(error) => return Err(error.into()),
            SimulationError::UnknownTenant => wrong("tenant", said("There is no such tenant.")),
            SimulationError::UnknownToken | SimulationError::TokenElsewhere => {
                wrong("token", said("There is no such initial access token."))
            }
        })
    }
}

impl From<PresetError> for PageError {
    fn from(error: PresetError) -> Self {
        match error {
            PresetError::Settings(error) => error.into(),
            PresetError::Policies(error) => error.into(),
        }
    }
}

impl From<RegistrationPolicyError> for PageError {
    fn from(error: RegistrationPolicyError) -> Self {
        match Wrong::with_policy(error) {
            Ok(wrong) => Problem::BadRequest { detail: wrong.why.to_string() }.into(),
            Err(page) => page,
        }
    }
}
