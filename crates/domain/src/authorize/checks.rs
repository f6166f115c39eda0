//! Every check of an authorization request, in running order, each with the section it comes from.

use url::Url;

use super::{
    claims_request::ClaimsRequest,
    pkce::CodeChallenge,
    request::{AuthorizationRequest, Prompt, RefusedRequest, ReplyTo, ResponseMode},
};
use crate::{
    client::{
        Client,
        management::{self, MANAGE},
        metadata::{GrantType, ResponseType},
        standing::Standing,
    },
    error::{ErrorCode, Refusal},
    locale::Locale,
    parameters::{ParameterError, Parameters},
    redirect_uri::RedirectUri,
    resource,
    scope::Scope,
    settings::{OidcProvider, PkcePolicy},
};

/// The longest `state`, `nonce` and `login_hint` that are carried, in bytes.
const MAX_OPAQUE: usize = 4096;

/// Checks everything but client and redirect URI, which are known to be right.
pub fn check(
    parameters: &Parameters,
    standing: &Standing,
    redirect_uri: RedirectUri,
    settings: &OidcProvider,
    issuer: &Url,
) -> Result<AuthorizationRequest, RefusedRequest> {
    let mut reply_to = ReplyTo { redirect_uri, response_mode: ResponseMode::Query, state: None };
    let is_silent = parameters.one("prompt").ok().flatten() == Some("none");
    check_all(parameters, standing, settings, issuer, &mut reply_to).map_err(|refusal| RefusedRequest {
        reply_to,
        refusal,
        is_silent,
    })
}

fn check_all(
    parameters: &Parameters,
    standing: &Standing,
    settings: &OidcProvider,
    issuer: &Url,
    reply_to: &mut ReplyTo,
) -> Result<AuthorizationRequest, Refusal> {
    reply_to.state = opaque(parameters, "state")?;
    reply_to.response_mode = response_mode(parameters)?;
    not_repeated(parameters)?;
    unsupported_objects(parameters)?;
    response_type(parameters)?;
    grant_type(standing)?;
    let claims = claims(parameters)?;
    let may_manage = management::may_ask(standing, &reply_to.redirect_uri, issuer);
    let scope = scope(parameters, standing.registered(), settings, may_manage)?;
    let by_name = claims.as_ref().map(ClaimsRequest::scope).unwrap_or_default();
    let scope = scope.union(&settings.permitted_part(&by_name, standing.registered()));
    let resources = resource::parse_all(parameters.all("resource"))?;
    own_audience(&scope, &resources, issuer)?;
    let nonce = opaque(parameters, "nonce")?;
    let is_openid_with_nonce = scope.contains("openid") && nonce.is_some();
    let code_challenge =
        code_challenge(parameters, standing.is_confidential(), settings.pkce, is_openid_with_nonce)?;
    let metadata = standing.registered().map(|client| &client.metadata);
    let requested_max_age = max_age(parameters)?;
    Ok(AuthorizationRequest {
        client_id: standing.client_id().clone(),
        redirect_uri: reply_to.redirect_uri.clone(),
        response_mode: reply_to.response_mode,
        state: reply_to.state.clone(),
        scope,
        code_challenge,
        nonce,
        prompt: prompt(parameters)?,
        max_age: requested_max_age.or_else(|| metadata.and_then(|metadata| metadata.default_max_age)),
        login_hint: opaque(parameters, "login_hint")?,
        hinted_subject: None,
        resources,
        acr_values: acr_values(parameters, standing)?,
        wants_auth_time: requested_max_age.is_some()
            || claims.as_ref().is_some_and(|claims| claims.wants_in_id_token("auth_time"))
            || metadata.is_some_and(|metadata| {
                metadata.require_auth_time == Some(true) || metadata.default_max_age.is_some()
            }),
        claims,
        locale: parameters.one("ui_locales")?.and_then(Locale::first_of),
    })
}

