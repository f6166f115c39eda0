//! Policies that belong together put in force at once, with the settings that they need.

use domain::registration::profile::Preset;

use super::{
    Means,
    actor::Actor,
    registration_policies::{self, RegistrationPolicyError},
    settings::{self, SETTINGS, SettingsError},
};
use crate::keys::Sealer;

/// Why a preset is not in force.
#[derive(Debug, thiserror::Error)]
pub enum PresetError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Policies(#[from] RegistrationPolicyError),
}

/// Puts the policies of `preset` in the place of all that the actor's tenant has, or the server where the actor belongs to none.
/// `description` is what they will be called. The settings are those of the server: only for the whole server they are changed, and
/// first, so that nobody comes in by policies that count on other settings.
pub async fn apply(
    means: Means<'_>,
    sealer: &Sealer,
    actor: &Actor,
    preset: Preset,
    description: &str,
) -> Result<(), PresetError> {
    if actor.tenant().is_none() {
        let current = settings::load(means.store).await?;
        let wanted = preset.settings(&current);
        let changes: Vec<_> = SETTINGS
            .iter()
            .filter(|setting| setting.value(&wanted) != setting.value(&current))
            .map(|setting| (setting.name, setting.value(&wanted)))
            .collect();
        if !changes.is_empty() {
            settings::set(means.store, sealer, &changes, actor, means.chance, means.now).await?;
        }
    }
    Ok(registration_policies::apply_preset(means, actor, preset, description).await?)
}
