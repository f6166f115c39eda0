//! `wayleave local preset …`

use domain::registration::profile::Preset;
use server::admin::{actor::Actor, presets};

use super::Host;
use crate::{failure::Failure, terminal};

pub(super) async fn run(preset: Preset, host: &Host) -> Result<(), Failure> {
    let sealer = host.master.key_sealer();
    presets::apply(host.means(), &sealer, &Actor::host(), preset, preset.as_str()).await?;
    terminal::say(&format!("the registration policies of the server are those of {}", preset.as_str()))
}