/// `state`, `nonce` and `login_hint` are carried unread, up to 4096 bytes. RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1.
fn opaque(parameters: &Parameters, name: &'static str) -> Result<Option<String>, Refusal> {
    match parameters.one(name)? {
        Some(value) if value.len() > MAX_OPAQUE => {
            Err(Refusal::new(ErrorCode::InvalidRequest, format!("{name} is longer than 4096 bytes")))
        }
        value => Ok(value.map(str::to_owned)),
    }
}

/// A response mode that does not exist cannot carry its own error, so the error goes by query.
fn response_mode(parameters: &Parameters) -> Result<ResponseMode, Refusal> {
    match parameters.one("response_mode")? {
        None | Some("query") => Ok(ResponseMode::Query),
        Some("fragment") => Ok(ResponseMode::Fragment),
        Some("form_post") => Ok(ResponseMode::FormPost),
        Some(_) => Err(Refusal::new(
            ErrorCode::InvalidRequest,
            "response_mode must be one of response_modes_supported: query, fragment, form_post",
        )),
    }
}

/// What has no effect here still may not be there twice. RFC 6749 §3.1.
fn not_repeated(parameters: &Parameters) -> Result<(), Refusal> {
    for name in ["id_token_hint", "display", "claims_locales"] {
        parameters.one(name)?;
    }
    Ok(())
}

/// Request objects and registration by parameter are not served. OpenID Connect Core §6, §7.2.1.
fn unsupported_objects(parameters: &Parameters) -> Result<(), Refusal> {
    for (name, code) in [
        ("request", ErrorCode::RequestNotSupported),
        ("request_uri", ErrorCode::RequestUriNotSupported),
        ("registration", ErrorCode::RegistrationNotSupported),
    ] {
        if parameters.all(name).next().is_some() {
            return Err(Refusal::new(
                code,
                format!("{name} is not supported; send the parameters themselves"),
            ));
        }
    }
    Ok(())
}

/// `code` is the only response type. RFC 6749 §3.1.1, RFC 9700 §2.1.2.
fn response_type(parameters: &Parameters) -> Result<ResponseType, Refusal> {
    match parameters.required("response_type")? {
        "code" => Ok(ResponseType::Code),
        _ => Err(Refusal::new(ErrorCode::UnsupportedResponseType, "response_type must be code")),
    }
}

/// A client registered without the grant may not start it. RFC 6749 §4.1.2.1.
fn grant_type(standing: &Standing) -> Result<(), Refusal> {
    let allowed =
        standing.registered().is_none_or(|client| client.metadata.allows(GrantType::AuthorizationCode));
    if allowed {
        Ok(())
    } else {
        Err(Refusal::new(
            ErrorCode::UnauthorizedClient,
            "this client is not registered for the authorization_code grant",
        ))
    }
}

/// What remains of the requested scope under the client's ceiling; asking only for what is not there is an error. RFC 6749 §3.3.
///
/// The right to manage this server is given only to whom [`management`] says, and only by its name.
pub(crate) fn scope(
    parameters: &Parameters,
    registered: Option<&Client>,
    settings: &OidcProvider,
    may_manage: bool,
) -> Result<Scope, Refusal> {
    let refuse = |description: String| Refusal::new(ErrorCode::InvalidScope, description);
    let Some(text) = parameters.one("scope")? else {
        let ceiling = registered.and_then(|client| client.metadata.scope.as_ref());
        return Ok(ceiling.map(|scope| scope.filter(|token| token != MANAGE)).unwrap_or_default());
    };
    let requested = Scope::parse(text).map_err(|error| refuse(error.to_string()))?;
    let granted = settings
        .permitted_part(&requested, registered)
        .union(&requested.filter(|token| may_manage && token == MANAGE));
    if granted.is_empty() && !requested.is_empty() {
        return Err(refuse("none of the requested scope values is available to this client".to_owned()));
    }
    Ok(granted)
}

