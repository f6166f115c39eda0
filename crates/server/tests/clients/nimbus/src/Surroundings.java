import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** What the environment says, and a person at a browser. The program runs where the clients are. */
record Surroundings(String issuer, String registrationToken) {
    /** Null when something is missing. The name and the password are for the browser, which inherits them. */
    static Surroundings fromEnvironment() {
        if (set("ISSUER") == null || set("USERNAME") == null || set("PASSWORD") == null) {
            return null;
        }
        return new Surroundings(set("ISSUER"), set("REGISTRATION_TOKEN"));
    }

    /** Sends a browser to `url`; answers the URL below `prefix` that it came back with. */
    URI authorize(URI url, String prefix) throws IOException, InterruptedException {
        var browser = browser("authorize.mjs", url.toString(), prefix).start();
        var arrival = new String(browser.getInputStream().readAllBytes()).trim();
        if (browser.waitFor() != 0) {
            throw new IOException("the browser got nowhere");
        }
        return URI.create(arrival);
    }

    /** A person who goes where a device shows them and types its code, while the device waits. */
    Process allowDevice(URI verification, String code) throws IOException {
        return browser("device.mjs", verification.toString(), code)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static ProcessBuilder browser(String script, String... arguments) {
        var command = new ArrayList<String>();
        var node = set("NODE");
        command.add(node == null ? "node" : node);
        command.add("browser/" + script);
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    private static String set(String name) {
        var value = System.getenv(name);
        return value == null || value.isEmpty() ? null : value;
    }
}
