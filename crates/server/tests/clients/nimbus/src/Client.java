import com.nimbusds.jose.util.JSONObjectUtils;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Nimbus SDK as a confidential client that authenticates by HTTP Basic, and by an assertion once it replaced its registration.
 *
 * <p>ISSUER, USERNAME, PASSWORD and perhaps REGISTRATION_TOKEN come in by the environment; out comes one line of JSON, or every
 * exchange and the error.
 */
public final class Client {
    private static final String NAME = "oauth2-oidc-sdk";

    public static void main(String[] arguments) {
        var surroundings = Surroundings.fromEnvironment();
        if (surroundings == null) {
            System.err.println("ISSUER, USERNAME and PASSWORD must be set; REGISTRATION_TOKEN may be.");
            System.exit(2);
        }
        var exchanges = new Exchanges();
        List<String> steps = new ArrayList<>();
        try {
            new Flow(surroundings, exchanges, steps).run();
        } catch (Exception | AssertionError error) {
            exchanges.show();
            System.err.println("\n" + NAME + " failed after: " + String.join(", ", steps));
            error.printStackTrace();
            System.exit(1);
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("client", NAME);
        // The SDK's jar says nothing of its version, but is named after it.
        report.put("version", System.getProperty("java.class.path").replaceFirst(".*" + NAME + "-([\\d.]+)\\.jar.*", "$1"));
        report.put("from", "Maven Central");
        report.put("steps", steps);
        System.out.println(JSONObjectUtils.toJSONString(report));
    }
}
