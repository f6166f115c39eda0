import java.time.Duration;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A site that lets in whoever the issuer knows. It is configured by `spring.security.oauth2.client` alone: the client `person` for
 * those who sign in, the client `itself` for what it does in its own name.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@RestController
public class Site {
    /** Longer than an access token lives, so that each is refreshed before it is used. */
    private static final Duration EARLY = Duration.ofHours(2);

    public static void main(String[] arguments) {
        SpringApplication.run(Site.class, arguments);
    }

    @Bean
    SecurityFilterChain rules(HttpSecurity http, ClientRegistrationRepository registrations) throws Exception {
        var goodbye = new OidcClientInitiatedLogoutSuccessHandler(registrations);
        goodbye.setPostLogoutRedirectUri("{baseUrl}/public");
        return http.authorizeHttpRequests(rules -> rules.requestMatchers("/public").permitAll().anyRequest().authenticated())
                .oauth2Login(Customizer.withDefaults())
                .logout(logout -> logout.logoutSuccessHandler(goodbye))
                .build();
    }

    @Bean
    OAuth2AuthorizedClientManager clients(ClientRegistrationRepository registrations, OAuth2AuthorizedClientRepository kept) {
        var manager = new DefaultOAuth2AuthorizedClientManager(registrations, kept);
        manager.setAuthorizedClientProvider(OAuth2AuthorizedClientProviderBuilder.builder()
                .authorizationCode()
                .refreshToken(refresh -> refresh.clockSkew(EARLY))
                .clientCredentials()
                .build());
        return manager;
    }

    @GetMapping("/public")
    String everybody() {
        return "public";
    }

    @GetMapping("/private")
    Map<String, Object> person(
            @AuthenticationPrincipal OidcUser person, @RegisteredOAuth2AuthorizedClient("person") OAuth2AuthorizedClient client) {
        return Map.of("name", person.getName(), "userinfo", person.getUserInfo().getClaims(), "token", token(client));
    }

    @GetMapping("/itself")
    Map<String, Object> itself(@RegisteredOAuth2AuthorizedClient("itself") OAuth2AuthorizedClient client) {
        return Map.of("token", token(client));
    }

    private static String token(OAuth2AuthorizedClient client) {
        return client.getAccessToken().getTokenValue();
    }
}
