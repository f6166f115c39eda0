//! Challenge, discovery, registration, authorization, tool calls, refresh: by the library's own calls.

use std::env;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use oauth2::url::Url;
use oauth2::{RefreshToken, TokenResponse};
use rmcp::ServiceExt;
use rmcp::model::CallToolRequestParams;
use rmcp::service::{RoleClient, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::auth::{
    AuthClient, AuthError, AuthorizationManager, AuthorizationRequest, CredentialStore,
    InMemoryCredentialStore, OAuthHttpClient, OAuthState,
};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::Value;

use crate::exchanges::Exchanges;
use crate::recorder::recorder;
use crate::resource::Resource;
use crate::surroundings::{Outcome, Surroundings, arrival};

const NAME: &str = "rmcp test";

type Connection = RunningService<RoleClient, ()>;

/// An application: where it wants to get at, where it waits for people, and what it keeps.
struct Application {
    resource: Resource,
    redirect_uri: String,
    /// Where the document stands that describes it.
    document: Option<String>,
    http: Arc<dyn OAuthHttpClient>,
    kept: InMemoryCredentialStore,
}

pub async fn run(
    surroundings: &Surroundings,
    exchanges: &Exchanges,
    steps: &mut Vec<&'static str>,
) -> Outcome<()> {
    let application = Application {
        resource: Resource::serve(&surroundings.issuer)?,
        redirect_uri: redirect_uri()?,
        document: env::var("CLIENT_METADATA_URL").ok(),
        http: Arc::new(recorder(exchanges)?),
        kept: InMemoryCredentialStore::new(),
    };

    let challenge = application.challenge().await?;
    steps.push("challenge");
    let mut state = application.sent_to_the_issuer(&challenge).await?;
    steps.push(if application.document.is_some() {
        "discovery, and a document instead of a registration"
    } else {
        "discovery and registration"
    });
    let redirect = arrival(&Url::parse(&state.get_authorization_url().await?)?, &application.redirect_uri)?;
    steps.push("authorization");
    state.handle_callback_url(redirect.as_str()).await?;
    steps.push("code exchange");
    let client_id = state.get_credentials().await?.0;
    if application.document.as_ref().is_some_and(|document| *document != client_id) {
        return Err("the client is not the one of the document".into());
    }

    let manager = state.into_authorization_manager().ok_or("nobody is signed in")?;
    let connection = application.connect(manager).await?;
    let claims = call(&connection, "whoami").await?;
    if claims["client_id"] != *client_id || claims["aud"] != *application.resource.url {
        return Err(format!("the token is another's: {claims}").into());
    }
    steps.push("tool call with the access token");
    let before = application.kept_refresh_token().await?;
    call(&connection, "expire").await?;
    call(&connection, "whoami").await?;
    if application.kept_refresh_token().await?.secret() == before.secret() {
        return Err("the refresh token is the old one".into());
    }
    connection.cancel().await?;
    steps.push("refresh after the resource refused the token");

    application.keep_a_dead_refresh_token().await?;
    let refused = application.refresh().await;
    if !matches!(refused, Err(AuthError::TokenRefreshRejected(_))) {
        return Err(format!("a dead refresh token: {refused:?}").into());
    }
    let mut again = application.sent_to_the_issuer(&challenge).await?;
    let redirect = arrival(&Url::parse(&again.get_authorization_url().await?)?, &application.redirect_uri)?;
    again.handle_callback_url(redirect.as_str()).await?;
    if again.get_credentials().await?.0 != client_id {
        return Err("the same application became another client".into());
    }
    steps.push("a dead refresh token leads back to the person, as the same client");
    Ok(())
}

impl Application {
    async fn manager(&self) -> Result<AuthorizationManager, AuthError> {
        let http = Arc::clone(&self.http);
        let mut manager = AuthorizationManager::new_with_oauth_http_client(&*self.resource.url, http).await?;
        manager.set_credential_store(self.kept.clone());
        Ok(manager)
    }

    async fn connect(&self, manager: AuthorizationManager) -> Outcome<Connection> {
        let client = AuthClient::new(reqwest::Client::new(), manager);
        let config = StreamableHttpClientTransportConfig::with_uri(&*self.resource.url);
        Ok(().serve(StreamableHttpClientTransport::with_client(client, config)).await?)
    }

    /// What the resource says to who comes without a token.
    async fn challenge(&self) -> Outcome<String> {
        let client = AuthClient::new(reqwest::Client::new(), self.manager().await?);
        let config = StreamableHttpClientTransportConfig::with_uri(&*self.resource.url);
        match ().serve(StreamableHttpClientTransport::with_client(client, config)).await {
            Ok(_) => Err("the resource was open".into()),
            Err(error) => match error.auth_challenge() {
                Some(challenge) => Ok(challenge.to_owned()),
                None => Err(error.into()),
            },
        }
    }

    /// A client with an address to send a person to.
    async fn sent_to_the_issuer(&self, challenge: &str) -> Outcome<OAuthState> {
        let mut state = OAuthState::Unauthorized(self.manager().await?);
        let request =
            AuthorizationRequest::new(&*self.redirect_uri).with_client_name(NAME).with_challenge(challenge);
        let request = match &self.document {
            Some(document) => request.with_client_metadata_url(document),
            None => request,
        };
        state.start_authorization(request).await?;
        Ok(state)
    }

    async fn kept_refresh_token(&self) -> Outcome<RefreshToken> {
        let kept = self.kept.load().await?.and_then(|kept| kept.token_response);
        Ok(kept.as_ref().and_then(TokenResponse::refresh_token).ok_or("no refresh token is kept")?.clone())
    }

    async fn keep_a_dead_refresh_token(&self) -> Outcome<()> {
        let mut kept = self.kept.load().await?.ok_or("nothing is kept")?;
        if let Some(tokens) = &mut kept.token_response {
            tokens.set_refresh_token(Some(RefreshToken::new("dead".into())));
        }
        Ok(self.kept.save(kept).await?)
    }

    /// As an application does that was started again.
    async fn refresh(&self) -> Result<(), AuthError> {
        let mut manager = self.manager().await?;
        manager.initialize_from_store().await?;
        manager.refresh_token().await?;
        Ok(())
    }
}

/// What `tool` says, if that is JSON.
async fn call(connection: &Connection, tool: &'static str) -> Outcome<Value> {
    let result = connection.call_tool(CallToolRequestParams::new(tool)).await?;
    let text = result.content.first().and_then(|content| content.as_text()).ok_or("the tool said nothing")?;
    Ok(serde_json::from_str(&text.text).unwrap_or(Value::Null))
}

/// One with a port that is free now: the library registers and asks with the same.
fn redirect_uri() -> Outcome<String> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    Ok(format!("http://127.0.0.1:{port}/callback"))
}
