//! Names that belong to somebody here: whoever goes by one that looks like it is not let pass unremarked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::{
    client::{
        Client, ClientId,
        likeness::{self, Likeness, Name},
    },
    id::Id,
    time::Timestamp,
};
use store::{StoreError, clients, tenants};

use crate::{app::App, web::page::NameWarning};

/// So many verified clients are compared, the latest first.
const MOST: u32 = 2_000;

/// They are read no oftener than this.
const LIFE: Duration = Duration::from_secs(10);

/// The names of the clients that administrators checked, as they were read last.
#[derive(Debug, Default)]
pub struct TakenNames(Mutex<Option<(Arc<[Taken]>, Timestamp)>>);

#[derive(Debug)]
struct Taken {
    client_id: ClientId,
    member_tenant_id: Option<Id>,
    name: Name,
}

/// What to tell people of `tenant`, or of none, about the name of `client`, unless an administrator checked that or it has none.
pub async fn warning(
    app: &App,
    client: Option<&Client>,
    tenant: Option<&Id>,
    now: Timestamp,
) -> Result<Option<NameWarning>, StoreError> {
    let unchecked = client.filter(|client| !client.is_verified && !client.is_first_party);
    let Some((client, name)) =
        unchecked.and_then(|client| Some((client, client.metadata.client_name.as_deref()?)))
    else {
        return Ok(None);
    };
    let taken = app.taken_names.read(app, now).await?;
    let house = match tenant {
        Some(id) => tenants::by_ids(&app.store, std::slice::from_ref(id)).await?.pop(),
        None => None,
    };
    // What another tenant verified is nobody's business here.
    let of_clients = taken
        .iter()
        .filter(|taken| taken.client_id != client.client_id)
        .filter(|taken| taken.member_tenant_id.is_none() || taken.member_tenant_id.as_ref() == tenant)
        .map(|taken| &taken.name);
    let host = app.config.issuer.url().host_str();
    let of_the_house: Vec<_> =
        house.iter().map(|tenant| tenant.name.as_str()).chain(host).map(Name::new).collect();
    Ok(likeness::of(name, of_clients.chain(&of_the_house)).map(|likeness| match likeness {
        Likeness::Taken(other) => NameWarning::Taken(other.into()),
        Likeness::Disguised(other) => NameWarning::Disguised(other.into()),
        Likeness::Mixed => NameWarning::Mixed,
    }))
}

impl TakenNames {
    async fn read(&self, app: &App, now: Timestamp) -> Result<Arc<[Taken]>, StoreError> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((names, _)) = known.filter(|(_, read_at)| now.since(*read_at) < LIFE) {
            return Ok(names);
        }
        let verified = clients::verified(&app.store, MOST).await?;
        let names: Arc<[Taken]> = verified.into_iter().filter_map(taken).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Arc::clone(&names), now));
        Ok(names)
    }
}

fn taken(client: Client) -> Option<Taken> {
    let Client { client_id, member_tenant_id, metadata, .. } = client;
    Some(Taken { client_id, member_tenant_id, name: Name::new(metadata.client_name?) })
}
