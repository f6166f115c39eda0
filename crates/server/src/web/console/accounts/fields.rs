//! What stands in the fields of an account's form.

use domain::{
    directory::Entry,
    error::{ErrorCode, Refusal},
    id::Id,
    parameters::Parameters,
    secret::Secret,
};

use crate::{admin::accounts::Draft, web::console::rights::Given};

#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub name: String,
    pub description: String,
    /// One to a line.
    pub emails: String,
    pub locale: String,
    pub time_zone: String,
    pub groups: Vec<Id>,
    pub is_enabled: bool,
    pub given: Given,
}

impl Fields {
    pub fn of(entry: &Entry) -> Self {
        let draft = Draft::of(entry);
        Self {
            name: draft.name,
            description: draft.description.unwrap_or_default(),
            emails: draft.emails.join("\n"),
            locale: draft.locale.unwrap_or_default(),
            time_zone: draft.time_zone.unwrap_or_default(),
            groups: draft.member_group_ids,
            is_enabled: draft.is_enabled,
            given: given(entry),
        }
    }

    pub fn read(sent: &Parameters) -> Result<Self, Refusal> {
        let text = |name| Ok::<_, Refusal>(sent.one(name)?.unwrap_or_default().trim().to_owned());
        let groups = sent.all("group").map(Id::parse).collect::<Option<Vec<_>>>();
        Ok(Self {
            name: text("name")?,
            description: text("description")?,
            emails: text("emails")?,
            locale: text("locale")?,
            time_zone: text("timeZone")?,
            groups: groups
                .ok_or_else(|| Refusal::new(ErrorCode::InvalidRequest, "there is no such group"))?,
            is_enabled: sent.one("isEnabled")?.is_some(),
            given: Given::read(sent)?,
        })
    }

    /// What the fields say; what they say nothing of is as in `base`.
    pub fn draft(&self, base: Draft) -> Draft {
        let unless_empty = |text: &String| (!text.is_empty()).then(|| text.clone());
        Draft {
            name: self.name.clone(),
            description: unless_empty(&self.description),
            emails: self.emails.split_whitespace().map(str::to_owned).collect(),
            locale: unless_empty(&self.locale),
            time_zone: unless_empty(&self.time_zone),
            member_group_ids: self.groups.clone(),
            roles: self.given.roles.clone(),
            permissions: self.given.permissions,
            is_enabled: self.is_enabled,
            ..base
        }
    }
}

pub(super) fn given(entry: &Entry) -> Given {
    Given { roles: entry.roles.clone(), permissions: entry.permissions }
}

/// The password that was typed, if any was. Its spaces count.
pub(super) fn password(sent: &Parameters) -> Result<Option<Secret>, Refusal> {
    Ok(sent.one("password")?.map(Secret::new))
}
