//! Who asks, and where the answer would go. Until both are known an error is a page, never a redirect. RFC 6749 §4.1.2.1.

use url::Url;

use crate::{
    client::{ClientId, management::is_console_callback, standing::Standing},
    parameters::{ParameterError, Parameters},
    redirect_uri::RedirectUri,
};

/// Why no answer may be sent to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DestinationError {
    Parameter(ParameterError),
    /// Empty, too long or not printable ASCII.
    MalformedClientId,
    /// The URI is not among those the client registered.
    NotRegistered,
    /// An unregistered client may only use https, a literal loopback address or a private-use scheme with a dot, and none of our own
    /// pages.
    NotTolerated,
}

/// The `client_id` of the request, which must be there once. RFC 6749 §4.1.1.
pub fn client_id(parameters: &Parameters) -> Result<ClientId, DestinationError> {
    let text = parameters.required("client_id").map_err(DestinationError::Parameter)?;
    ClientId::parse(text).ok_or(DestinationError::MalformedClientId)
}

/// The `redirect_uri` of the request, held against the registration or, without one, against what is tolerated.
///
/// OpenID Connect Core §3.1.2.1 requires the parameter even when only one URI is registered.
pub fn redirect_uri(
    parameters: &Parameters,
    standing: &Standing,
    issuer: &Url,
) -> Result<RedirectUri, DestinationError> {
    permitted(parameters.required("redirect_uri").map_err(DestinationError::Parameter)?, standing, issuer)
}

/// The URI to answer at, if the client in this standing may be answered at `presented`. Our own pages, at the origin of `issuer`, are
/// for our own console and whoever an administrator registered there: a code that nobody asked us for has no business in our logs and
/// histories.
pub fn permitted(
    presented: &str,
    standing: &Standing,
    issuer: &Url,
) -> Result<RedirectUri, DestinationError> {
    match standing {
        Standing::Registered(client) => RedirectUri::select(&client.metadata.redirect_uris, presented)
            .ok_or(DestinationError::NotRegistered),
        Standing::Tolerated(client_id) | Standing::Overridden(client_id) => {
            let uri = RedirectUri::parse_tolerated(presented).ok();
            let may_be_there =
                |uri: &RedirectUri| !uri.leads_to(issuer) || is_console_callback(client_id, uri, issuer);
            uri.filter(may_be_there).ok_or(DestinationError::NotTolerated)
        }
    }
}
