import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.AccessTokenResponse;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.client.ClientDeleteRequest;
import com.nimbusds.oauth2.sdk.client.ClientReadRequest;
import com.nimbusds.oauth2.sdk.client.ClientRegistrationResponse;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationResponse;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientInformation;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientInformationResponse;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationRequest;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationResponseParser;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientUpdateRequest;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** Everything that the SDK has words for, by its own calls. */
final class Flow {
    private static final String REGISTERED_REDIRECT_URI = "http://127.0.0.1/callback";
    private static final String ANY_PORT = "http://127.0.0.1:0/callback";
    private static final Scope SCOPE = new Scope("openid", "profile", "email", "offline_access");

    private final Surroundings surroundings;
    private final Exchanges exchanges;
    private final List<String> steps;
    private OIDCProviderMetadata provider;
    private OIDCClientInformation client;
    private Proof proof;

    /** How the client proves itself. */
    private interface Proof {
        ClientAuthentication make() throws JOSEException;
    }

    Flow(Surroundings surroundings, Exchanges exchanges, List<String> steps) {
        this.surroundings = surroundings;
        this.exchanges = exchanges;
        this.steps = steps;
    }

    void run() throws Exception {
        provider = OIDCProviderMetadata.resolve(new Issuer(surroundings.issuer()));
        steps.add("discovery");
        register();
        var tokens = signIn();
        introspectionSaysActive(tokens.getTokens().getAccessToken(), true);
        steps.add("introspection");
        var first = tokens.getTokens().getRefreshToken();
        tokens = tokens(new RefreshTokenGrant(first)).toSuccessResponse();
        var last = tokens.getTokens().getRefreshToken() == null ? first : tokens.getTokens().getRefreshToken();
        userInfo(tokens.getTokens().getAccessToken());
        steps.add("refresh, and userinfo after it");
        revoke(last, tokens.getTokens().getAccessToken());
        authenticateByKey();
        // A stranger is not given the grant of devices.
        if (client.getOIDCMetadata().getGrantTypes().contains(GrantType.DEVICE_CODE)) {
            deviceFlow();
        }
        delete();
    }