/// A token that manages this server is for this server alone: any other reader of it could manage too. RFC 8707 §3.
fn own_audience(scope: &Scope, resources: &[String], issuer: &Url) -> Result<(), Refusal> {
    let is_own = |resource: &String| resource.trim_end_matches('/') == issuer.as_str().trim_end_matches('/');
    if scope.contains(MANAGE) && !resources.iter().all(is_own) {
        return Err(Refusal::new(
            ErrorCode::InvalidTarget,
            format!("{MANAGE} is for this server alone; leave resource out, or ask in another request"),
        ));
    }
    Ok(())
}

/// Public clients always use PKCE with S256; confidential ones as the policy says. RFC 7636 §4.4.1, RFC 9700 §2.1.1.
fn code_challenge(
    parameters: &Parameters,
    is_confidential: bool,
    policy: PkcePolicy,
    is_openid_with_nonce: bool,
) -> Result<Option<CodeChallenge>, Refusal> {
    let refuse = |description| Err(Refusal::new(ErrorCode::InvalidRequest, description));
    let method = parameters.one("code_challenge_method")?;
    let Some(challenge) = parameters.one("code_challenge")? else {
        let may_omit = is_confidential
            && match policy {
                PkcePolicy::Always => false,
                PkcePolicy::Oauth21 => is_openid_with_nonce,
                PkcePolicy::Public => true,
            };
        return if may_omit && method.is_none() {
            Ok(None)
        } else {
            refuse("code_challenge is missing; PKCE with S256 is required")
        };
    };
    if method != Some("S256") {
        return refuse("code_challenge_method must be S256");
    }
    match CodeChallenge::parse(challenge) {
        Some(challenge) => Ok(Some(challenge)),
        None => refuse("code_challenge must be 43 characters of base64url, the SHA-256 of the verifier"),
    }
}

/// `none` stands alone. OpenID Connect Core §3.1.2.1.
fn prompt(parameters: &Parameters) -> Result<Prompt, Refusal> {
    let refuse = |description| Err(Refusal::new(ErrorCode::InvalidRequest, description));
    let text = parameters.one("prompt")?.unwrap_or_default();
    let values: Vec<_> = text.split(' ').filter(|value| !value.is_empty()).collect();
    if values == ["none"] {
        return Ok(Prompt::Silent);
    }
    if values.contains(&"none") {
        return refuse("prompt none cannot be combined with other values");
    }
    if !values.iter().all(|value| matches!(*value, "login" | "consent" | "select_account")) {
        return refuse("prompt must be none, login, consent or select_account");
    }
    let asks = |value| values.contains(&value);
    Ok(Prompt::Ask { login: asks("login"), consent: asks("consent"), select_account: asks("select_account") })
}

/// A number of seconds. OpenID Connect Core §3.1.2.1.
fn max_age(parameters: &Parameters) -> Result<Option<u32>, Refusal> {
    parameters
        .one("max_age")?
        .map(|text| {
            text.parse().map_err(|_| {
                Refusal::new(ErrorCode::InvalidRequest, "max_age must be a whole number of seconds")
            })
        })
        .transpose()
}

/// OpenID Connect Core §5.5.
fn claims(parameters: &Parameters) -> Result<Option<ClaimsRequest>, Refusal> {
    parameters
        .one("claims")?
        .map(|text| {
            ClaimsRequest::parse(text).ok_or_else(|| {
                Refusal::new(
                    ErrorCode::InvalidRequest,
                    "claims must be a JSON object of at most 4096 bytes with id_token and userinfo",
                )
            })
        })
        .transpose()
}

/// In order of preference; none of them makes a request fail. OpenID Connect Core §3.1.2.1.
fn acr_values(parameters: &Parameters, standing: &Standing) -> Result<Vec<String>, Refusal> {
    let requested =
        parameters.one("acr_values")?.map(|text| text.split(' ').take(20).map(str::to_owned).collect());
    let default = || standing.registered().map(|client| client.metadata.default_acr_values.clone());
    Ok(requested.or_else(default).unwrap_or_default())
}

impl From<ParameterError> for Refusal {
    fn from(error: ParameterError) -> Self {
        Self::new(ErrorCode::InvalidRequest, error.to_string())
    }
}
