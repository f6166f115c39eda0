import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What was said on the wire, kept until it is known whether anybody has to read it. */
final class Exchanges {
    private static final int TIMEOUT_MS = 30_000;
    private static final List<String> SECRET_HEADERS = List.of("authorization", "cookie", "set-cookie");
    private static final Pattern SECRET = Pattern.compile(
            "((?:^|[&\"])(?:access_token|client_assertion|client_secret|code|code_verifier|device_code|id_token|refresh_token"
                    + "|registration_access_token|token)(?:=|\"\\s*:\\s*\"))[^&\"]*");

    private final List<String> kept = new ArrayList<>();

    HTTPResponse send(HTTPRequest request) throws IOException {
        request.setConnectTimeout(TIMEOUT_MS);
        request.setReadTimeout(TIMEOUT_MS);
        request.setFollowRedirects(false);
        kept.add("\n> " + request.getMethod() + " " + request.getURI() + said(">", request.getHeaderMap(), request.getBody()));
        var response = request.send();
        kept.add("< " + response.getStatusCode() + said("<", response.getHeaderMap(), response.getBody()));
        return response;
    }

    /** Prints every exchange, without any secret, to stderr. */
    void show() {
        kept.forEach(System.err::println);
    }

    private static String said(String mark, Map<String, List<String>> headers, String body) {
        var text = new StringBuilder();
        headers.forEach((name, values) -> {
            var shown = name != null && SECRET_HEADERS.contains(name.toLowerCase()) ? "[hidden]" : values;
            text.append("\n").append(mark).append(" ").append(name).append(": ").append(shown);
        });
        if (body != null) {
            text.append("\n").append(mark).append(" ").append(SECRET.matcher(body).replaceAll("$1[hidden]"));
        }
        return text.toString();
    }
}