    private void register() throws Exception {
        var wanted = new OIDCClientMetadata();
        wanted.setName("Nimbus test");
        wanted.setRedirectionURI(URI.create(REGISTERED_REDIRECT_URI));
        wanted.setGrantTypes(Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.DEVICE_CODE));
        wanted.setScope(SCOPE);
        wanted.applyDefaults();
        var token = surroundings.registrationToken();
        var credential = token == null ? null : new BearerAccessToken(token);
        var request = new OIDCClientRegistrationRequest(provider.getRegistrationEndpointURI(), wanted, credential);
        client = registered(exchanges.send(request.toHTTPRequest()));
        proof = () -> new ClientSecretBasic(client.getID(), client.getSecret());
        steps.add("registration");
        var read = new ClientReadRequest(client.getRegistrationURI(), client.getRegistrationAccessToken());
        var again = registered(exchanges.send(read.toHTTPRequest()));
        isTrue(again.getID().equals(client.getID()) && again.getOIDCMetadata().getName().equals("Nimbus test"), again);
        steps.add("registration read");
    }

    private AccessTokenResponse signIn() throws Exception {
        var state = new State();
        var nonce = new Nonce();
        var verifier = new CodeVerifier();
        var asked = new AuthenticationRequest.Builder(ResponseType.CODE, SCOPE, client.getID(), URI.create(ANY_PORT))
                .endpointURI(provider.getAuthorizationEndpointURI())
                .state(state)
                .nonce(nonce)
                .codeChallenge(verifier, CodeChallengeMethod.S256)
                .prompt(new Prompt(Prompt.Type.CONSENT))
                .build();
        var arrival = surroundings.authorize(asked.toURI(), ANY_PORT);
        var answer = AuthenticationResponseParser.parse(arrival);
        isTrue(answer.indicatesSuccess() && answer.getState().equals(state), arrival.getPath());
        isTrue(provider.getIssuer().equals(answer.getIssuer()), answer.getIssuer());
        steps.add("authorization");

        var redirectUri = new URI(arrival.getScheme(), arrival.getAuthority(), arrival.getPath(), null, null);
        var code = answer.toSuccessResponse().getAuthorizationCode();
        var tokens = tokens(new AuthorizationCodeGrant(code, redirectUri, verifier)).toSuccessResponse();
        steps.add("code exchange");
        var idToken = tokens.getTokens().toOIDCTokens().getIDToken();
        IDTokenClaimsSet claims = IDTokenValidator.create(provider, client).validate(idToken, nonce);
        var algorithm = JWSAlgorithm.parse(idToken.getHeader().getAlgorithm().getName());
        AccessTokenValidator.validate(tokens.getTokens().getAccessToken(), algorithm, claims.getAccessTokenHash());
        steps.add("id token with at_hash");
        var userInfo = userInfo(tokens.getTokens().getAccessToken());
        isTrue(userInfo.equals(claims.getSubject().getValue()), userInfo);
        steps.add("userinfo");
        return tokens;
    }

    private void revoke(RefreshToken token, AccessToken access) throws Exception {
        var revocation = new TokenRevocationRequest(provider.getRevocationEndpointURI(), proof.make(), token);
        isTrue(exchanges.send(revocation.toHTTPRequest()).indicatesSuccess(), "revocation");
        steps.add("revocation");
        var refused = tokens(new RefreshTokenGrant(token)).toErrorResponse().getErrorObject();
        isTrue(OAuth2Error.INVALID_GRANT.equals(refused), refused);
        introspectionSaysActive(access, false);
        steps.add("revoked token is dead");
    }

    private void deviceFlow() throws Exception {
        var asked = new DeviceAuthorizationRequest.Builder(proof.make())
                .endpointURI(provider.getDeviceAuthorizationEndpointURI())
                .scope(SCOPE)
                .build();
        DeviceAuthorizationSuccessResponse device = DeviceAuthorizationResponse
                .parse(exchanges.send(asked.toHTTPRequest()))
                .toSuccessResponse();
        steps.add("device authorization with an assertion");
        var person = surroundings.allowDevice(device.getVerificationURI(), device.getUserCode().getValue());
        TokenResponse answer;
        do {
            Thread.sleep(device.getInterval() * 1000L);
            answer = tokens(new DeviceCodeGrant(device.getDeviceCode()));
        } while (!answer.indicatesSuccess()
                && answer.toErrorResponse().getErrorObject().getCode().equals("authorization_pending"));
        isTrue(person.waitFor() == 0 && answer.indicatesSuccess(), "nobody allowed the device");
        userInfo(answer.toSuccessResponse().getTokens().getAccessToken());
        steps.add("tokens for the device once somebody typed its code");
    }

    /** Replaces the registration (RFC 7592 §2.2), so that a key is the proof from then on. */
    private void authenticateByKey() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyUse(KeyUse.SIGNATURE).keyID("first").generate();
        var wanted = client.getOIDCMetadata();
        wanted.setTokenEndpointAuthMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
        wanted.setTokenEndpointAuthJWSAlg(JWSAlgorithm.ES256);
        wanted.setJWKSet(new JWKSet(key.toPublicJWK()));
        var update = new OIDCClientUpdateRequest(
                client.getRegistrationURI(), client.getID(), client.getRegistrationAccessToken(), wanted, client.getSecret());
        client = registered(exchanges.send(update.toHTTPRequest()));
        isTrue(client.getOIDCMetadata().getJWKSet().containsJWK(key.toPublicJWK()), client.getOIDCMetadata());
        // An assertion is good once.
        proof = () -> new PrivateKeyJWT(
                client.getID(), provider.getTokenEndpointURI(), JWSAlgorithm.ES256, key.toPrivateKey(), key.getKeyID(), null);
        steps.add("registration replaced: a key instead of the secret");
    }

    private void delete() throws Exception {
        var uri = client.getRegistrationURI();
        var token = client.getRegistrationAccessToken();
        isTrue(exchanges.send(new ClientDeleteRequest(uri, token).toHTTPRequest()).indicatesSuccess(), "deletion");
        steps.add("registration deleted");
        var answer = exchanges.send(new ClientReadRequest(uri, token).toHTTPRequest());
        isTrue(answer.getStatusCode() == 401, answer.getStatusCode());
        steps.add("deleted registration is dead");
    }

    private TokenResponse tokens(AuthorizationGrant grant) throws Exception {
        var request = new TokenRequest.Builder(provider.getTokenEndpointURI(), proof.make(), grant).build();
        return OIDCTokenResponseParser.parse(exchanges.send(request.toHTTPRequest()));
    }

    /** What the answer to a registration, to reading one or to replacing one says. */
    private static OIDCClientInformation registered(HTTPResponse response) throws Exception {
        ClientRegistrationResponse answer = OIDCClientRegistrationResponseParser.parse(response);
        isTrue(answer.indicatesSuccess(), response.getBody());
        return ((OIDCClientInformationResponse) answer.toSuccessResponse()).getOIDCClientInformation();
    }

    private void introspectionSaysActive(AccessToken token, boolean expected) throws Exception {
        var request = new TokenIntrospectionRequest(provider.getIntrospectionEndpointURI(), proof.make(), token);
        var answer = TokenIntrospectionResponse.parse(exchanges.send(request.toHTTPRequest())).toSuccessResponse();
        isTrue(answer.isActive() == expected, answer);
        isTrue(!expected || answer.getClientID().equals(client.getID()), answer);
    }

    /** Whom the token is about. */
    private String userInfo(AccessToken token) throws Exception {
        var request = new UserInfoRequest(provider.getUserInfoEndpointURI(), (BearerAccessToken) token);
        var answer = UserInfoResponse.parse(exchanges.send(request.toHTTPRequest())).toSuccessResponse();
        return answer.getUserInfo().getSubject().getValue();
    }

    private static void isTrue(boolean condition, Object otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
