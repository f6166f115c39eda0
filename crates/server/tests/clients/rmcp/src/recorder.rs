//! The library's own way to send, remembered.

use oauth2::HttpResponse;
use rmcp::transport::auth::{
    AuthError, OAuthHttpClient, OAuthHttpClientFuture, OAuthHttpRequest, default_oauth_http_client,
};

use crate::exchanges::Exchanges;

pub struct Recorder<C> {
    client: C,
    exchanges: Exchanges,
}

pub fn recorder(exchanges: &Exchanges) -> Result<Recorder<impl OAuthHttpClient + use<>>, AuthError> {
    Ok(Recorder { client: default_oauth_http_client()?, exchanges: exchanges.clone() })
}

impl<C: OAuthHttpClient> OAuthHttpClient for Recorder<C> {
    fn execute(&self, request: OAuthHttpRequest) -> OAuthHttpClientFuture<'_> {
        let place = self.exchanges.asked(&request.request);
        Box::pin(async move {
            let response: HttpResponse = self.client.execute(request).await?;
            self.exchanges.answered(place, &response);
            Ok(response)
        })
    }
}
