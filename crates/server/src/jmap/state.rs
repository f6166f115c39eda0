//! States: positions in the journal, sealed so that nobody can make one or use that of another object, tenant or query.
//!
//! The same position always gives the same text: clients compare states, and `ifInState` does.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{id::Id, secret::HashKey};
use jmap::state::State;
use subtle::ConstantTimeEq;

use super::object::{Description, Scene};

/// What a state is a state of.
#[derive(Clone, Debug)]
pub struct Subject(String);

impl Subject {
    /// All objects of a kind that the actor may know of.
    pub fn objects(description: &Description, scene: Scene<'_>) -> Self {
        let owner = if description.is_personal { scene.account.id.as_str() } else { "" };
        Self(format!("objects\n{}\n{}\n{owner}", description.name, tenant_name(scene)))
    }

    /// The results of a query.
    pub fn results(description: &Description, scene: Scene<'_>, selection: &str) -> Self {
        let owner = &scene.account.id;
        Self(format!("results\n{}\n{}\n{owner}\n{selection}", description.name, tenant_name(scene)))
    }

    pub fn state(&self, key: &HashKey, position: i64) -> State {
        let mac = self.mac(key, position);
        let mut bytes = mask(key, &mac, position).to_be_bytes().to_vec();
        bytes.extend(mac);
        State::new(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The position that a state stands for; nothing for what was not made here, for this subject.
    pub fn position(&self, key: &HashKey, state: &State) -> Option<i64> {
        let bytes = URL_SAFE_NO_PAD.decode(state.as_str()).ok()?;
        let (masked, mac) = bytes.split_first_chunk::<8>()?;
        let mac: [u8; 16] = mac.try_into().ok()?;
        let position = mask(key, &mac, i64::from_be_bytes(*masked));
        bool::from(self.mac(key, position).ct_eq(&mac)).then_some(position)
    }

    fn mac(&self, key: &HashKey, position: i64) -> [u8; 16] {
        let whole = key.derive("jmap state", &format!("{position}\n{}", self.0));
        let mut mac = [0; 16];
        mac.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        mac
    }
}

/// Hides how much happens elsewhere. Applied twice, it is gone.
fn mask(key: &HashKey, mac: &[u8; 16], position: i64) -> i64 {
    let stream = key.derive("jmap state mask", &URL_SAFE_NO_PAD.encode(mac));
    let first = stream.first_chunk::<8>().map_or(0, |first| i64::from_be_bytes(*first));
    position ^ first
}

fn tenant_name(scene: Scene<'_>) -> &str {
    scene.actor.tenant().map_or("", Id::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> HashKey {
        HashKey::new(&[1; 32])
    }

    #[test]
    fn a_state_stands_for_its_position_and_is_always_the_same() {
        let subject = Subject("objects".to_owned());
        for position in [0, 1, 77, i64::MAX] {
            let state = subject.state(&key(), position);
            assert_eq!(subject.position(&key(), &state), Some(position));
            assert_eq!(subject.state(&key(), position), state);
        }
    }

    #[test]
    fn j17_a_state_of_something_else_is_none_here() {
        let (one, other) = (Subject("objects\na".to_owned()), Subject("objects\nb".to_owned()));
        let state = one.state(&key(), 5);
        assert_eq!(other.position(&key(), &state), None);
        assert_eq!(one.position(&HashKey::new(&[2; 32]), &state), None);
    }

    #[test]
    fn j17_what_was_altered_or_made_up_is_no_state() {
        let subject = Subject("objects".to_owned());
        let text = subject.state(&key(), 5).as_str().to_owned();
        for at in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = State::new(String::from_utf8(altered).unwrap());
            assert_eq!(subject.position(&key(), &altered), None, "{altered}");
        }
        for text in ["", "5", "' OR 1=1", &text[..20], &format!("{text}A")] {
            assert_eq!(subject.position(&key(), &State::new(text)), None, "{text}");
        }
    }
}
